package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.search;
import static io.elanus.proxy.Calls.with;
import static io.elanus.proxy.TestSchemas.id;
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
import io.elanus.roles.Proxy;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

final class SearchTest {
  private static final int ROWS = 300;
  private static final long SEED = 20_260_721;

  private final FakeCluster cluster = new FakeCluster();
  private final float[][] stored = new float[ROWS][];
  private Catalogue.Collection collection;

  /** Few distinct coordinates, so that equal scores are frequent. */
  @BeforeEach
  void fill() {
    collection =
        cluster.collection(schema("c", id(), vector("v", 3), number("n"), text("t", 20)), true, 4);
    Random random = new Random(SEED);
    Object[] ids = new Object[ROWS];
    Object[] numbers = new Object[ROWS];
    Object[] names = new Object[ROWS];
    for (int i = 0; i < ROWS; i++) {
      stored[i] = new float[] {random.nextInt(6), random.nextInt(6), random.nextInt(6)};
      ids[i] = (long) i;
      numbers[i] = (long) (i % 7);
      names[i] = "row " + i;
    }
    cluster.proxy.insert(
        insert(
            "c",
            ROWS,
            Map.of(
                "id", longs(ids),
                "v", vectors(stored),
                "n", longs(numbers),
                "t", texts(names))));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static final float[][] QUERIES = {{0, 0, 0}, {2.5f, 3, 1}, {5, 5, 5}};

  /** (id, score) of all rows, best first, ties by id. */
  private List<long[]> oracle(float[] query) {
    List<long[]> all = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      float distance = FakeShards.score(Metric.L2, vectors(query), 0, vectors(stored[i]), 0);
      all.add(new long[] {i, Float.floatToIntBits(distance)});
    }
    all.sort(
        Comparator.<long[]>comparingDouble(hit -> Float.intBitsToFloat((int) hit[1]))
            .thenComparingLong(hit -> hit[0]));
    return all;
  }

  private static Map<String, String> top(int k) {
    return Map.of("topk", String.valueOf(k), "anns_field", "v", "metric_type", "L2");
  }

  @Test
  void mergesAsTheOracleSorts() {
    Proxy.SearchAnswer answer =
        cluster.proxy.search(
            search("c", vectors(QUERIES), with(top(20), "offset", "5"), "t", "n", "id"));
    assertThat(answer.counts()).containsExactly(20, 20, 20);
    int hit = 0;
    for (float[] query : QUERIES) {
      for (long[] expected : oracle(query).subList(5, 25)) {
        assertThat(answer.ids().get(hit)).as("seed %d, hit %d", SEED, hit).isEqualTo(expected[0]);
        assertThat(answer.scores()[hit]).isEqualTo(Float.intBitsToFloat((int) expected[1]));
        assertThat(answer.outputs().get(0).column().value(hit)).isEqualTo("row " + expected[0]);
        assertThat(answer.outputs().get(1).column().value(hit)).isEqualTo(expected[0] % 7);
        assertThat(answer.outputs().get(2).column().value(hit)).isEqualTo(expected[0]);
        hit++;
      }
    }
    assertThat(answer.outputFields()).containsExactly("t", "n", "id");
  }

  @Test
  void fetchesNothingWhenOnlyIdsAreWanted() {
    cluster.proxy.search(search("c", vectors(QUERIES), top(3)));
    assertThat(cluster.shards.fetches).isEmpty();
  }

  @Test
  void filtersAndPrunesShardsByKey() {
    Proxy.SearchAnswer answer =
        cluster.proxy.search(
            search("c", "id in [7, 8] and n >= 0", vectors(QUERIES[0]), top(10), "*"));
    assertThat(answer.ids().size()).isEqualTo(2);
    assertThat(cluster.shards.searches.size()).isLessThanOrEqualTo(2);
    assertThat(answer.outputFields()).containsExactly("id", "v", "n", "t", "$meta");
  }

  @Test
  void anEmptyAnswerHasItsColumnsAndCounts() {
    Proxy.SearchAnswer answer =
        cluster.proxy.search(search("c", "id > 100000", vectors(QUERIES), top(4), "t", "v"));
    assertThat(answer.counts()).containsExactly(0, 0, 0);
    assertThat(answer.outputs()).hasSize(2);
    assertThat(answer.outputs().get(1).column().type()).isEqualTo(DataType.FLOAT_VECTOR);
    assertThat(answer.ids()).isInstanceOf(Keys.Longs.class);
  }

