package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.growing.GrowingGraph;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The masks of the filtered benchmark: random rows, the rows nearest to the query and those
 * farthest from it, a half, a tenth, a hundredth and a thousandth of all, asked of a graph at its
 * default effort.
 */
class FilteredGraphTest {
  private static final long SEED = 41;
  private static final int ROWS = 20_000;
  private static final int QUERIES = 25;
  private static final int K = 10;

  @TempDir Path folder;

  private enum Mask {
    RANDOM,
    NEAREST,
    FARTHEST
  }

  @Test
  void findsWhatEveryMaskKeeps() {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 32, 100, 0.5f, SEED);
    IndexSpec spec = new IndexSpec(IndexType.HNSW, Metric.L2, Map.of("M", "12"));
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        check(index, rows, sample);
      }
    }
  }

  @Test
  @Tag("long")
  void findsWhatEveryMaskKeepsOfRowsThatAreHardToFind() {
    checkRowsThatAreHardToFind(IndexType.HNSW, "");
  }

  @Test
  @Tag("long")
  void findsItBySigns() {
    checkRowsThatAreHardToFind(IndexType.HNSW_SQ, "RABITQ");
  }

  /** Rows without clusters, which take a wide walk also without a filter (decision 0021). */
  private void checkRowsThatAreHardToFind(IndexType type, String codes) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 96, 1, 1f, SEED);
    Map<String, String> codec =
        codes.isEmpty() ? Map.of() : Map.of("sq_type", codes, "refine", "true");
    Map<String, String> parameters = new HashMap<>(codec);
    parameters.put("M", "8");
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      IndexSpec spec = new IndexSpec(type, Metric.L2, parameters);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.measuredRecall().effort(0.95f, K)).isGreaterThan(128);
        for (Mask mask : Mask.values()) {
          assertThat(recall(index, rows, sample, mask, ROWS / 2))
              .as("%s %s, %s mask, seed %d", type, codes, mask, SEED)
              .isGreaterThanOrEqualTo(0.97);
        }
      }
    }
  }

  @Test
  void findsWhatEveryMaskKeepsOfGrowingRows() {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 32, 100, 0.5f, SEED);
    IndexSpec spec = new IndexSpec(IndexType.HNSW, Metric.L2, Map.of("M", "12"));
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(spec)) {
      DenseRows rows = sample.rows(ROWS, arena);
      graph.extend(rows, () -> false);
      assertThat(graph.count()).isEqualTo(ROWS);
      VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, Metric.L2), rows);
      check(graph.over(rows.present(), exact), rows, sample);
    }
  }

  /**
   * What is left is a shell around the query, near on all its sides. Lengths of rows differ by
   * orders, so that links reach over it from anywhere.
   */
  @ParameterizedTest
  @CsvSource({
    "HNSW, ''",
    "HNSW_SQ, SQ8",
    "HNSW_SQ, RABITQ",
    "DISKANN, ''",
    "AUTOINDEX, ''",
  })
  void findsWhatLiesAroundAHole(IndexType type, String codes) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 48, 60, 0.5f, SEED);
    Map<String, String> parameters =
        codes.isEmpty() ? Map.of() : Map.of("sq_type", codes, "refine", "true");
    IndexSpec spec = new IndexSpec(type, Metric.L2, parameters);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS / 2, arena);
      stretch(rows.chunks().getFirst(), ROWS / 2, 48);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        for (int hole : new int[] {30, 300, 1000, 3000, 6000, 9000}) {
          assertThat(recallAround(index, rows, hole))
              .as("%s %s, %d nearest left out, seed %d", type, codes, hole, SEED)
              .isGreaterThanOrEqualTo(0.97);
        }
      }
    }
  }

  private static void stretch(MemorySegment data, int count, int dimension) {
    Random random = new Random(SEED);
    for (long i = 0; i < count; i++) {
      double length = Math.exp(random.nextGaussian());
      for (long at = i * dimension; at < (i + 1) * dimension; at++) {
        float value = data.getAtIndex(ValueLayout.JAVA_FLOAT, at);
        data.setAtIndex(ValueLayout.JAVA_FLOAT, at, (float) (length * value));
      }
    }
  }

  private static double recallAround(VectorIndex index, DenseRows rows, int hole) {
    VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, Metric.L2), rows);
    IndexChecks checks = new IndexChecks(index, rows, Map.of());
    IndexChecks oracle = new IndexChecks(exact, rows, Map.of());
    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      MemorySegment query = rows.row(i * 7);
      Neighbors order = oracle.search(query, hole + K, Bits.all(rows.count()), ScoreRange.NONE);
      Bits eligible = Bits.all(rows.count());
      for (int j = 0; j < hole; j++) {
        eligible.clear(order.rows()[j]);
      }
      Neighbors found = checks.search(query, K, eligible, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(K);
      for (float score : found.scores()) {
        hits += score <= order.scores()[hole + K - 1] * (1 + 1e-5f) ? 1 : 0;
      }
    }
    return (double) hits / (K * QUERIES);
  }

  private static void check(VectorIndex index, DenseRows rows, SampleRows sample) {
    for (Mask mask : Mask.values()) {
      for (int kept : new int[] {ROWS / 2, ROWS / 10, ROWS / 100, ROWS / 1000}) {
        assertThat(recall(index, rows, sample, mask, kept))
            .as("%s mask of %d rows, seed %d", mask, kept, SEED)
            .isGreaterThanOrEqualTo(0.98);
      }
    }
  }

  private static double recall(
      VectorIndex index, DenseRows rows, SampleRows sample, Mask mask, int kept) {
    VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, Metric.L2), rows);
    IndexChecks checks = new IndexChecks(index, rows, Map.of());
    IndexChecks oracle = new IndexChecks(exact, rows, Map.of());
    Random random = new Random(SEED);
    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      MemorySegment query = sample.vector();
      Bits eligible = mask(mask, kept, oracle, query, random);
      Neighbors found = checks.search(query, K, eligible, ScoreRange.NONE);
      Neighbors truth = oracle.search(query, K, eligible, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(K);
      checks.checkHits(found, query, eligible);
      for (float score : found.scores()) {
        hits += score <= truth.scores()[K - 1] * (1 + 1e-5f) ? 1 : 0;
      }
    }
    return (double) hits / (K * QUERIES);
  }

  private static Bits mask(
      Mask mask, int kept, IndexChecks oracle, MemorySegment query, Random random) {
    Bits bits = Bits.none(ROWS);
    if (mask == Mask.RANDOM) {
      while (bits.cardinality() < kept) {
        bits.set(random.nextInt(ROWS));
      }
      return bits;
    }
    Neighbors order = oracle.search(query, ROWS, Bits.all(ROWS), ScoreRange.NONE);
    for (int i = 0; i < kept; i++) {
      bits.set(order.rows()[mask == Mask.NEAREST ? i : ROWS - 1 - i]);
    }
    return bits;
  }
}
