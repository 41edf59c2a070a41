package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The same requests in the JVM and over the wire: the same rows, scores, codes and sentences. */
final class SameAnswersTest {
  private static final long SEED = Long.getLong("seed", 20_261_123L);
  private static final int DIMENSION = 8;
  private static final int ROWS = 300;
  private static final Map<String, String> EXACT =
      Map.of("index_type", "FLAT", "metric_type", "L2");

  /** Of all types, with nulls and defaults where they may be. */
  private static final CollectionSpec EVERYTHING =
      CollectionSpec.named("everything")
          .textKey("key", 40)
          .with(nullable("flag", DataType.BOOL, Map.of()))
          .with(nullable("tiny", DataType.INT8, Map.of()))
          .with(nullable("small", DataType.INT16, Map.of()))
          .with(nullable("number", DataType.INT32, Map.of()))
          .with(nullable("large", DataType.INT64, Map.of()))
          .with(nullable("real", DataType.FLOAT, Map.of()))
          .with(nullable("precise", DataType.DOUBLE, Map.of()))
          .with(nullable("text", DataType.VARCHAR, Map.of("max_length", "100")))
          .with(nullable("json", DataType.JSON, Map.of()))
          .with(withDefault("level", DataType.INT16, new Value.Int(7)))
          .with(withDefault("score", DataType.DOUBLE, new Value.Real(0.25)))
          .with(array("numbers", DataType.INT64, Map.of("max_capacity", "5")))
          .with(array("words", DataType.VARCHAR, Map.of("max_capacity", "5", "max_length", "20")))
          .vector("v", DataType.FLOAT_VECTOR, DIMENSION, EXACT)
          .vector(
              "bits",
              DataType.BINARY_VECTOR,
              DIMENSION,
              Map.of("index_type", "BIN_FLAT", "metric_type", "HAMMING"))
          .vector("half", DataType.FLOAT16_VECTOR, DIMENSION, EXACT)
          .vector(
              "sparse",
              DataType.SPARSE_FLOAT_VECTOR,
              0,
              Map.of("index_type", "SPARSE_INVERTED_INDEX", "metric_type", "IP"))
          .dynamicFields();

  private static FieldSchema nullable(String name, DataType type, Map<String, String> parameters) {
    return field(name, type, Optional.empty(), true, Optional.empty(), parameters);
  }

  private static FieldSchema withDefault(String name, DataType type, Value value) {
    return field(name, type, Optional.empty(), false, Optional.of(value), Map.of());
  }

  private static FieldSchema array(String name, DataType elements, Map<String, String> parameters) {
    return field(name, DataType.ARRAY, Optional.of(elements), true, Optional.empty(), parameters);
  }

  private static FieldSchema field(
      String name,
      DataType type,
      Optional<DataType> elements,
      boolean nullable,
      Optional<Value> otherwise,
      Map<String, String> parameters) {
    return new FieldSchema(
        0,
        name,
        "",
        type,
        elements,
        false,
        false,
        false,
        false,
        nullable,
        false,
        otherwise,
        parameters);
  }

  private final Random random = new Random(SEED);

