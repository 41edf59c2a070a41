package io.elanus.embedded;

import io.elanus.api.client.Requests;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Rows to columns and back; every rule is the Proxy's. Columns follow the schema as it was last
 * seen; what fails is done again when the schema has changed since.
 */
final class OpenCollection implements Collection {
  private final Requests requests;
  private final String name;
  private volatile Requests.Described known;

  OpenCollection(Requests requests, String name, Requests.Described known) {
    this.requests = requests;
    this.name = name;
    this.known = known;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Keys insert(List<Row> rows) {
    return bySchema(described -> requests.insert(columns(rows, described)));
  }

  @Override
  public Keys upsert(List<Row> rows) {
    return bySchema(described ->
        requests.upsert(new Proxy.UpsertRequest(columns(rows, described), false, Map.of())));
  }

  @Override
  public long delete(String filter) {
    return requests.delete(
        new Proxy.DeleteRequest(
            requests.database(), name, "", filter, Map.of(), Proxy.ReadLevel.STRONG));
  }

  @Override
  public List<Hit> search(Search search) {
    Requests.Found found =
        bySchema(described -> requests.search(request(search, vectorField(search, described))));
    List<Row> rows = rows(found.outputs(), found.scores().length);
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < found.scores().length; i++) {
      hits.add(new Hit(found.keys().get(i), found.scores()[i], rows.get(i)));
    }
    return hits;
  }

  private Proxy.SearchRequest request(Search search, FieldSchema field) {
    Map<String, String> parameters = new LinkedHashMap<>();
    search.parameters().forEach((key, value) -> parameters.put(key, String.valueOf(value)));
    parameters.put("topk", String.valueOf(search.limit()));
    parameters.put("anns_field", field.name());
    Column vectors = ColumnBuilder.of(field).add(search.vector()).build();
    return new Proxy.SearchRequest(
        requests.database(),
        name,
        List.of(),
        search.filter(),
        Map.of(),
        new Proxy.SearchInput.Vectors(vectors),
        parameters,
        search.output(),
        Proxy.ReadLevel.STRONG);
  }

  @Override
  public List<Row> query(Query query) {
    Map<String, String> parameters =
        Map.of("limit", String.valueOf(query.limit()), "offset", String.valueOf(query.offset()));
    List<Proxy.Output> outputs = read(query.filter(), parameters, query.output());
    return rows(outputs, outputs.isEmpty() ? 0 : outputs.getFirst().column().rows());
  }

  @Override
  public long count(String filter) {
    Object count = read(filter, Map.of(), List.of("count(*)")).getFirst().column().value(0);
    return count instanceof Long number ? number : 0;
  }

  @Override
  public void flush() {
    requests.flush(name);
  }

  private List<Proxy.Output> read(
      String filter, Map<String, String> parameters, List<String> output) {
    return requests.query(
        new Proxy.QueryRequest(
            requests.database(),
            name,
            List.of(),
            filter,
            Map.of(),
            parameters,
            output,
            Proxy.ReadLevel.STRONG));
  }

  private <T> T bySchema(Function<Requests.Described, T> request) {
    Requests.Described used = known;
    try {
      return request.apply(used);
    } catch (ElanusException | IllegalArgumentException failure) {
      boolean ofSchema =
          !(failure instanceof ElanusException error)
              || error.code().blame() == ErrorCode.Blame.CALLER;
      if (!ofSchema || !changedSince(used)) {
        throw failure;
      }
      return request.apply(known);
    }
  }

  private boolean changedSince(Requests.Described used) {
    known = requests.describe(name);
    return known.updateTimestamp() != used.updateTimestamp();
  }

  private FieldSchema vectorField(Search search, Requests.Described described) {
    List<FieldSchema> vectors = described.schema().vectorFields();
    String field = search.field();
    if (field.isEmpty() && vectors.size() == 1) {
      return vectors.getFirst();
    }
    return vectors.stream()
        .filter(vector -> vector.name().equals(field))
        .findFirst()
        .orElseThrow(() ->
            ElanusException.invalid(
                "field \"" + field + "\" is no vector field of collection " + name));
  }

  private Proxy.InsertRequest columns(List<Row> rows, Requests.Described described) {
    CollectionSchema schema = described.schema();
    Map<String, Column> columns = new LinkedHashMap<>();
    for (FieldSchema field : schema.userFields()) {
      if (rows.stream().anyMatch(row -> row.values().containsKey(field.name()))) {
        columns.put(field.name(), column(field, rows));
      }
    }
    Optional<FieldSchema> dynamic = schema.dynamicField();
    for (Row row : rows) {
      for (String key : row.values().keySet()) {
        if (dynamic.isEmpty() && schema.field(key).isEmpty()) {
          throw ElanusException.invalid("fieldName " + key + " not exist in collection schema");
        }
      }
    }
    dynamic.ifPresent(field -> columns.put(field.name(), DynamicColumn.of(schema, rows)));
    return new Proxy.InsertRequest(
        requests.database(), name, "", rows.size(), columns, described.updateTimestamp());
  }

  private static Column column(FieldSchema field, List<Row> rows) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (Row row : rows) {
      Object value = row.get(field.name());
      checkRange(field, value);
      try {
        builder.add(value);
      } catch (ClassCastException | IllegalArgumentException unfit) {
        throw ElanusException.invalid(
            "value of field "
                + field.name()
                + " does not fit its type "
                + field.type().wireName()
                + ", "
                + unfit.getMessage());
      }
    }
    return builder.build();
  }

  /** What the column would cut off. */
  private static void checkRange(FieldSchema field, @Nullable Object value) {
    if (!(value instanceof Number number) || !field.type().isInteger()) {
      return;
    }
    int bits = 8 * field.type().rowBytes(0);
    long kept = number.longValue() << (Long.SIZE - bits) >> (Long.SIZE - bits);
    if (kept != number.longValue()) {
      throw ElanusException.invalid(
          "the value "
              + number
              + " of field "
              + field.name()
              + " is out of the range of its type "
              + field.type().wireName());
    }
  }

  private static List<Row> rows(List<Proxy.Output> outputs, int count) {
    List<Row> rows = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      for (Proxy.Output output : outputs) {
        Object value = output.column().value(i);
        if (value instanceof byte[] bytes && output.field().type() == DataType.FLOAT_VECTOR) {
          values.put(output.field().name(), floats(bytes));
        } else if (output.field().dynamic() && value instanceof String json) {
          values.putAll(DynamicColumn.values(json));
        } else {
          values.put(output.field().name(), value);
        }
      }
      rows.add(new Row(values));
    }
    return rows;
  }

  private static float[] floats(byte[] bytes) {
    float[] floats = new float[bytes.length / 4];
    java.nio.ByteBuffer.wrap(bytes)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .asFloatBuffer()
        .get(floats);
    return floats;
  }
}
