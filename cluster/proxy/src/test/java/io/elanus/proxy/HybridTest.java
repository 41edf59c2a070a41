package io.elanus.proxy;

import static io.elanus.proxy.Calls.assertRefused;
import static io.elanus.proxy.Calls.insert;
import static io.elanus.proxy.Calls.search;
import static io.elanus.proxy.TestSchemas.id;
import static io.elanus.proxy.TestSchemas.longs;
import static io.elanus.proxy.TestSchemas.number;
import static io.elanus.proxy.TestSchemas.schema;
import static io.elanus.proxy.TestSchemas.vector;
import static io.elanus.proxy.TestSchemas.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.roles.Proxy;
import io.elanus.schema.Metric;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class HybridTest {
  private static final int ROWS = 120;
  private static final float[] QUERY_A = {1, 2};
  private static final float[] QUERY_B = {3, 0.5f};

  private final FakeCluster cluster = new FakeCluster();
  private final float[][] a = new float[ROWS][];
  private final float[][] b = new float[ROWS][];

  @BeforeEach
  void fill() {
    cluster.collection(schema("c", id(), vector("a", 2), vector("b", 2), number("n")), false, 3);
    Random random = new Random(11);
    Object[] ids = new Object[ROWS];
    Object[] numbers = new Object[ROWS];
    for (int i = 0; i < ROWS; i++) {
      a[i] = new float[] {random.nextInt(8), random.nextInt(8)};
      b[i] = new float[] {random.nextFloat(4), random.nextFloat(4)};
      ids[i] = (long) i;
      numbers[i] = (long) i % 5;
    }
    cluster.proxy.insert(
        insert(
            "c",
            ROWS,
            Map.of("id", longs(ids), "a", vectors(a), "b", vectors(b), "n", longs(numbers))));
  }

  @AfterEach
  void close() {
    cluster.close();
  }

  private static Proxy.SearchRequest part(String field, float[] query, int k) {
    return search("c", vectors(query), Map.of("anns_field", field, "topk", String.valueOf(k)));
  }

  private static Proxy.HybridSearchRequest hybrid(
      Map<String, String> rank, Proxy.SearchRequest... parts) {
    return new Proxy.HybridSearchRequest(
        "default", "c", List.of(), List.of(parts), rank, List.of("n"), Proxy.ReadLevel.STRONG);
  }

  private static List<Long> ranking(float[][] rows, float[] query, int k) {
    List<Long> ids = new ArrayList<>();
    for (long i = 0; i < ROWS; i++) {
      ids.add(i);
    }
    ids.sort(
        Comparator.<Long>comparingDouble(i -> distance(rows, query, i)).thenComparingLong(i -> i));
    return ids.subList(0, k);
  }

  private static float distance(float[][] rows, float[] query, long row) {
    return FakeShards.score(Metric.L2, vectors(query), 0, vectors(rows[(int) row]), 0);
  }

  @Test
  void fusesByReciprocalRank() {
    Proxy.SearchAnswer answer =
        cluster.proxy.hybridSearch(
            hybrid(
                Map.of("limit", "10", "offset", "2", "params", "{\"k\": 20}"),
                part("a", QUERY_A, 30),
                part("b", QUERY_B, 25)));
    Map<Long, Double> sums = new HashMap<>();
    List<Long> first = ranking(a, QUERY_A, 30);
    List<Long> second = ranking(b, QUERY_B, 25);
    IntStream.range(0, 30).forEach(i -> sums.merge(first.get(i), 1.0 / (21 + i), Double::sum));
    IntStream.range(0, 25).forEach(i -> sums.merge(second.get(i), 1.0 / (21 + i), Double::sum));
    List<Long> expected = new ArrayList<>(sums.keySet());
    expected.sort(
        Comparator.<Long>comparingDouble(i -> -(float) sums.get(i).doubleValue())
            .thenComparingLong(i -> i));
    for (int i = 0; i < 10; i++) {
      assertThat(answer.ids().get(i)).isEqualTo(expected.get(i + 2));
      assertThat(answer.scores()[i]).isEqualTo((float) (double) sums.get(expected.get(i + 2)));
      assertThat(answer.outputs().getFirst().column().value(i)).isEqualTo(expected.get(i + 2) % 5);
    }
    assertThat(cluster.shards.searches.stream().map(s -> s.scope().timestamp()).distinct().count())
        .isEqualTo(1);
  }

  @Test
  void weighsDistancesAscendingUnlessNormalised() {
    Map<String, String> raw =
        Map.of("strategy", "weighted", "limit", "8", "params", "{\"weights\": [0.3, 0.7]}");
    Proxy.SearchAnswer answer =
        cluster.proxy.hybridSearch(hybrid(raw, part("a", QUERY_A, ROWS), part("b", QUERY_B, ROWS)));
    List<Float> expected = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      expected.add((float) (0.3 * distance(a, QUERY_A, i) + 0.7 * distance(b, QUERY_B, i)));
    }
    Collections.sort(expected);
    for (int i = 0; i < 8; i++) {
      assertThat(answer.scores()[i]).isCloseTo(expected.get(i), within(1e-5f));
    }
    Map<String, String> normal =
        Map.of(
            "strategy", "weighted",
            "limit", "8",
            "params", "{\"weights\": [0.3, 0.7], \"norm_score\": true}");
    Proxy.SearchAnswer normalised =
        cluster.proxy.hybridSearch(
            hybrid(normal, part("a", QUERY_A, ROWS), part("b", QUERY_B, ROWS)));
    float best = 0;
    for (int i = 0; i < ROWS; i++) {
      double score =
          0.3 * (1 - 2 * Math.atan(distance(a, QUERY_A, i)) / Math.PI)
              + 0.7 * (1 - 2 * Math.atan(distance(b, QUERY_B, i)) / Math.PI);
      best = Math.max(best, (float) score);
    }
    assertThat(normalised.scores()[0]).isCloseTo(best, within(1e-6f));
    assertThat(normalised.scores()[0]).isGreaterThan(normalised.scores()[7]);
  }

  @Test
  void mixesDirectionsByTurningDistancesRound() {
    HybridRanker ranker = new HybridRanker.Weighted(new double[] {0.5, 0.5}, false);
    List<Metric> mixed = List.of(Metric.IP, Metric.L2);
    assertThat(ranker.share(0, 3, 1, mixed)).isEqualTo(1.5);
    assertThat(ranker.share(1, 1, 1, mixed)).isCloseTo(0.25, within(1e-9));
    assertThat(ranker.largerIsBetter(mixed)).isTrue();
    assertThat(ranker.largerIsBetter(List.of(Metric.L2, Metric.HAMMING))).isFalse();
    assertThat(HybridRanker.Weighted.normalised(0.5f, Metric.COSINE)).isEqualTo(0.75);
    assertThat(HybridRanker.Weighted.normalised(1, Metric.IP)).isCloseTo(0.75, within(1e-9));
  }

  @Test
  void groupsTheFusedList() {
    Proxy.SearchAnswer answer =
        cluster.proxy.hybridSearch(
            hybrid(
                Map.of("limit", "3", "group_by_field", "n", "group_size", "2"),
                part("a", QUERY_A, 5),
                part("b", QUERY_B, 5)));
    assertThat(answer.ids().size()).isEqualTo(6);
    var groups = answer.groupBy().orElseThrow().column();
    for (int i = 0; i < 6; i += 2) {
      assertThat(groups.value(i)).isEqualTo(groups.value(i + 1));
    }
    assertThat(IntStream.of(0, 2, 4).mapToObj(groups::value).distinct()).hasSize(3);
  }

  @Test
  void refusesWhatDoesNotFit() {
    Proxy.SearchRequest one = part("a", QUERY_A, 5);
    assertRefused(
        1101,
        "limit not found in rank_params",
        () -> cluster.proxy.hybridSearch(hybrid(Map.of(), one, one)));
    assertRefused(
        1100,
        "the length of weights param mismatch with ann search requests: invalid parameter[expected=2][actual=1]",
        () ->
            cluster.proxy.hybridSearch(
                hybrid(
                    Map.of("limit", "1", "strategy", "weighted", "params", "{\"weights\":[1]}"),
                    one,
                    one)));
    assertRefused(
        1100,
        "rank param weight should be in range [0, 1]",
        () ->
            cluster.proxy.hybridSearch(
                hybrid(
                    Map.of("limit", "1", "strategy", "weighted", "params", "{\"weights\":[2]}"),
                    one)));
    assertRefused(
        1100,
        "must set weight params",
        () ->
            cluster.proxy.hybridSearch(hybrid(Map.of("limit", "1", "strategy", "weighted"), one)));
    assertRefused(
        1100,
        "rank params k should be in range (0, 16384)",
        () ->
            cluster.proxy.hybridSearch(hybrid(Map.of("limit", "1", "params", "{\"k\": 0}"), one)));
    assertRefused(
        1100,
        "unsupported rank type magic",
        () -> cluster.proxy.hybridSearch(hybrid(Map.of("limit", "1", "strategy", "magic"), one)));
    assertRefused(
        1100,
        "order_by is not supported for hybrid search",
        () ->
            cluster.proxy.hybridSearch(hybrid(Map.of("limit", "1", "order_by_fields", "n"), one)));
    assertRefused(
        1100,
        "sub search request nq should be the same",
        () ->
            cluster.proxy.hybridSearch(
                hybrid(
                    Map.of("limit", "1"),
                    one,
                    search(
                        "c", vectors(QUERY_B, QUERY_B), Map.of("anns_field", "b", "topk", "3")))));
    assertRefused(
        1100,
        "maximum of ann search requests is 1024",
        () ->
            cluster.proxy.hybridSearch(
                hybrid(
                    Map.of("limit", "1"),
                    Collections.nCopies(1025, one).toArray(Proxy.SearchRequest[]::new))));
    assertRefused(
        1100,
        "multiple anns_fields exist, please specify a anns_field in search_params",
        () -> cluster.proxy.search(search("c", vectors(QUERY_A), Map.of("topk", "3"))));
  }
}