  private List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      Map<String, @Nullable Object> values = new LinkedHashMap<>();
      values.put("key", "k" + i);
      values.put("flag", sometimes(random.nextBoolean()));
      values.put("tiny", sometimes((long) (byte) random.nextInt()));
      values.put("small", sometimes((long) (short) random.nextInt()));
      values.put("number", sometimes((long) random.nextInt()));
      values.put("large", sometimes(random.nextLong()));
      values.put("real", sometimes(random.nextFloat()));
      values.put("precise", sometimes(random.nextDouble()));
      values.put("text", sometimes("wörter 𝄞 " + i));
      values.put("json", sometimes("{\"a\":" + random.nextInt(5) + ",\"b\":[1,\"x\"]}"));
      values.put("level", sometimes((long) random.nextInt(100)));
      values.put("score", sometimes(random.nextDouble()));
      values.put("numbers", sometimes(List.of(1L, random.nextLong()).subList(0, i % 3)));
      values.put("words", sometimes(List.of("a", "b" + i)));
      values.put("v", vector());
      values.put("bits", bytes(DIMENSION / 8));
      values.put("half", halves());
      values.put("sparse", sparse(1 + i % 4));
      values.put(i % 2 == 0 ? "color" : "size", i);
      rows.add(new Row(values));
    }
    return rows;
  }

  private @Nullable Object sometimes(Object value) {
    return random.nextInt(5) == 0 ? null : value;
  }

  private float[] vector() {
    float[] vector = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      vector[i] = random.nextFloat();
    }
    return vector;
  }

  private byte[] bytes(int count) {
    byte[] bytes = new byte[count];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] halves() {
    ByteBuffer halves = ByteBuffer.allocate(2 * DIMENSION).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < DIMENSION; i++) {
      halves.putShort(Float.floatToFloat16(random.nextFloat()));
    }
    return halves.array();
  }

  private byte[] sparse(int count) {
    ByteBuffer pairs = ByteBuffer.allocate(8 * count).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < count; i++) {
      pairs.putInt(3 * i + random.nextInt(3)).putFloat(random.nextFloat());
    }
    return pairs.array();
  }

  @Test
  void everyMethodAnswersAlike() {
    List<Row> rows = rows();
    float[] wanted = vector();
    byte[] someBits = bytes(DIMENSION / 8);
    byte[] someHalves = halves();
    byte[] someSparse = sparse(3);
    try (Both both = new Both()) {
      both.alike(database -> names(database));
      both.alike(database -> database.create(EVERYTHING).name());
      both.alike(database -> names(database));
      both.inCollection(all -> keys(all.insert(rows)));
      both.inCollection(all -> all.count(""));
      both.inCollection(all -> all.count("flag == true and level > 50"));
      both.inCollection(all -> all.query(Query.where("").limit(ROWS).output("*")));
      both.inCollection(
          all -> all.query(Query.where("json[\"a\"] == 2").limit(7).offset(3).output("json")));
      both.inCollection(all -> all.query(Query.where("color > 40").output("color", "text")));
      both.inCollection(all -> all.query(Query.where("text is null").output("words", "numbers")));
      both.inCollection(all -> all.search(Search.near(wanted).field("v").limit(20).output("*")));
      both.inCollection(
          all -> all.search(Search.near(wanted).field("v").filter("size > 9").output("size")));
      both.inCollection(
          all -> all.search(Search.near(someBits).field("bits").limit(5).filter("level == 7")));
      both.inCollection(all -> all.search(Search.near(someHalves).field("half").limit(5)));
      both.inCollection(all -> all.search(Search.near(someSparse).field("sparse").limit(5)));
      both.inCollection(all ->
          all.search(
              Search.near(wanted).field("v").with(Map.of("radius", 0.9, "range_filter", 0.2))));
      both.inCollection(all -> keys(all.upsert(rows.subList(0, 10))));
      both.inCollection(all -> all.delete("key in [\"k3\", \"k5\", \"none\"]"));
      both.inCollection(all -> {
        all.flush();
        return all.count("");
      });
      both.alike(database -> database.create(EVERYTHING).count(""));
      both.alike(database -> {
        database.drop("everything");
        database.drop("everything");
        return names(database);
      });
    }
  }

  @Test
  void errorsAreAlike() {
    try (Both both = new Both()) {
      both.alike(database -> database.create(EVERYTHING).name());
      Row complete = rows().getFirst();
      both.code(database -> database.collection("none"));
      both.code(database ->
          database.create(
              CollectionSpec.named("everything").longKey("id").vector("v", DIMENSION, Metric.L2)));
      both.fails(database ->
          database.create(
              CollectionSpec.named("wrong")
                  .longKey("id")
                  .vector(
                      "v",
                      DataType.FLOAT_VECTOR,
                      DIMENSION,
                      Map.of("index_type", "NO_SUCH", "metric_type", "L2"))));
      both.fails(database -> database.create(CollectionSpec.named("1 bad name").longKey("id")));
      both.failsInCollection(all -> all.query(Query.where("text >")));
      both.failsInCollection(all -> all.query(Query.where("").limit(20_000)));
      both.inCollection(all -> all.count("unknown_but_dynamic == 1"));
      both.failsInCollection(all -> all.delete(""));
      both.failsInCollection(all -> all.search(Search.near(new float[3]).field("v")));
      both.failsInCollection(all -> all.search(Search.near(new float[DIMENSION]).field("none")));
      both.failsInCollection(all -> all.search(Search.near(new float[DIMENSION])));
      both.failsInCollection(
          all -> all.search(Search.near(new float[DIMENSION]).field("v").limit(0)));
      both.failsInCollection(
          all -> all.search(Search.near(new float[DIMENSION]).field("v").output("nothing such")));
      both.failsInCollection(all -> all.insert(List.of(with(complete, "v", new float[2]))));
      both.failsInCollection(all -> all.insert(List.of(with(complete, "level", "no number"))));
      both.failsInCollection(all -> all.insert(List.of(with(complete, "json", "{no json"))));
      both.failsInCollection(
          all -> all.insert(List.of(with(complete, "text", "long".repeat(100)))));
      both.failsInCollection(all -> all.insert(List.of(with(complete, "tiny", 1000L))));
      both.code(database -> database.collection("everything").insert(List.of()));
      both.code(database -> database.collection("everything").insert(List.of(Row.of("key", "a"))));
    }
  }

  private static Row with(Row row, String field, Object value) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>(row.values());
    values.put(field, value);
    return new Row(values);
  }

  private static List<String> names(Database database) {
    return database.collections().stream().sorted().toList();
  }

  private static List<Object> keys(Keys keys) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      list.add(keys.get(i));
    }
    return list;
  }

  /** A database in each place. */
  private static final class Both implements AutoCloseable {
    private final Database inTheJvm = Place.IN_THE_JVM.open("memory:");
    private final Database overTheWire = Place.OVER_THE_WIRE.open("memory:");

    /** What succeeds. */
    void alike(Function<Database, Object> doing) {
      Object local = outcome(doing, inTheJvm);
      assertThat(local).isNotInstanceOf(RuntimeException.class);
      assertThat(printed(outcome(doing, overTheWire)))
          .as("seed %d", SEED)
          .isEqualTo(printed(local));
    }

    /** What fails, with the same sentence. */
    void fails(Function<Database, Object> doing) {
      Object local = outcome(doing, inTheJvm);
      assertThat(local).isInstanceOf(RuntimeException.class);
      assertThat(printed(outcome(doing, overTheWire)))
          .as("seed %d", SEED)
          .isEqualTo(printed(local));
    }

    void failsInCollection(Function<Collection, Object> doing) {
      fails(database -> doing.apply(database.collection("everything")));
    }

    void inCollection(Function<Collection, Object> doing) {
      alike(database -> doing.apply(database.collection("everything")));
    }

    /** The same code; the sentence is about the way it came. */
    void code(Function<Database, Object> doing) {
      ElanusException local = (ElanusException) outcome(doing, inTheJvm);
      ElanusException remote = (ElanusException) outcome(doing, overTheWire);
      assertThat(remote.code()).as(remote.getMessage()).isEqualTo(local.code());
    }

    private static Object outcome(Function<Database, Object> doing, Database database) {
      try {
        return doing.apply(database);
      } catch (ElanusException | IllegalArgumentException failure) {
        return failure;
      }
    }

    @Override
    public void close() {
      inTheJvm.close();
      overTheWire.close();
    }
  }

  private static String printed(@Nullable Object value) {
    return switch (value) {
      case null -> "null";
      case ElanusException error -> error.code() + " " + error.getMessage();
      case float[] floats -> Arrays.toString(floats);
      case byte[] bytes -> Arrays.toString(bytes);
      case Row row -> {
        var text = new StringBuilder("{");
        row.values()
            .forEach(
                (name, each) -> text.append(name).append('=').append(printed(each)).append(' '));
        yield text.append("}\n").toString();
      }
      case Hit hit -> hit.key() + " " + hit.score() + " " + printed(hit.row());
      case List<?> list -> String.join(", ", list.stream().map(SameAnswersTest::printed).toList());
      default -> value.getClass().getSimpleName() + " " + value;
    };
  }
}
