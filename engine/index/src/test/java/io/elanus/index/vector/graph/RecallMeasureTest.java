package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a build says of its recall, against the recall of queries it has never seen. */
class RecallMeasureTest {
  private static final long SEED = 23;
  private static final int ROWS = 12_000;

  @TempDir Path folder;

  @ParameterizedTest
  @EnumSource(
      value = Metric.class,
      names = {"L2", "IP", "COSINE"})
  void saysWhatQueriesFind(Metric metric) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 32, 60, 0.9f, SEED);
    IndexSpec spec = new IndexSpec(IndexType.HNSW, metric, Map.of("M", "8"));
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        MeasuredRecall measured = index.measuredRecall();
        assertThat(measured.isEmpty()).isFalse();
        assertThat(measured.atDefault()).isGreaterThanOrEqualTo(0.95f);
        for (int i : new int[] {0, 2, 4}) {
          IndexChecks checks = new IndexChecks(index, rows, Map.of("ef", measured.efforts()[i]));
          assertThat(checks.recall(sample, 100, 10, Bits.all(ROWS)))
              .as("ef %d, seed %d", measured.efforts()[i], SEED)
              .isCloseTo(measured.tens()[i], within(0.05));
        }
        for (double target : new double[] {0.9, 0.95, 0.99}) {
          IndexChecks checks = new IndexChecks(index, rows, Map.of("target_recall", target));
          assertThat(checks.recall(sample, 100, 10, Bits.all(ROWS)))
              .as("target %s, seed %d", target, SEED)
              .isGreaterThanOrEqualTo(target - 0.01);
          assertThat(checks.recall(sample, 30, 100, Bits.all(ROWS)))
              .as("target %s of 100, seed %d", target, SEED)
              .isGreaterThanOrEqualTo(target - 0.01);
        }
        assertThat(new IndexChecks(index, rows, Map.of()).recall(sample, 100, 10, Bits.all(ROWS)))
            .isGreaterThanOrEqualTo(0.94);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 0.3f})
  void equalRowsAreAllFound(float value) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment data = arena.allocate(4000 * 32L, 64);
      for (long i = 0; i < 4000 * 8; i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value * (1 + i % 8));
      }
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, 8, 4000, data);
      Path file = folder.resolve("equal");
      VectorIndexes.build(
          IndexSpec.of(IndexType.HNSW, Metric.COSINE), rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.measuredRecall().best()).isEqualTo(1);
      }
    }
  }

  @Test
  void isCancelledWhileItMeasures() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    AtomicBoolean built = new AtomicBoolean();
    BuildContext context =
        new BuildContext() {
          @Override
          public int threads() {
            return 1;
          }

          @Override
          public boolean cancelled() {
            return built.get();
          }

          @Override
          public void progress(double fraction) {
            built.set(fraction >= GraphDraft.FIRST_SHARE);
          }
        };
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(3000, arena);
      Path file = folder.resolve("cancelled");
      assertThatThrownBy(() ->
              VectorIndexes.build(IndexSpec.of(IndexType.HNSW, Metric.L2), rows, context, file))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(folder).isEmptyDirectory();
    }
  }
}
