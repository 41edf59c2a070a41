package io.elanus.embedded;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rows to columns and back; every rule is the Proxy's. */
final class EmbeddedCollection implements Collection {
  private static final String DATABASE = Catalogue.DEFAULT_DATABASE;

  private final Proxy proxy;
  private final String name;

  EmbeddedCollection(Proxy proxy, String name) {
    this.proxy = proxy;
    this.name = name;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Keys insert(List<Row> rows) {
    return proxy.insert(columns(rows)).ids();
  }

  @Override
  public Keys upsert(List<Row> rows) {
    return proxy.upsert(new Proxy.UpsertRequest(columns(rows), false, Map.of())).ids();
  }

  @Override
  public long delete(String filter) {
    return proxy
        .delete(
            new Proxy.DeleteRequest(DATABASE, name, "", filter, Map.of(), Proxy.ReadLevel.STRONG))
        .count();
  }

  @Override
  public List<Hit> search(Search search) {
    Map<String, String> parameters = new LinkedHashMap<>();
    search.parameters().forEach((key, value) -> parameters.put(key, String.valueOf(value)));
    parameters.put("topk", String.valueOf(search.limit()));
    FieldSchema field = vectorField(search.field());
    parameters.put("anns_field", field.name());
    Column vectors = ColumnBuilder.of(field).add(search.vector()).build();
    Proxy.SearchAnswer answer =
        proxy.search(
            new Proxy.SearchRequest(
                DATABASE,
                name,
                List.of(),
                search.filter(),
                Map.of(),
                new Proxy.SearchInput.Vectors(vectors),
                parameters,
                search.output(),
                Proxy.ReadLevel.STRONG));
    List<Row> rows = rows(answer.outputs(), answer.scores().length);
    List<Hit> hits = new ArrayList<>();
    for (int i = 0; i < answer.scores().length; i++) {
      hits.add(new Hit(answer.ids().get(i), answer.scores()[i], rows.get(i)));
    }
    return hits;
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
    proxy.flush(DATABASE, name);
  }

  private List<Proxy.Output> read(
      String filter, Map<String, String> parameters, List<String> output) {
    return proxy
        .query(
            new Proxy.QueryRequest(
                DATABASE,
                name,
                List.of(),
                filter,
                Map.of(),
                parameters,
                output,
                Proxy.ReadLevel.STRONG))
        .outputs();
  }

  private FieldSchema vectorField(String field) {
    List<FieldSchema> vectors = proxy.describeCollection(DATABASE, name).schema().vectorFields();
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

  private Proxy.InsertRequest columns(List<Row> rows) {
    Catalogue.Collection collection = proxy.describeCollection(DATABASE, name);
    Map<String, Column> columns = new LinkedHashMap<>();
    for (FieldSchema field : collection.schema().userFields()) {
      if (rows.stream().anyMatch(row -> row.values().containsKey(field.name()))) {
        columns.put(field.name(), column(field, rows));
      }
    }
    Optional<FieldSchema> dynamic = collection.schema().dynamicField();
    for (Row row : rows) {
      for (String key : row.values().keySet()) {
        if (dynamic.isEmpty() && collection.schema().field(key).isEmpty()) {
          throw ElanusException.invalid("fieldName " + key + " not exist in collection schema");
        }
      }
    }
    dynamic.ifPresent(
        field -> columns.put(field.name(), DynamicColumn.of(collection.schema(), rows)));
    return new Proxy.InsertRequest(
        DATABASE, name, "", rows.size(), columns, collection.updateTimestamp());
  }

  private static Column column(FieldSchema field, List<Row> rows) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (Row row : rows) {
      Object value = row.get(field.name());
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
