package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.delete;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.partial;
import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.Calls.upsert;
import static io.elanus.proxy.Calls.values;
import static io.elanus.proxy.TestSchemas.arrays;
import static io.elanus.proxy.TestSchemas.id;
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
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UpsertDeleteTest {
  private final FakeCluster cluster = new FakeCluster();
  private Catalogue.Collection collection;

  @BeforeEach
  void create() {
    collection =
        cluster.collection(
            schema(
                "c",
                id(),
                vector("v", 2),
                number("n").orNull(),
                text("t", 10).orNull(),
                Field.of("a", DataType.ARRAY)
                    .element(DataType.INT64)
                    .with("max_capacity", 4)
                    .orNull()),
            true,
            3);
    cluster.proxy.insert(insert("c", 3, rows(1L, 2L, 3L)));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Column> rows(Long... ids) {
    float[][] vectors = new float[ids.length][];
    Object[] numbers = new Object[ids.length];
    Object[] texts = new Object[ids.length];
    List<?>[] arrays = new List<?>[ids.length];
    Object[] extras = new Object[ids.length];
    for (int i = 0; i < ids.length; i++) {
      vectors[i] = new float[] {ids[i], 0};
      numbers[i] = ids[i] * 10;
      texts[i] = "t" + ids[i];
      arrays[i] = List.of(ids[i], 5L);
      extras[i] = "{\"k\":" + ids[i] + ",\"old\":true}";
    }
    Map<String, Column> columns = new HashMap<>();
    columns.put("id", longs((Object[]) ids));
    columns.put("v", vectors(vectors));
    columns.put("n", longs(numbers));
    columns.put("t", texts(texts));
    columns.put("a", arrays(DataType.INT64, arrays));
    columns.put("$meta", json(extras));
    return columns;
  }

  private List<Object> all(String field) {
    return values(cluster.proxy.query(query("c", "id >= 0", Map.of(), field)), field);
  }

  private long count() {
    return (Long)
        values(cluster.proxy.query(query("c", "", Map.of(), "count(*)")), "count(*)").getFirst();
  }

  @Test
  void upsertReplacesRows() {
    Map<String, Column> columns = rows(2L, 9L);
    columns.put("n", longs(77L, null));
    Proxy.Mutation done = cluster.proxy.upsert(upsert("c", 2, columns));
    assertThat(done.ids()).isEqualTo(Keys.of(2, 9));
    assertThat(done.count()).isEqualTo(2);
    assertThat(all("n")).containsExactly(10L, 77L, 30L, null);
    assertThat(count()).isEqualTo(4);
    assertThat(cluster.shards.writes.getLast().deletePartition())
        .contains(collection.partitions().getFirst().id());
  }

  @Test
  void upsertChecksItsKeys() {
    assertRefused(
        1100,
        "duplicate primary keys are not allowed in the same batch",
        () -> cluster.proxy.upsert(upsert("c", 2, rows(4L, 4L))));
    Map<String, Column> keyless = rows(4L);
    keyless.remove("id");
    assertRefused(
        1100,
        "must assign pk when upsert, primary field: id",
        () -> cluster.proxy.upsert(upsert("c", 1, keyless)));
  }

  @Test
  void upsertWithGeneratedKeysGivesNewOnes() {
    cluster.collection(schema("auto", id().generated(), vector("v", 2)), false, 1);
    Map<String, Column> first = Map.of("v", vectors(new float[] {1, 1}));
    Keys.Longs old = (Keys.Longs) cluster.proxy.insert(insert("auto", 1, first)).ids();
    Keys.Longs renewed =
        (Keys.Longs)
            cluster
                .proxy
                .upsert(
                    upsert(
                        "auto",
                        1,
                        Map.of("id", longs(old.keys()[0]), "v", vectors(new float[] {2, 2}))))
                .ids();
    assertThat(renewed.keys()[0]).isNotEqualTo(old.keys()[0]);
    Proxy.QueryAnswer answer = cluster.proxy.query(query("auto", "", Map.of("limit", "10"), "id"));
    assertThat(values(answer, "id")).containsExactly(renewed.keys()[0]);
  }

  @Test
  void partialUpdateKeepsWhatIsAbsent() {
    cluster.proxy.upsert(
        partial(
            "c",
            2,
            Map.of(
                "id", longs(3L, 1L),
                "t", texts(null, "new"),
                "$meta", json("{\"k\":\"x\",\"more\":1}", null)),
            Map.of()));
    assertThat(all("t")).containsExactly("new", "t2", null);
    assertThat(all("n")).containsExactly(10L, 20L, 30L);
    assertThat(all("a")).containsExactly(List.of(1L, 5L), List.of(2L, 5L), List.of(3L, 5L));
    assertThat(all("$meta"))
        .containsExactly(
            "{\"k\":1,\"old\":true}",
            "{\"k\":2,\"old\":true}",
            "{\"k\":\"x\",\"old\":true,\"more\":1}");
    assertThat(count()).isEqualTo(3);
    assertThat(cluster.shards.writes.getLast().readTimestamp()).isPositive();
  }

  @Test
  void partialUpdateOfANewRowNeedsAllItsFields() {
    assertRefused(
        1100,
        "fieldSchema(v) has no corresponding fieldData pass in",
        () ->
            cluster.proxy.upsert(
                partial("c", 2, Map.of("id", longs(1L, 50L), "n", longs(1L, 2L)), Map.of())));
    cluster.proxy.upsert(
        partial("c", 1, Map.of("id", longs(50L), "v", vectors(new float[] {5, 5})), Map.of()));
    assertThat(all("n")).containsExactly(10L, 20L, 30L, null);
    assertThat(all("$meta").getLast()).isEqualTo("{}");
  }

  @Test
  void partialUpdateAppendsAndRemoves() {
    cluster.proxy.upsert(
        partial(
            "c",
            2,
            Map.of("id", longs(1L, 2L), "a", arrays(DataType.INT64, List.of(8L, 9L), List.of())),
            Map.of("a", Proxy.ArrayOperation.APPEND)));
    assertThat(all("a").subList(0, 2)).containsExactly(List.of(1L, 5L, 8L, 9L), List.of(2L, 5L));
    cluster.proxy.upsert(
        partial(
            "c",
            1,
            Map.of("id", longs(1L), "a", arrays(DataType.INT64, List.of(5L, 9L))),
            Map.of("a", Proxy.ArrayOperation.REMOVE)));
    assertThat(all("a").getFirst()).isEqualTo(List.of(1L, 8L));
    assertRefused(
        1100,
        "array length 5 exceeds max_capacity 4",
        () ->
            cluster.proxy.upsert(
                partial(
                    "c",
                    1,
                    Map.of("id", longs(1L), "a", arrays(DataType.INT64, List.of(1L, 2L, 3L))),
                    Map.of("a", Proxy.ArrayOperation.APPEND))));
  }

  @Test
  void partialUpdateRefusesOperationsThatDoNotFit() {
    assertRefused(
        1100,
        "op ARRAY_APPEND requires Array field, but field \"t\" is VarChar",
        () ->
            cluster.proxy.upsert(
                partial(
                    "c",
                    1,
                    Map.of("id", longs(1L), "t", texts("x")),
                    Map.of("t", Proxy.ArrayOperation.APPEND))));
    assertRefused(
        1100,
        "is the primary key and cannot carry a partial-update op",
        () ->
            cluster.proxy.upsert(
                partial(
                    "c", 1, Map.of("id", longs(1L)), Map.of("id", Proxy.ArrayOperation.APPEND))));
    assertRefused(
        1100,
        "partial-update op targets field \"a\" not present in fields_data",
        () ->
            cluster.proxy.upsert(
                partial(
                    "c", 1, Map.of("id", longs(1L)), Map.of("a", Proxy.ArrayOperation.APPEND))));
  }

  @Test
  void partialUpdateReadsAgainWhenARowChanged() {
    cluster.shards.staleNext = 2;
    cluster.proxy.upsert(partial("c", 1, Map.of("id", longs(1L), "n", longs(99L)), Map.of()));
    assertThat(all("n").getFirst()).isEqualTo(99L);
    assertThat(count()).isEqualTo(3);
  }

  @Test
  void deletesByKeyWithoutReading() {
    cluster.query.release(collection.id(), Set.of());
    cluster.proxy.forget(collection.id());
    Proxy.Mutation done = cluster.proxy.delete(delete("c", "id in [1, 1, 2, 1000]"));
    assertThat(done.count()).isEqualTo(3);
    assertThat(done.ids().size()).isZero();
    assertThat(cluster.shards.queries).isEmpty();
    assertThat(cluster.proxy.delete(delete("c", "id == 3")).count()).isEqualTo(1);
  }

  @Test
  void deletesByFilterAfterReadingTheKeys() {
    assertThat(cluster.proxy.delete(delete("c", "n >= 20")).count()).isEqualTo(2);
    assertThat(all("id")).containsExactly(1L);
    assertThat(cluster.proxy.delete(delete("c", "n >= 2000")).count()).isZero();
    cluster.query.release(collection.id(), Set.of());
    cluster.proxy.forget(collection.id());
    assertRefused(101, "collection not loaded", () -> cluster.proxy.delete(delete("c", "n >= 20")));
  }

  @Test
  void refusesToDeleteEverything() {
    assertRefused(
        1100,
        "delete plan can't be empty or always true",
        () -> cluster.proxy.delete(delete("c", " ")));
    assertRefused(
        1100,
        "failed to create delete plan: cannot parse expression: id in",
        () -> cluster.proxy.delete(delete("c", "id in")));
  }

  @Test
  void deletesInOnePartition() {
    cluster.proxy.execute(new Ddl.CreatePartition("default", "c", "p1"));
    cluster.proxy.forget(collection.id());
    Map<String, Column> columns = rows(20L, 21L);
    cluster.proxy.insert(new Proxy.InsertRequest("default", "c", "p1", 2, columns, 0));
    Proxy.Mutation done =
        cluster.proxy.delete(
            new Proxy.DeleteRequest(
                "default", "c", "p1", "n > 0", Map.of(), Proxy.ReadLevel.STRONG));
    assertThat(done.count()).isEqualTo(2);
    assertThat(count()).isEqualTo(3);
    assertRefused(
        200,
        "partition not found[partition=nope]",
        () ->
            cluster.proxy.delete(
                new Proxy.DeleteRequest(
                    "default", "c", "nope", "id == 1", Map.of(), Proxy.ReadLevel.STRONG)));
  }
}