  @Test
  void searchesARange() {
    Map<String, String> range = with(top(100), "params", "{\"radius\": 9, \"range_filter\": 3}");
    Proxy.SearchAnswer answer = cluster.proxy.search(search("c", vectors(QUERIES[0]), range));
    long expected =
        oracle(QUERIES[0]).stream()
            .map(hit -> Float.intBitsToFloat((int) hit[1]))
            .filter(score -> score >= 3 && score < 9)
            .count();
    assertThat(answer.ids().size()).isEqualTo((int) Math.min(100, expected));
  }

  @Test
  void groupsByAField() {
    Map<String, String> grouped =
        with(with(with(top(3), "group_by_field", "n"), "group_size", "2"), "offset", "1");
    Proxy.SearchAnswer answer =
        cluster.proxy.search(search("c", vectors(QUERIES[1]), grouped, "n"));
    Map<Long, List<Long>> groups = new LinkedHashMap<>();
    for (long[] hit : oracle(QUERIES[1])) {
      List<Long> members = groups.computeIfAbsent(hit[0] % 7, n -> new ArrayList<>());
      if (members.size() < 2) {
        members.add(hit[0]);
      }
    }
    List<Long> expected = groups.values().stream().skip(1).limit(3).flatMap(List::stream).toList();
    assertThat(IntStream.range(0, answer.ids().size()).mapToObj(answer.ids()::get).toList())
        .isEqualTo(expected);
    Column values = answer.groupBy().orElseThrow().column();
    for (int i = 0; i < expected.size(); i++) {
      assertThat(values.value(i)).isEqualTo(expected.get(i) % 7);
    }
  }

  @Test
  void ordersTheTopByFields() {
    Proxy.SearchAnswer answer =
        cluster.proxy.search(
            search("c", vectors(QUERIES[0]), with(top(30), "order_by_fields", "n:desc,id"), "n"));
    List<long[]> expected = new ArrayList<>(oracle(QUERIES[0]).subList(0, 30));
    expected.sort(
        Comparator.<long[]>comparingLong(hit -> -(hit[0] % 7)).thenComparingLong(hit -> hit[0]));
    for (int i = 0; i < 30; i++) {
      assertThat(answer.ids().get(i)).isEqualTo(expected.get(i)[0]);
    }
  }

  @Test
  void searchesByStoredIds() {
    Proxy.SearchRequest request =
        new Proxy.SearchRequest(
            "default",
            "c",
            List.of(),
            "",
            Map.of(),
            new Proxy.SearchInput.StoredKeys(Keys.of(17, 3)),
            top(5),
            List.of(),
            Proxy.ReadLevel.STRONG);
    Proxy.SearchAnswer answer = cluster.proxy.search(request);
    assertThat(answer.ids().get(0)).isEqualTo(oracle(stored[17]).getFirst()[0]);
    assertThat(answer.ids().get(5)).isEqualTo(oracle(stored[3]).getFirst()[0]);
    assertRefused(
        1100,
        "duplicate IDs found in search request",
        () -> cluster.proxy.search(byIds(request, Keys.of(1, 1))));
    assertRefused(
        1100,
        "some of the provided primary key IDs do not exist: missing IDs = [5000]",
        () -> cluster.proxy.search(byIds(request, Keys.of(1, 5000))));
  }

  @Test
  void aStoredRowWithoutVectorHasNoHits() {
    cluster.collection(schema("n", id(), vector("v", 2).orNull()), false, 2);
    cluster.proxy.insert(
        insert(
            "n",
            3,
            Map.of(
                "id", longs(1L, 2L, 3L),
                "v",
                    TestSchemas.column(
                        DataType.FLOAT_VECTOR, 2, new float[] {1, 1}, null, new float[] {3, 3}))));
    Proxy.SearchRequest request =
        byIds(search("n", vectors(new float[2]), Map.of("topk", "2")), Keys.of(2, 3, 1));
    Proxy.SearchAnswer answer = cluster.proxy.search(request);
    assertThat(answer.counts()).containsExactly(0, 2, 2);
    assertThat(answer.ids()).isEqualTo(Keys.of(3, 1, 1, 3));
    assertThat(cluster.proxy.search(byIds(request, Keys.of(2))).counts()).containsExactly(0);
  }

