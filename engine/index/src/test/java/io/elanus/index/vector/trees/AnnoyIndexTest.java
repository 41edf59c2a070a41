package io.elanus.index.vector.trees;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Trees over more rows than a search compares. */
class AnnoyIndexTest {
  private static final long SEED = 17;
  private static final int ROWS = 20_000;
  private static final int DIMENSION = 32;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(names = {"L2", "IP", "COSINE"})
  void findsMostOfTheNearest(Metric metric) {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 32, SEED);
    IndexSpec spec = IndexSpec.of(IndexType.ANNOY, metric);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, 8192, arena);
      Path file = folder.resolve("trees");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of());
        assertThat(checks.recall(sample, 20, 10, Bits.all(ROWS)))
            .as("seed %d", SEED)
            .isGreaterThanOrEqualTo(0.95);
        Bits some = Bits.none(ROWS);
        for (int row = 0; row < ROWS; row += 3) {
          some.set(row);
        }
        assertThat(checks.recall(sample, 20, 10, some)).isGreaterThanOrEqualTo(0.95);
        IndexChecks quick = new IndexChecks(index, rows, Map.of("search_k", 200));
        IndexChecks thorough = new IndexChecks(index, rows, Map.of("search_k", ROWS));
        assertThat(quick.recall(sample, 20, 10, Bits.all(ROWS))).isGreaterThanOrEqualTo(0.3);
        assertThat(thorough.recall(sample, 5, 10, Bits.all(ROWS))).isEqualTo(1);
      }
    }
  }

  /** Rows that an inner product ranks quite unlike a distance. */
  enum Uneven {
    /** All on one side of the origin. */
    AWAY,
    /** Of very different lengths. */
    LENGTHS,
    /** On the axes. */
    AXES;

    DenseRows rows(Arena arena) {
      Random random = new Random(SEED);
      MemorySegment data = arena.allocate(4L * ROWS * DIMENSION, 64);
      for (int row = 0; row < ROWS; row++) {
        double length = this == LENGTHS ? Math.exp(random.nextGaussian()) : 1;
        int axis = random.nextInt(DIMENSION);
        for (int i = 0; i < DIMENSION; i++) {
          double value = random.nextGaussian();
          double own = this == AXES && i != axis ? 0 : length * value + (this == AWAY ? 2 : 0);
          data.setAtIndex(ValueLayout.JAVA_FLOAT, (long) row * DIMENSION + i, (float) own);
        }
      }
      return new DenseRows(
          DataType.FLOAT_VECTOR, DIMENSION, ROWS, ROWS, List.of(data), Bits.all(ROWS));
    }
  }

  @ParameterizedTest
  @EnumSource(Uneven.class)
  void findsByInnerProductsAsManyAsByAngles(Uneven uneven) {
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = uneven.rows(arena);
      double byProduct = recall(rows, Metric.IP, 8000, arena);
      double byAngle = recall(rows, Metric.COSINE, 8000, arena);
      assertThat(byProduct).as("seed %d", SEED).isGreaterThanOrEqualTo(byAngle - 0.02);
    }
  }

  /** Share of scores as good as the 10 best, for rows of the table as queries. */
  private double recall(DenseRows rows, Metric metric, int compared, Arena arena) {
    Path file = folder.resolve(metric.name());
    VectorIndexes.build(
        IndexSpec.of(IndexType.ANNOY, metric), rows, BuildContext.withThreads(2), file);
    Bits all = Bits.all(ROWS);
    try (VectorIndex index = VectorIndexes.open(file, arena)) {
      IndexChecks checks = new IndexChecks(index, rows, Map.of("search_k", compared));
      int hits = 0;
      for (int i = 0; i < 30; i++) {
        MemorySegment query = rows.row(i);
        Neighbors truth = ExactOracle.search(rows, metric, query, 10, all, ScoreRange.NONE);
        Neighbors found = checks.search(query, 10, all, ScoreRange.NONE);
        checks.checkHits(found, query, all);
        float worst = truth.scores()[9];
        for (float score : found.scores()) {
          hits += score >= worst - 1e-4f * (1 + Math.abs(worst)) ? 1 : 0;
        }
      }
      return hits / 300.0;
    }
  }

  @Test
  void planesLieBeyondTwoGigabytes() {
    assertThat(AnnoyTree.planeAt(3_000_000, 3072)).isEqualTo(9_216_000_000L);
  }

  @Test
  void findsARangeBeyondTheRowsCompared() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 32, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(5000, arena);
      Path file = folder.resolve("trees");
      VectorIndexes.build(
          IndexSpec.of(IndexType.ANNOY, Metric.L2), rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("search_k", 200));
        MemorySegment query = sample.vector();
        Bits all = Bits.all(5000);
        Neighbors truth = ExactOracle.search(rows, Metric.L2, query, 5000, all, ScoreRange.NONE);
        float near = truth.scores()[3000];
        float far = truth.scores()[3040];
        ScoreRange ring = ScoreRange.of(Metric.L2, Optional.of(far), Optional.of(near));
        Neighbors found = checks.search(query, 100, all, ring);
        checks.checkHits(found, query, all);
        assertThat(found.count()).isBetween(39, 41);
      }
    }
  }

  @Test
  void treesDoNotDependOnThreads() throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 20, SEED);
    IndexSpec spec = new IndexSpec(IndexType.ANNOY, Metric.L2, Map.of("n_trees", "5"));
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(3000, arena);
      Path one = folder.resolve("one");
      Path four = folder.resolve("four");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), one);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(4), four);
      assertThat(Files.mismatch(one, four)).isEqualTo(-1);
    }
  }

  @Test
  void searchesForAtLeastK() {
    IndexSpec spec = IndexSpec.of(IndexType.ANNOY, Metric.L2);
    assertThat(SearchParameters.of(spec, 10, Map.of("search_k", -1)).reorder()).isZero();
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("search_k", 9)))
        .isInstanceOfSatisfying(
            ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
        .hasMessageContaining("search_k(9) should be larger than k(10)");
  }
}
