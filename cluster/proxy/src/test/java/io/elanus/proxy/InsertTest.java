package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.Calls.values;
import static io.elanus.proxy.TestSchemas.arrays;
import static io.elanus.proxy.TestSchemas.column;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.ints;
import static io.elanus.proxy.TestSchemas.json;
import static io.elanus.proxy.TestSchemas.longs;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.text;
import static io.elanus.proxy.TestSchemas.texts;
import static io.elanus.proxy.TestSchemas.vector;
import static io.elanus.proxy.TestSchemas.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.proxy.TestSchemas.Field;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class InsertTest {
  private final FakeCluster cluster = new FakeCluster();

  @AfterEach
  void close() {
    cluster.close();
  }

  private Catalogue.Collection every() {
    return cluster.collection(
        schema(
            "c",
            id(),
            vector("v", 2),
            text("t", 5).orNull(),
            Field.of("small", DataType.INT8).otherwise(new Value.Int(7)),
            Field.of("f", DataType.FLOAT).orNull(),
            Field.of("j", DataType.JSON).orNull(),
            Field.of("a", DataType.ARRAY).element(DataType.INT16).with("max_capacity", 3).orNull(),
            Field.of("at", DataType.ARRAY)
                .element(DataType.VARCHAR)
                .with("max_capacity", 3)
                .with("max_length", 2)
                .orNull(),
            Field.of("h", DataType.FLOAT16_VECTOR).with("dim", 2).orNull(),
            Field.of("s", DataType.SPARSE_FLOAT_VECTOR).orNull()),
        true,
        1);
  }

  private static Map<String, Column> two() {
    Map<String, Column> columns = new HashMap<>();
    columns.put("id", longs(1L, 2L));
    columns.put("v", vectors(new float[] {1, 2}, new float[] {3, 4}));
    return columns;
  }

  private static Column sparse(int... indexesAndBits) {
    ByteBuffer bytes =
        ByteBuffer.allocate(4 * indexesAndBits.length).order(ByteOrder.LITTLE_ENDIAN);
    Arrays.stream(indexesAndBits).forEach(bytes::putInt);
    return column(DataType.SPARSE_FLOAT_VECTOR, 0, bytes.array(), bytes.array());
  }

  static Stream<Arguments> refusals() {
    int one = Float.floatToIntBits(1);
    int minus = Float.floatToIntBits(-1);
    int nan = Float.floatToIntBits(Float.NaN);
    return Stream.of(
        Arguments.of("v", null, "fieldSchema(v) has no corresponding fieldData pass in"),
        Arguments.of("id", null, "fieldSchema(id) has no corresponding fieldData pass in"),
        Arguments.of("x", longs(1L, 2L), "fieldName x not exist in collection schema"),
        Arguments.of(
            "t", texts("a"), "the num_rows (1) of field (t) is not equal to passed num_rows (2)"),
        Arguments.of(
            "v",
            vectors(new float[3], new float[3]),
            "the dim (3) of field data(v) is not equal to schema dim (2)"),
        Arguments.of(
            "v",
            longs(1L, 2L),
            "float vector field 'v' is illegal, array type mismatch: invalid parameter[expected=need float vector][actual=got nil]"),
        Arguments.of(
            "v",
            vectors(new float[] {1, 2}, new float[] {3, Float.NaN}),
            "value is not a number or infinity, field: v, row number: 1"),
        Arguments.of(
            "v",
            vectors(new float[] {Float.NEGATIVE_INFINITY, 2}, new float[] {3, 4}),
            "field: v, row number: 0"),
        Arguments.of(
            "h",
            vectors(new float[] {1, 2}, new float[] {3, 1e6f}),
            "value is not a number or infinity, field: h, row number: 1"),
        Arguments.of(
            "t",
            texts("a", "abcdef"),
            "length of varchar field t exceeds max length, row number: 1, length: 6, max length: 5"),
        Arguments.of("t", texts("äöü", "a"), "row number: 0, length: 6, max length: 5"),
        Arguments.of("small", ints(1, 128), "the 1th element (128) out of range: [-128, 127]"),
        Arguments.of(
            "a",
            arrays(DataType.INT32, List.of(1), List.of(40000)),
            "the 1th element (40000) out of range: [-32768, 32767]"),
        Arguments.of(
            "a",
            arrays(DataType.INT32, List.of(1, 2, 3, 4), List.of()),
            "the length (4) of 0th array exceeds max capacity (3)"),
        Arguments.of(
            "at",
            arrays(DataType.VARCHAR, List.of("ab"), List.of("a", "abc")),
            "length of Array array field \"at\" exceeds max length"),
        Arguments.of(
            "f",
            column(DataType.FLOAT, 0, 1f, Float.POSITIVE_INFINITY),
            "value is not a number or infinity, field: f, row number: 1"),
        Arguments.of("j", json("{}", "{"), "json field (j) holds no valid json, row number: 1"),
        Arguments.of(
            "j", json("{}", "\uFEFF{}"), "json field (j) holds no valid json, row number: 1"),
        Arguments.of("j", json("{}", "[1, 1e999]"), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "{\"a\":-1E400}"), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "9".repeat(400)), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "\"\\ud800\""), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "{\"\\uDC00\":1}"), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "[\"\\ud800\\u0041\"]"), "json field (j) holds no valid json"),
        Arguments.of("j", json("{}", "1\0"), "json field (j) holds no valid json"),
        Arguments.of("$meta", json("{}", "\uFEFF{}"), "invalid dynamic field data, only json map"),
        Arguments.of("$meta", json("{}", "{\"k\":[1e999]}"), "invalid dynamic field data"),
        Arguments.of("$meta", json("{}", "{\"k\":\"\\udfff\"}"), "invalid dynamic field data"),
        Arguments.of(
            "j",
            json("\"" + "x".repeat(65535) + "\"", "1"),
            "the length (65537) of json field (j) exceeds max length (65536)"),
        Arguments.of(
            "$meta", json("{}", "[1]"), "invalid dynamic field data, only json map is supported"),
        Arguments.of(
            "$meta",
            json("{}", "{\"a\":"),
            "invalid dynamic field data, only json map is supported"),
        Arguments.of("$meta", json("{}", "{\"$meta\":1}"), "cannot set json key to: $meta"),
        Arguments.of(
            "$meta",
            json("{\"t\":1}", "{}"),
            "dynamic field name cannot include the static field name: t"),
        Arguments.of(
            "$meta",
            json("{\"k\":\"" + "x".repeat(65536) + "\"}", "{}"),
            "of dynamic field exceeds max length (65536)"),
        Arguments.of(
            "s", sparse(5, one, 5, one), "unsorted or same indices in sparse float vector"),
        Arguments.of("s", sparse(5, minus), "negative value in sparse float vector"),
        Arguments.of("s", sparse(5, nan), "invalid value in sparse float vector"),
        Arguments.of("s", sparse(5), "invalid data length in sparse float vector: 4"),
        Arguments.of(
            "s", sparse(-1, one), "invalid index in sparse float vector: must be less than 2^32-1"),
        Arguments.of(
            "v",
            column(DataType.FLOAT_VECTOR, 2, new float[2], null),
            "the length of valid_data of field(v) is wrong"));
  }

  @ParameterizedTest(name = "{2}")
  @MethodSource("refusals")
  void refusesAndStoresNothing(String field, Column column, String text) {
    every();
    Map<String, Column> columns = two();
    if (column == null) {
      columns.remove(field);
    } else {
      columns.put(field, column);
    }
    assertRefused(1100, text, () -> cluster.proxy.insert(insert("c", 2, columns)));
    assertThat(cluster.shards.all()).isEmpty();
  }

  @Test
  void storesJsonThatEveryReaderTakes() {
    every();
    Map<String, Column> columns = two();
    columns.put(
        "j", json("\"\\ud83d\\ude00 \\\\ud800 \uD83D\uDE00\"", "[-1.5e300, 1e-999, {\"a\":[]}]"));
    columns.put("$meta", json("{\"k\":[1, 2.5, {\"l\":\"\\u00e4\"}], \"m\":1E3}", "{}"));
    assertThat(cluster.proxy.insert(insert("c", 2, columns)).count()).isEqualTo(2);
  }

  @Test
  void fillsWhatIsAbsent() {
    every();
    Proxy.Mutation done = cluster.proxy.insert(insert("c", 2, two()));
    assertThat(done.count()).isEqualTo(2);
    assertThat(done.ids()).isEqualTo(Keys.of(1, 2));
    Proxy.QueryAnswer answer = cluster.proxy.query(query("c", "id > 0", Map.of(), "*"));
    assertThat(values(answer, "small")).containsExactly(7L, 7L);
    assertThat(values(answer, "t")).containsExactly(null, null);
    assertThat(values(answer, "a")).containsExactly(null, null);
    assertThat(values(answer, "$meta")).containsExactly("{}", "{}");
  }

  @Test
  void narrowsConvertsAndPutsDefaultsInPlaceOfNulls() {
    every();
    Map<String, Column> columns = two();
    columns.put("small", column(DataType.INT32, 0, -128, null));
    columns.put("a", arrays(DataType.INT32, List.of(-32768, 5), List.of()));
    columns.put("h", vectors(new float[] {1, 0.1f}, new float[] {-2, 65504}));
    columns.put("$meta", json("{\"k\":1}", null));
    columns.put("j", json("[1, {\"x\":null}]", null));
    cluster.proxy.insert(insert("c", 2, columns));
    Proxy.QueryAnswer answer = cluster.proxy.query(query("c", "", Map.of("limit", "9"), "*"));
    assertThat(values(answer, "small")).containsExactly(-128L, 7L);
    assertThat(values(answer, "a")).containsExactly(List.of(-32768L, 5L), List.of());
    assertThat(values(answer, "$meta")).containsExactly("{\"k\":1}", "{}");
    assertThat(values(answer, "j")).containsExactly("[1, {\"x\":null}]", null);
    Column.Fixed halves =
        (Column.Fixed)
            answer.outputs().stream()
                .filter(o -> o.field().name().equals("h"))
                .findFirst()
                .orElseThrow()
                .column();
    assertThat(halves.type()).isEqualTo(DataType.FLOAT16_VECTOR);
    assertThat(Float.float16ToFloat(halves.data().get(Column.SHORT, 2))).isEqualTo(0.099975586f);
    assertThat(Float.float16ToFloat(halves.data().get(Column.SHORT, 6))).isEqualTo(65504f);
  }

  @Test
  void checksTheRequestItself() {
    every();
    assertRefused(
        1100,
        "num_rows should be greater than 0",
        () -> cluster.proxy.insert(insert("c", 0, two())));
    assertRefused(
        100,
        "collection not found[database=default][collection=nope]",
        () -> cluster.proxy.insert(insert("nope", 2, two())));
    assertRefused(
        200,
        "partition not found[partition=p]",
        () -> cluster.proxy.insert(new Proxy.InsertRequest("default", "c", "p", 2, two(), 0)));
    assertRefused(
        109,
        "collection schema mismatch[collection=c]",
        () -> cluster.proxy.insert(new Proxy.InsertRequest("default", "c", "", 2, two(), 12345)));
  }

  @Test
  void refusesTheDynamicFieldWithoutDynamicSchema() {
    cluster.collection(schema("plain", id(), vector("v", 2)), false, 1);
    Map<String, Column> columns = two();
    columns.put("$meta", json("{}", "{}"));
    assertRefused(
        1100,
        "without dynamic schema enabled, the field name cannot be set to $meta",
        () -> cluster.proxy.insert(insert("plain", 2, columns)));
  }

  @Test
  void generatesKeysInRowOrder() {
    cluster.collection(schema("auto", id().generated(), vector("v", 2)), false, 3);
    cluster.collection(
        schema("texts", text("id", 32).primary().generated(), vector("v", 2)), false, 1);
    Map<String, Column> columns = Map.of("v", two().get("v"));
    Keys.Longs first = (Keys.Longs) cluster.proxy.insert(insert("auto", 2, columns)).ids();
    Keys.Longs second = (Keys.Longs) cluster.proxy.insert(insert("auto", 2, columns)).ids();
    assertThat(first.keys()[1]).isEqualTo(first.keys()[0] + 1);
    assertThat(second.keys()[0]).isGreaterThan(first.keys()[1]);
    Keys.Texts texts = (Keys.Texts) cluster.proxy.insert(insert("texts", 2, columns)).ids();
    assertThat(texts.keys()).allMatch(key -> key.matches("[0-9]+")).doesNotHaveDuplicates();
    assertRefused(
        1100,
        "can not assign primary field data when auto id enabled and allow_insert_auto_id is false id",
        () -> cluster.proxy.insert(insert("auto", 2, two())));
    cluster.root.properties("auto", Map.of("allow_insert_auto_id", "true"));
    assertThat(cluster.proxy.insert(insert("auto", 2, two())).ids()).isEqualTo(Keys.of(1, 2));
  }

  @Test
  void hashesRowsToShardsAndPartitions() {
    cluster.root.execute(
        new Ddl.CreateCollection(
            "default",
            schema("keyed", id(), vector("v", 2), text("tenant", 20).partition()),
            false,
            3,
            12,
            Consistency.STRONG,
            Map.of()));
    Catalogue.Collection collection = cluster.root.findCollection("default", "keyed").orElseThrow();
    int rows = 500;
    Object[] ids = new Object[rows];
    Object[] tenants = new Object[rows];
    float[][] vectors = new float[rows][2];
    for (int i = 0; i < rows; i++) {
      ids[i] = 31L * i;
      tenants[i] = "tenant" + i % 37;
    }
    cluster.proxy.insert(
        insert(
            "keyed",
            rows,
            Map.of("id", longs(ids), "v", vectors(vectors), "tenant", texts(tenants))));
    Map<Long, String> partitionNames = new HashMap<>();
    collection.partitions().forEach(p -> partitionNames.put(p.id(), p.name()));
    Set<Long> rowIds = new HashSet<>();
    int seen = 0;
    for (StreamingNode.Write write : cluster.shards.writes) {
      int shard = collection.channels().indexOf(write.channel());
      for (StreamingNode.Rows group : write.inserts()) {
        FieldSchema tenant = collection.schema().field("tenant").orElseThrow();
        for (int row = 0; row < group.batch().rows(); row++) {
          long key = (Long) group.batch().get(100).value(row);
          String name = (String) group.batch().get(tenant.id()).value(row);
          assertThat(RoutingHash.of(key) % 3).isEqualTo(shard);
          assertThat(partitionNames.get(group.partitionId()))
              .isEqualTo("_default_" + RoutingHash.of(name) % 12);
          assertThat(rowIds.add(group.firstRowId() + row)).isTrue();
          seen++;
        }
      }
    }
    assertThat(seen).isEqualTo(rows);
    assertRefused(
        1100,
        "not support manually specifying the partition names if partition key mode is used",
        () ->
            cluster.proxy.insert(
                new Proxy.InsertRequest(
                    "default",
                    "keyed",
                    "_default_0",
                    2,
                    Map.of("id", longs(1L, 2L), "v", two().get("v"), "tenant", texts("a", "b")),
                    0)));
  }

  @Test
  void repeatsAMovedWriteWithTheSameRequestId() {
    every();
    cluster.shards.movedNext = 2;
    cluster.shards.loseAnswerOnce = true;
    cluster.proxy.insert(insert("c", 2, two()));
    assertThat(cluster.shards.all()).hasSize(1);
  }

  @Test
  void takesUpASchemaThatChangedBehindItsBack() {
    Catalogue.Collection collection = every();
    cluster.proxy.insert(insert("c", 2, two()));
    List<FieldSchema> fields = new ArrayList<>(collection.schema().fields());
    fields.add(number("later").orNull().build().withId(150));
    cluster.root.schema("c", fields, false);
    cluster.proxy.insert(insert("c", 2, two()));
    assertThat(cluster.shards.all().getLast().batch.columns()).containsKey(150L);
  }
}
