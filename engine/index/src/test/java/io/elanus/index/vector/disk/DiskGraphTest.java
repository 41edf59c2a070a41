package io.elanus.index.vector.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.graph.DraftMemory;
import io.elanus.index.vector.graph.PackedLinks;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What a graph keeps on disk, and how it asks for it. */
class DiskGraphTest {
  private static final long SEED = 31;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({"DISKANN,0.25", "AISAQ,0.1"})
  void littleNeedsMemory(IndexType type, double share) {
    int dimension = 256;
    int count = 4000;
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      Path file = folder.resolve("disk");
      IndexSpec spec = IndexSpec.of(type, Metric.L2);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.mappedBytes()).isEqualTo(file.toFile().length());
        assertThat(index.residentBytes()).isLessThan((long) (share * 4 * dimension * count));
        assertThat(index.measuredRecall().atDefault()).isGreaterThanOrEqualTo(0.95f);
        IndexChecks checks = new IndexChecks(index, rows, Map.of());
        assertThat(checks.recall(sample, 50, 10, Bits.all(count))).isGreaterThanOrEqualTo(0.95);
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"DISKANN", "AISAQ"})
  void aBuildTakesAtMostTheMemoryThatWasForetold(IndexType type) {
    IndexSpec spec = IndexSpec.of(type, Metric.L2);
    BuildContext context = BuildContext.withThreads(1);
    try (Arena arena = Arena.ofShared();
        DraftMemory memory = new DraftMemory()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, 64, SEED).rows(3000, arena);
      IndexMemory forecast = DiskGraphBuild.forecast(spec, rows);
      DiskGraphBuild.write(spec, rows, context, folder.resolve("disk"), memory);
      assertThat(memory.mostBytes())
          .as(forecast.toString())
          .isBetween(forecast.buildBytes() / 2, forecast.buildBytes());
    }
  }

  @Test
  void nodesHoldWhatAStepNeeds() {
    int count = 3000;
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 64, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      float[] scores = new float[0];
      for (String inline : List.of("-1", "9", "0")) {
        Path file = folder.resolve("inline" + inline);
        IndexSpec spec =
            new IndexSpec(
                IndexType.AISAQ, Metric.L2, Map.of("inline_pq", inline, "max_degree", "32"));
        VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
        try (VectorIndex index = VectorIndexes.open(file, arena)) {
          IndexFile mapped = IndexFile.open(file, arena);
          long ofUpperLayers = mapped.section(IndexFileFormat.Section.CODES).byteSize();
          assertThat(ofUpperLayers).isBetween(1L, 64L * count / 8);
          IndexChecks checks = new IndexChecks(index, rows, Map.of("search_list", 40));
          float[] found = checks.search(rows.row(7), 20, Bits.all(count), ScoreRange.NONE).scores();
          assertThat(found).hasSize(20);
          if (scores.length > 0) {
            assertThat(found).as(inline).containsExactly(scores, within(1e-3f));
          }
          scores = found;
        }
      }
    }
  }

  @Test
  void noNodeThatFitsAPageCrossesOne() {
    for (int rowBytes = 64; rowBytes <= 8192; rowBytes += 64) {
      for (int degree : new int[] {1, 24, 48, 56, 512}) {
        long bytes = rowBytes + 4L * PackedLinks.stride(degree);
        long stride = new DiskNodes.Form(rowBytes, degree, 0, 0).stride();
        assertThat(stride).isGreaterThanOrEqualTo(bytes);
        assertThat(stride % 64).isZero();
        if (bytes <= 4096) {
          assertThat(4096 % stride).isZero();
        }
      }
    }
  }

  @Test
  void slowReadsAreExpectedForAWhile() {
    DiskNodes.Reads reads = new DiskNodes.Reads();
    reads.took(50);
    assertThat(reads.areSlow()).isFalse();
    reads.took(100_000);
    assertThat(reads.areSlow()).isTrue();
    for (int i = 0; i < 10_000; i++) {
      reads.took(50);
    }
    assertThat(reads.areSlow()).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"DISKANN", "AISAQ"})
  void adviceChangesNoAnswer(IndexType type) {
    int count = 3000;
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 96, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      Path file = folder.resolve("advised");
      IndexSpec spec = IndexSpec.of(type, Metric.COSINE);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      IndexFile mapped = IndexFile.open(file, arena);
      var nodes = mapped.section(IndexFileFormat.Section.NODES);
      assertThat(nodes.isMapped()).isTrue();
      assertThat(nodes.address() % 4096).isZero();
      for (PageAdvice advice : PageAdvice.values()) {
        advice.give(nodes, 100, nodes.byteSize() - 100);
      }
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        for (int beam : new int[] {1, 8, 16}) {
          IndexChecks checks =
              new IndexChecks(index, rows, Map.of("search_list", 100, "beamwidth", beam));
          assertThat(checks.recall(sample, 20, 10, Bits.all(count))).isGreaterThanOrEqualTo(0.98);
        }
      }
    }
  }
}
