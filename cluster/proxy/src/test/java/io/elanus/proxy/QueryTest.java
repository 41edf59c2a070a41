package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.query;
import static io.elanus.proxy.Calls.values;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.longs;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.text;
import static io.elanus.proxy.TestSchemas.texts;
import static io.elanus.proxy.TestSchemas.vector;
import static io.elanus.proxy.TestSchemas.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QueryTest {
  private static final int ROWS = 100;

  private final FakeCluster cluster = new FakeCluster();
  private Catalogue.Collection collection;

  @BeforeEach
  void fill() {
    collection = cluster.collection(schema("c", id(), vector("v", 2), number("n")), true, 4);
    List<Long> ids = new ArrayList<>(LongStream.range(0, ROWS).boxed().toList());
    Collections.shuffle(ids, new Random(7));
    float[][] vectors = new float[ROWS][2];
    Object[] numbers = ids.stream().map(id -> id * 2).toArray();
    cluster.proxy.insert(
        insert(
            "c",
            ROWS,
            Map.of("id", longs(ids.toArray()), "v", vectors(vectors), "n", longs(numbers))));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static List<Object> range(long from, long to) {
    return new ArrayList<>(LongStream.range(from, to).boxed().toList());
  }

  @Test
  void pagesInKeyOrderOverShards() {
    for (long offset : new long[] {0, 30, 90, 200}) {
      Proxy.QueryAnswer answer =
          cluster.proxy.query(
              query("c", "", Map.of("limit", "25", "offset", String.valueOf(offset)), "n"));
      assertThat(values(answer, "id"))
          .isEqualTo(range(Math.min(offset, ROWS), Math.min(offset + 25, ROWS)));
      assertThat(values(answer, "n"))
          .isEqualTo(values(answer, "id").stream().map(id -> (Object) ((Long) id * 2)).toList());
    }
  }

  @Test
  void returnsTheKeyInAnyCaseAndTypedColumnsWithoutRows() {
    Proxy.QueryAnswer answer = cluster.proxy.query(query("c", "n == -1", Map.of(), "v"));
    assertThat(answer.outputs()).hasSize(2);
    assertThat(answer.outputFields()).containsExactly("v", "id");
    assertThat(answer.outputs().getFirst().column().rows()).isZero();
    assertThat(cluster.proxy.query(query("c", "n == 4", Map.of())).outputFields())
        .containsExactly("id");
  }

  @Test
  void counts() {
    assertThat(
            values(cluster.proxy.query(query("c", "n < 20", Map.of(), "Count( * )")), "count(*)"))
        .containsExactly(10L);
    assertRefused(
        1100,
        "count entities with pagination is not allowed",
        () -> cluster.proxy.query(query("c", "", Map.of("limit", "5"), "count(*)")));
  }

  @Test
  void refusesWhatItCannotAnswer() {
    assertRefused(
        1100,
        "empty expression should be used with limit",
        () -> cluster.proxy.query(query("c", "", Map.of(), "n")));
    assertRefused(
        1100,
        "invalid max query result window, (offset+limit) should be in range [1, 16384], but got 16385",
        () -> cluster.proxy.query(query("c", "", Map.of("limit", "16385"))));
    assertRefused(
        1100,
        "limit [0] is invalid, should be greater than 0",
        () -> cluster.proxy.query(query("c", "", Map.of("limit", "0"))));
    assertRefused(
        1100,
        "offset [-3] is invalid, should be gte than 0",
        () -> cluster.proxy.query(query("c", "", Map.of("limit", "5", "offset", "-3"))));
    assertRefused(
        1100,
        "aggregation in a query is not supported yet: sum(n)",
        () -> cluster.proxy.query(query("c", "n > 0", Map.of(), "sum(n)")));
    assertRefused(
        1100,
        "query with order by is not supported yet: order_by_fields = n:desc",
        () -> cluster.proxy.query(query("c", "n > 0", Map.of("order_by_fields", "n:desc"))));
    assertRefused(
        1100,
        "query with group by is not supported yet: group_by_fields = n,t",
        () ->
            cluster.proxy.query(query("c", "n > 0", Map.of("group_by_fields", "n,t"), "count(*)")));
    for (String aggregate : List.of("count(n)", "avg(n)", "min(n)", "MAX( n )")) {
      assertRefused(
          1100,
          "aggregation in a query is not supported yet: " + aggregate,
          () -> cluster.proxy.query(query("c", "n > 0", Map.of(), aggregate)));
    }
    assertRefused(
        1100,
        "aggregation together with other output fields is not supported yet: count(*)",
        () -> cluster.proxy.query(query("c", "n > 0", Map.of(), "count(*)", "n")));
    assertRefused(
        1100,
        "failed to create query plan: cannot parse expression: nope > 1 2",
        () -> cluster.proxy.query(query("c", "nope > 1 2", Map.of())));
    assertRefused(
        1100,
        "partition name p9 not found",
        () ->
            cluster.proxy.query(
                new Proxy.QueryRequest(
                    "default",
                    "c",
                    List.of("p9"),
                    "n > 1",
                    Map.of(),
                    Map.of(),
                    List.of(),
                    Proxy.ReadLevel.STRONG)));
    assertRefused(
        800,
        "database not found[database=x]",
        () ->
            cluster.proxy.query(
                new Proxy.QueryRequest(
                    "x",
                    "c",
                    List.of(),
                    "n > 1",
                    Map.of(),
                    Map.of(),
                    List.of(),
                    Proxy.ReadLevel.STRONG)));
  }

  @Test
  void refusesUnknownFieldsWithoutDynamicSchema() {
    cluster.collection(schema("plain", id(), vector("v", 2)), false, 1);
    assertRefused(
        1100,
        "field nope not exist",
        () -> cluster.proxy.query(query("plain", "id > 0", Map.of(), "nope")));
    assertThat(
            cluster.proxy.query(query("c", "n > 1", Map.of(), "k", "$meta[\"x\"]")).outputFields())
        .containsExactly("k", "$meta[\"x\"]", "id");
  }

  @Test
  void refusesTooLargeAnAnswer() {
    FakeCluster small =
        new FakeCluster(
            new ProxyConfig(
                500,
                16_384,
                16_384,
                64,
                10,
                16,
                1024,
                32_768,
                10,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                100,
                10));
    try (small) {
      small.collection(schema("c", id(), vector("v", 2), text("t", 1000)), false, 2);
      Object[] ids = new Object[200];
      Object[] texts = new Object[200];
      for (int i = 0; i < 200; i++) {
        ids[i] = (long) i;
        texts[i] = "x".repeat(100);
      }
      small.proxy.insert(
          insert(
              "c",
              200,
              Map.of("id", longs(ids), "v", vectors(new float[200][2]), "t", texts(texts))));
      assertRefused(
          1100,
          "query results exceed the maxOutputSize Limit 500",
          () -> small.proxy.query(query("c", "id >= 0", Map.of(), "v")));
      assertRefused(
          1100,
          "query results exceed the maxOutputSize Limit 500",
          () -> small.proxy.query(query("c", "id in [1,2,3,4,5,6]", Map.of(), "t")));
      assertThat(values(small.proxy.query(query("c", "id in [1,2]", Map.of(), "t")), "t"))
          .hasSize(2);
    }
  }

  @Test
  void choosesTheTimestampByLevel() {
    long written =
        cluster
            .proxy
            .insert(
                insert(
                    "c", 1, Map.of("id", longs(500L), "v", vectors(new float[2]), "n", longs(1L))))
            .timestamp();
    assertThat(at(Consistency.EVENTUALLY, 1)).isEqualTo(written);
    assertThat(at(Consistency.BOUNDED, 2)).isEqualTo(written);
    assertThat(at(Consistency.SESSION, written)).isEqualTo(written);
    assertThat(at(Consistency.STRONG, 0)).isGreaterThan(written);
    assertThat(at(Consistency.CUSTOMIZED, written - 1)).isEqualTo(written - 1);
    assertThat(at(Consistency.CUSTOMIZED, 5)).isEqualTo(collection.updateTimestamp());
    cluster.clock.advance(Duration.ofMinutes(1));
    long bounded = at(Consistency.BOUNDED, 2);
    long expected = FakeCluster.START_MILLIS + Duration.ofSeconds(55).toMillis();
    assertThat(Timestamps.physicalMillis(bounded)).isBetween(expected, expected + 1000);
  }

  @Test
  void weakReadsOfANewProxySeeWhatOthersWrote() {
    long written = cluster.root.allocateTimestamps(1).first();
    for (Consistency weak : List.of(Consistency.BOUNDED, Consistency.EVENTUALLY)) {
      ElanusProxy restarted = cluster.restartedProxy();
      assertThat(at(restarted, weak, 2)).isGreaterThan(written);
    }
  }

  private long at(Consistency level, long given) {
    return at(cluster.proxy, level, given);
  }

  private static long at(ElanusProxy proxy, Consistency level, long given) {
    return proxy
        .query(
            new Proxy.QueryRequest(
                "default",
                "c",
                List.of(),
                "id == 500",
                Map.of(),
                Map.of(),
                List.of(),
                new Proxy.ReadLevel(false, level, given)))
        .timestamp();
  }

  @Test
  void anIteratorReadsExactlyAtItsTimestamp() {
    Proxy.QueryRequest request =
        new Proxy.QueryRequest(
            "default",
            "c",
            List.of(),
            "id < 9223372036854775807",
            Map.of(),
            Map.of("iterator", "True", "limit", "1", "offset", "0"),
            List.of(),
            new Proxy.ReadLevel(false, Consistency.STRONG, 0));
    long pinned = cluster.proxy.query(request).timestamp();
    cluster.proxy.insert(
        insert("c", 1, Map.of("id", longs(1000L), "v", vectors(new float[2]), "n", longs(1L))));
    List<Object> seen = new ArrayList<>();
    String filter = "id >= 0";
    while (true) {
      Proxy.QueryAnswer page =
          cluster.proxy.query(
              new Proxy.QueryRequest(
                  "default",
                  "c",
                  List.of(),
                  filter,
                  Map.of(),
                  Map.of(
                      "iterator", "True",
                      "reduce_stop_for_best", "True",
                      "limit", "33",
                      "collection_id", String.valueOf(collection.id())),
                  List.of("n"),
                  new Proxy.ReadLevel(false, Consistency.STRONG, pinned)));
      List<Object> ids = values(page, "id");
      if (ids.isEmpty()) {
        break;
      }
      seen.addAll(ids);
      filter = "id > " + ids.getLast() + " and (n >= 0)";
    }
    assertThat(seen).isEqualTo(range(0, ROWS));
  }

  @Test
  void prunesPartitionsByTheirKey() {
    cluster.root.execute(
        new Ddl.CreateCollection(
            "default",
            schema("keyed", id(), vector("v", 2), text("tenant", 20).partition()),
            false,
            1,
            8,
            Consistency.STRONG,
            Map.of()));
    Catalogue.Collection keyed = cluster.root.findCollection("default", "keyed").orElseThrow();
    cluster.query.states.put(
        keyed.id(),
        new QueryCoord.LoadState(keyed.id(), Set.of(), Set.of(), 1, 100, Optional.of(Set.of())));
    cluster.proxy.insert(
        insert(
            "keyed",
            3,
            Map.of(
                "id", longs(1L, 2L, 3L),
                "v", vectors(new float[3][2]),
                "tenant", texts("a", "b", "a"))));
    assertThat(
            values(cluster.proxy.query(query("keyed", "tenant == 'a' and id > 0", Map.of())), "id"))
        .containsExactly(1L, 3L);
    String expected = "_default_" + RoutingHash.of("a") % 8;
    assertThat(cluster.shards.queries.getLast().scope().partitions())
        .containsExactly(keyed.partition(expected).orElseThrow().id());
  }

  @Test
  void hidesRowsThatOutlivedTheirTime() {
    cluster.root.properties("c", Map.of("collection.ttl.seconds", "60"));
    cluster.proxy.query(query("c", "n == 4", Map.of()));
    var scope = cluster.shards.queries.getLast().scope();
    assertThat(scope.expiredBefore()).isEqualTo(scope.timestamp() - Timestamps.of(60_000, 0) + 1);
  }
}
