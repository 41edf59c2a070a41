package io.elanus.index.vector.growing;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.graph.LongRows;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Map;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Fresh rows under IP a few of which are many times as long as the others, seeded. */
final class GrowingLongRowsTest {
  private static final long SEED = 17;
  private static final int COUNT = 5000;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 50;
  private static final int K = 10;

  @Test
  void areFoundWhereTheyAreTheBest() {
    // The first are there when codes are learned, the last come afterwards.
    IntToDoubleFunction times = row -> row == 0 || row == 4900 ? 30 : row % 701 == 7 ? 6 : 1;
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.IP))) {
      DenseRows rows = rows(times, arena);
      for (int linked : new int[] {2000, 3000, 4096, COUNT}) {
        graph.extend(first(rows, linked), () -> false);
        assertThat(graph.count()).isEqualTo(linked);
        assertThat(found(graph, rows, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
        assertThat(found(graph, rows, without(row -> row % 3 == 1))).isGreaterThanOrEqualTo(0.95);
        assertThat(found(graph, rows, without(row -> times.applyAsDouble(row) > 1)))
            .isGreaterThanOrEqualTo(0.95);
      }
    }
  }

  @Test
  void doNotSpoilTheGraphOfTheOthers() {
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.IP))) {
      DenseRows rows = rows(row -> row % 100 == 3 ? 1e18 : 1, arena);
      graph.extend(first(rows, 2000), () -> false);
      graph.extend(rows, () -> false);
      assertThat(found(graph, rows, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
      assertThat(found(graph, rows, without(row -> row % 100 == 3))).isGreaterThanOrEqualTo(0.95);
    }
  }

  /** A row that longer ones came after is linked then, and stays to be found. */
  @Test
  void thereMayBeMoreThanAreKept() {
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.IP))) {
      DenseRows rows = rows(row -> row % 20 == 0 ? 2 + row / 1000.0 : 1, arena);
      for (int linked = 500; linked <= COUNT; linked += 500) {
        graph.extend(first(rows, linked), () -> false);
      }
      GrowingGraph.Grown grown = graph.retain();
      assertThat(grown).isNotNull();
      grown.release();
      LongRows known = grown.search().longRows();
      assertThat(known.slots())
          .containsExactly(IntStream.range(186, 250).map(i -> 20 * i).toArray());
      assertThat(found(graph, rows, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
      assertThat(found(graph, rows, without(row -> row % 20 == 0))).isGreaterThanOrEqualTo(0.95);
      for (int row = 0; row < 186 * 20; row += 20) {
        assertThat(grown.stage().links().has(row)).as("links of row %d", row).isTrue();
      }
    }
  }

  /** Share of the best that are found; fails where the very best is not. */
  private static double found(GrowingGraph graph, DenseRows rows, Bits eligible) {
    VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, Metric.IP), rows);
    VectorIndex index = graph.over(rows.present(), exact);
    IndexChecks checks = new IndexChecks(index, rows, Map.of());
    Random random = new Random(SEED + 1);
    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      MemorySegment asked = MemorySegment.ofArray(gaussian(random));
      Neighbors truth = ExactOracle.search(rows, Metric.IP, asked, K, eligible, ScoreRange.NONE);
      Neighbors found = checks.search(asked, K, eligible, ScoreRange.NONE);
      assertThat(found.rows()).doesNotHaveDuplicates().hasSize(K);
      assertThat(found.rows()[0])
          .as("best of query %d, seed %d", i, SEED)
          .isEqualTo(truth.rows()[0]);
      for (float score : found.scores()) {
        hits += score >= truth.scores()[K - 1] - 1e-3f ? 1 : 0;
      }
    }
    return (double) hits / (K * QUERIES);
  }

  private static DenseRows rows(IntToDoubleFunction times, Arena arena) {
    Random random = new Random(SEED);
    MemorySegment data = arena.allocate(4L * DIMENSION * COUNT, 64);
    for (int row = 0; row < COUNT; row++) {
      float[] values = gaussian(random);
      double length = LongRows.length(values);
      for (int i = 0; i < DIMENSION; i++) {
        values[i] *= (float) (times.applyAsDouble(row) / length);
      }
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 4L * DIMENSION * row, DIMENSION);
    }
    return DenseRows.of(DataType.FLOAT_VECTOR, DIMENSION, COUNT, data);
  }

  private static float[] gaussian(Random random) {
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  private static DenseRows first(DenseRows rows, int count) {
    return new DenseRows(
        rows.type(), rows.dimension(), count, rows.rowsPerChunk(), rows.chunks(), Bits.all(count));
  }

  private static Bits without(IntPredicate left) {
    Bits others = Bits.all(COUNT);
    for (int row = 0; row < COUNT; row++) {
      if (left.test(row)) {
        others.clear(row);
      }
    }
    return others;
  }
}
