package io.elanus.index.vector.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
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
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the build of an inverted file says of its recall, against queries it has never seen. */
class ListRecallTest {
  private static final long SEED = 29;
  private static final int ROWS = 8000;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, L2, FLOAT_VECTOR",
    "IVF_FLAT, COSINE, FLOAT16_VECTOR",
    "IVF_FLAT, IP, FLOAT_VECTOR",
    "IVF_FLAT, L2, INT8_VECTOR",
    "SCANN, COSINE, FLOAT_VECTOR",
    "SCANN, L2, BFLOAT16_VECTOR",
    "BIN_IVF_FLAT, HAMMING, BINARY_VECTOR"
  })
  void saysWhatQueriesFind(IndexType type, Metric metric, DataType elements) throws IOException {
    SampleRows sample = new SampleRows(elements, 32, 60, 0.9f, SEED);
    IndexSpec spec = new IndexSpec(type, metric, Map.of("nlist", "64"));
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      Path again = folder.resolve("again");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(3), again);
      assertThat(Files.mismatch(file, again)).isEqualTo(-1);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        MeasuredRecall measured = index.measuredRecall();
        assertThat(measured.efforts()).startsWith(1, 2, 4, 8).endsWith(64);
        assertThat(measured.best()).isGreaterThanOrEqualTo(0.97f);
        assertThat(index.defaultRecall()).isEqualTo(measured.tens()[3]);
        for (int i : new int[] {0, 2, 3, 5}) {
          IndexChecks checks =
              new IndexChecks(index, rows, Map.of("nprobe", measured.efforts()[i]));
          assertThat(checks.recall(sample, 100, 10, Bits.all(ROWS)))
              .as("nprobe %d, seed %d", measured.efforts()[i], SEED)
              .isCloseTo(measured.tens()[i], within(0.15));
        }
        for (double target : new double[] {0.8, 0.95}) {
          IndexChecks checks = new IndexChecks(index, rows, Map.of("target_recall", target));
          assertThat(checks.recall(sample, 100, 10, Bits.all(ROWS)))
              .as("target %s, seed %d", target, SEED)
              .isGreaterThanOrEqualTo(target - 0.05);
          assertThat(checks.recall(sample, 30, 100, Bits.all(ROWS)))
              .as("target %s of 100, seed %d", target, SEED)
              .isGreaterThanOrEqualTo(target - 0.05);
          assertThat(checks.recall(sample, 10, 1000, Bits.all(ROWS)))
              .as("target %s of 1000, seed %d", target, SEED)
              .isGreaterThanOrEqualTo(target - 0.05);
        }
      }
    }
  }

  /** A cluster fills the answers that builds measure, and ends before those asked for here. */
  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, 200",
    "IVF_FLAT, 500",
    "IVF_FLAT, 1000",
    "IVF_SQ8, 200",
    "IVF_SQ8, 500",
    "IVF_SQ8, 1000",
    "SCANN, 500",
    "IVF_RABITQ, 500"
  })
  void moreRowsThanAClusterHoldsAreFoundByRecall(IndexType type, int k) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 40, 100, 0.67f, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(15_000, arena);
      Path file = folder.resolve("clusters");
      IndexSpec spec = new IndexSpec(type, Metric.L2, built(type));
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("target_recall", 0.95));
        int common = 0;
        for (int i = 0; i < 20; i++) {
          MemorySegment query = sample.vector();
          Bits all = Bits.all(15_000);
          Neighbors found = checks.search(query, k, all, ScoreRange.NONE);
          Neighbors truth = ExactOracle.search(rows, Metric.L2, query, k, all, ScoreRange.NONE);
          Set<Integer> rowsFound = Arrays.stream(found.rows()).boxed().collect(Collectors.toSet());
          common += (int) Arrays.stream(truth.rows()).filter(rowsFound::contains).count();
        }
        assertThat(common / (20.0 * k))
            .as("%s, %d rows, seed %d", type, k, SEED)
            .isGreaterThanOrEqualTo(0.95);
      }
    }
  }

  private static Map<String, String> built(IndexType type) {
    return type == IndexType.IVF_RABITQ
        ? Map.of("nlist", "128", "refine", "true", "refine_type", "FP32")
        : Map.of("nlist", "128");
  }

  @Test
  void fewRowsAreNotMeasuredAndAllAreReadForARecall() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    IndexSpec spec = new IndexSpec(IndexType.IVF_FLAT, Metric.L2, Map.of("nlist", "16"));
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(900, arena);
      Path file = folder.resolve("few");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.measuredRecall().isEmpty()).isTrue();
        IndexChecks checks = new IndexChecks(index, rows, Map.of("target_recall", 0.9));
        assertThat(checks.recall(sample, 30, 10, Bits.all(900))).isEqualTo(1);
      }
    }
  }

  @Test
  void equalRowsAreAllFound() {
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, 8, 4000, arena.allocate(4000 * 32L, 64));
      Path file = folder.resolve("equal");
      VectorIndexes.build(
          IndexSpec.of(IndexType.IVF_FLAT, Metric.COSINE), rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.measuredRecall().best()).isEqualTo(1);
      }
    }
  }

  @Test
  void listsAndRecallExcludeEachOther() {
    IndexSpec spec = IndexSpec.of(IndexType.IVF_FLAT, Metric.L2);
    assertThat(SearchParameters.of(spec, 10, Map.of()).targetRecall()).isZero();
    assertThat(SearchParameters.of(spec, 10, Map.of()).nprobe()).isEqualTo(8);
    assertThat(SearchParameters.of(spec, 10, Map.of("target_recall", 0.9)).targetRecall())
        .isEqualTo(0.9f);
    assertThatThrownBy(
            () -> SearchParameters.of(spec, 10, Map.of("target_recall", 0.9, "nprobe", 4)))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("nprobe and target_recall exclude each other");
  }
}