  private static Proxy.SearchRequest byIds(Proxy.SearchRequest request, Keys keys) {
    return new Proxy.SearchRequest(
        request.database(),
        request.collection(),
        request.partitions(),
        request.filter(),
        request.templates(),
        new Proxy.SearchInput.StoredKeys(keys),
        request.parameters(),
        request.outputFields(),
        request.level());
  }

  @Test
  void iteratesOverEveryRowOnceDespiteTies() {
    Set<Object> seen = new HashSet<>();
    List<Float> scores = new ArrayList<>();
    Map<String, String> page = new HashMap<>(top(17));
    page.put("iterator", "True");
    page.put("search_iter_v2", "True");
    page.put("search_iter_batch_size", "17");
    page.put("collection_id", String.valueOf(collection.id()));
    long pinned = 0;
    for (int pages = 0; pages < 100; pages++) {
      Proxy.SearchRequest asked = search("c", vectors(QUERIES[1]), page);
      Proxy.SearchAnswer answer =
          cluster.proxy.search(
              new Proxy.SearchRequest(
                  "default",
                  "c",
                  List.of(),
                  "",
                  Map.of(),
                  asked.input(),
                  page,
                  List.of(),
                  new Proxy.ReadLevel(false, Consistency.STRONG, pinned)));
      if (pinned != 0) {
        assertThat(answer.timestamp()).isEqualTo(pinned);
      }
      pinned = answer.timestamp();
      Proxy.IteratorState state = answer.iterator().orElseThrow();
      page.put("search_iter_id", state.token());
      page.put("search_iter_last_bound", String.valueOf((double) state.lastBound()));
      if (answer.ids().size() == 0) {
        break;
      }
      for (int i = 0; i < answer.ids().size(); i++) {
        assertThat(seen.add(answer.ids().get(i))).isTrue();
        scores.add(answer.scores()[i]);
      }
    }
    assertThat(seen).hasSize(ROWS);
    assertThat(scores).isSorted();
  }

