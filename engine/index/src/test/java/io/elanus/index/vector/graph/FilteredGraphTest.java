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
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