  static Stream<Arguments> refusals() {
    Map<String, String> ok = top(10);
    return Stream.of(
        Arguments.of(1101, "topk is required", Map.of("anns_field", "v")),
        Arguments.of(
            1100,
            "topk [16385] is invalid, it should be in range [1, 16384], but got 16385",
            with(ok, "topk", "16385")),
        Arguments.of(
            1100,
            "invalid max query result window, (offset+limit) should be in range [1, 16384], but got 16394",
            with(ok, "offset", "16384")),
        Arguments.of(
            1100, "offset [-1] is invalid, should be gte than 0", with(ok, "offset", "-1")),
        Arguments.of(
            1100,
            "round_decimal [7] is invalid, should be -1 or an integer in range [0, 6]",
            with(ok, "round_decimal", "7")),
        Arguments.of(
            1100, "parse ignore growing field failed", with(ok, "ignore_growing", "maybe")),
        Arguments.of(
            1100,
            "metric type not match: invalid parameter[expected=L2][actual=COSINE]",
            with(ok, "metric_type", "COSINE")),
        Arguments.of(
            1100,
            "failed to get field schema by name: fieldName(nope) not found",
            with(ok, "anns_field", "nope")),
        Arguments.of(1100, "to search is not of vector data type", with(ok, "anns_field", "n")),
        Arguments.of(
            1100,
            "range_filter requires radius to be set",
            with(ok, "params", "{\"range_filter\": 1}")),
        Arguments.of(
            1100,
            "metric type (L2), range_filter(3) must be less than radius(2)",
            with(ok, "params", "{\"range_filter\": 3, \"radius\": 2}")),
        Arguments.of(
            1100,
            "Type conflict in json: param 'radius' (\"x\") should be a number",
            with(ok, "params", "{\"radius\": \"x\"}")),
        Arguments.of(
            1100,
            "Type conflict in json: param 'radius' (null) should be a number",
            with(ok, "params", "{\"radius\": null}")),
        Arguments.of(
            1100,
            "Type conflict in json: param 'range_filter' (null) should be a number",
            with(ok, "params", "{\"radius\": 2, \"range_filter\": null}")),
        Arguments.of(
            1100,
            "param 'range_filter' (NaN) should be a finite number",
            with(with(ok, "radius", "2"), "range_filter", "NaN")),
        Arguments.of(
            1100, "param 'radius' (1e999) should be a finite number", with(ok, "radius", "1e999")),
        Arguments.of(
            1100,
            "should be a finite number",
            with(ok, "params", "{\"radius\": 2, \"range_filter\": -1e999}")),
        Arguments.of(
            1700,
            "groupBy field not found in schema: field not found[field=1x]",
            with(ok, "group_by_field", "1x")),
        Arguments.of(
            1100,
            "grouping by several fields is not supported yet, one is: group_by_field = ['n', 't']",
            with(ok, "group_by_field", "['n', 't']")),
        Arguments.of(
            1100,
            "grouping by several fields is not supported yet",
            with(ok, "group_by_field", "n, t")),
        Arguments.of(
            1100,
            "grouping by several fields is not supported yet",
            with(ok, "group_by_fields", "n,t")),
        Arguments.of(
            2000,
            "unsupported data type FloatVector for group by operator",
            with(ok, "group_by_field", "v")),
        Arguments.of(
            1100,
            "input group size:-1 is negative, failed to do search_groupby",
            with(with(ok, "group_by_field", "n"), "group_size", "-1")),
        Arguments.of(
            1100,
            "input group size:11 exceeds configured max group size:10",
            with(with(ok, "group_by_field", "n"), "group_size", "11")),
        Arguments.of(
            1100,
            "Not allowed to do range-search when doing search-group-by",
            with(with(ok, "group_by_field", "n"), "params", "{\"radius\": 2}")),
        Arguments.of(
            1100,
            "Not allowed to do groupBy when doing iteration",
            with(with(ok, "group_by_field", "n"), "iterator", "True")),
        Arguments.of(
            1101,
            "both iterator and search_iter_v2 must be set in the SDK",
            with(ok, "search_iter_v2", "True")),
        Arguments.of(
            1101,
            "batch size is required",
            with(with(ok, "search_iter_v2", "True"), "iterator", "true")),
        Arguments.of(
            1100,
            "invalid token format",
            with(
                with(
                    with(with(ok, "search_iter_v2", "True"), "iterator", "true"),
                    "search_iter_batch_size",
                    "5"),
                "search_iter_id",
                "abc")),
        Arguments.of(
            1100,
            "Setting an offset is not permitted when using a search iterator v2",
            with(with(with(ok, "search_iter_v2", "True"), "iterator", "true"), "offset", "1")),
        Arguments.of(
            1100,
            "collection id:1 is not consistent to that in the search context,alias or database may have been changed",
            with(ok, "collection_id", "1")),
        Arguments.of(1100, "hints: fast not supported", with(ok, "hints", "fast")),
        Arguments.of(
            1100,
            "order_by field 'zz' does not exist in collection schema",
            with(ok, "order_by_fields", "zz:asc")),
        Arguments.of(
            1100,
            "invalid order direction 'up' for field 'n', expected 'asc' or 'desc'",
            with(ok, "order_by_fields", "n:up")));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("refusals")
  void refusesParameters(int code, String text, Map<String, String> parameters) {
    assertRefused(
        code, text, () -> cluster.proxy.search(search("c", vectors(QUERIES[0]), parameters)));
    assertThat(cluster.shards.searches).isEmpty();
  }

  @Test
  void refusesVectorsThatDoNotFit() {
    assertRefused(
        2000,
        "vector dimension mismatch, expected vector size(byte) 12, actual 8, field: v, dim: 3",
        () -> cluster.proxy.search(search("c", vectors(new float[2]), top(1))));
    assertRefused(
        1100,
        "vector type must be the same, field v - type FLOATVECTOR, search info type INT8VECTOR",
        () ->
            cluster.proxy.search(
                search(
                    "c",
                    TestSchemas.column(DataType.INT8_VECTOR, 3, new byte[] {1, 2, 3}),
                    top(1))));
    assertRefused(
        1100,
        "value is not a number or infinity, field: v",
        () -> cluster.proxy.search(search("c", vectors(new float[] {1, Float.NaN, 0}), top(1))));
  }

  @Test
  void refusesWhatIsNotThere() {
    assertRefused(
        1100,
        "failed to create query plan: cannot parse expression: nope(",
        () -> cluster.proxy.search(search("c", "nope(", vectors(QUERIES[0]), top(1))));
    assertRefused(
        1100,
        "parse output field name failed: a b",
        () -> cluster.proxy.search(search("c", vectors(QUERIES[0]), top(1), "a b")));
    cluster.query.release(collection.id(), Set.of());
    cluster.proxy.forget(collection.id());
    assertRefused(
        101,
        "collection not loaded[collection=" + collection.id() + "]",
        () -> cluster.proxy.search(search("c", vectors(QUERIES[0]), top(1))));
  }

  @Test
  void refusesAnAnswerThatIsTooLargeBeforeAsking() {
    try (FakeCluster small = new FakeCluster(limitedTo(10_000))) {
      Catalogue.Collection big = small.collection(schema("c", id(), vector("v", 3)), false, 1);
      small.data.rowCounts.put(1L, 1_000_000L);
      assertRefused(
          1100,
          "search results exceed the maxOutputSize Limit 10000",
          () -> small.proxy.search(search("c", vectors(QUERIES), top(1000), "v")));
      // A key takes 8 bytes, a score 4, a vector 12: 833 hits fit without it and 416 with it.
      for (Object[] most : new Object[][] {{833, new String[0]}, {416, new String[] {"v"}}}) {
        int k = (int) most[0];
        String[] outputs = (String[]) most[1];
        assertThat(small.proxy.search(search("c", vectors(QUERIES[0]), top(k), outputs)).counts())
            .containsExactly(0);
        assertRefused(
            1100,
            "search results exceed the maxOutputSize Limit 10000",
            () -> small.proxy.search(search("c", vectors(QUERIES[0]), top(k + 1), outputs)));
      }
      small.data.rowCounts.put(1L, 5L);
      assertThat(small.proxy.search(search("c", vectors(QUERIES), top(1000), "v")).counts())
          .containsExactly(0, 0, 0);
      assertThat(big.name()).isEqualTo("c");
    }
  }

  /** How long they are is known only when they are there. */
  @Test
  void refusesKeysThatAreTooLarge() {
    try (FakeCluster small = new FakeCluster(limitedTo(10_000))) {
      small.collection(schema("c", text("id", 200).primary(), vector("v", 3)), true, 1);
      Object[] ids = new Object[100];
      float[][] rows = new float[ids.length][];
      for (int i = 0; i < ids.length; i++) {
        ids[i] = String.format("%0100d", i);
        rows[i] = new float[] {i, 0, 0};
      }
      small.proxy.insert(insert("c", ids.length, Map.of("id", texts(ids), "v", vectors(rows))));
      assertThat(small.proxy.search(search("c", vectors(QUERIES[0]), top(96))).counts())
          .containsExactly(96);
      assertRefused(
          1100,
          "search results exceed the maxOutputSize Limit 10000",
          () -> small.proxy.search(search("c", vectors(QUERIES[0]), top(97))));
    }
  }

  private static ProxyConfig limitedTo(long resultBytes) {
    return new ProxyConfig(
        resultBytes,
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
        10);
  }

  @Test
  void roundsScores() {
    Proxy.SearchAnswer answer =
        cluster.proxy.search(
            search(
                "c",
                vectors(new float[] {0.123f, 0.5f, 0.7f}),
                with(top(3), "round_decimal", "1")));
    for (float score : answer.scores()) {
      assertThat(score * 10)
          .isEqualTo(Math.round(score * 10), org.assertj.core.api.Assertions.within(1e-4f));
    }
  }

  @Test
  void waitsForAChannelWithoutOwner() {
    cluster.shards.unavailableNext = 3;
    assertThat(cluster.proxy.search(search("c", vectors(QUERIES[0]), top(2))).counts())
        .containsExactly(2);
  }

  @Test
  void convertsFloatQueriesForHalfPrecisionFields() {
    cluster.collection(
        schema("h", id(), Field.of("v", DataType.BFLOAT16_VECTOR).with("dim", 3)), false, 1);
    cluster.proxy.search(
        search("h", vectors(new float[] {1.00390625f, 2, 3}), with(top(1), "anns_field", "v")));
    Column.Fixed sent = (Column.Fixed) cluster.shards.searches.getLast().queries();
    assertThat(sent.type()).isEqualTo(DataType.BFLOAT16_VECTOR);
    assertThat(sent.data().get(Column.SHORT, 0)).isEqualTo((short) 0x3f80);
    assertThat(sent.data().get(Column.SHORT, 2)).isEqualTo((short) 0x4000);
  }
}
