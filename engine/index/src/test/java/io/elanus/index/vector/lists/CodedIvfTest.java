package io.elanus.index.vector.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Inverted files of codes that keep no full rows, or keep them rounded. */
class CodedIvfTest {
  private static final long SEED = 23;
  private static final int COUNT = 4000;

  @TempDir Path folder;

  /**
   * @param floor of recall@10 at 16 of 32 lists
   * @param scoreError of a score, as a share of the spread of scores
   */
  record Coded(
      IndexType index, Metric metric, Map<String, String> params, double floor, double scoreError) {
    IndexSpec spec() {
      Map<String, String> all = new HashMap<>(params);
      all.put("nlist", "32");
      return new IndexSpec(index, metric, all);
    }
  }

  static List<Coded> coded() {
    List<Coded> coded = new ArrayList<>();
    for (Metric metric : List.of(Metric.L2, Metric.IP, Metric.COSINE)) {
      coded.add(new Coded(IndexType.IVF_SQ8, metric, Map.of(), 0.93, 0.01));
      coded.add(new Coded(IndexType.IVF_SQ8, metric, Map.of("sq_type", "SQ6"), 0.8, 0.05));
      coded.add(new Coded(IndexType.IVF_SQ8, metric, Map.of("sq_type", "SQ4"), 0.7, 0.1));
      coded.add(new Coded(IndexType.IVF_PQ, metric, Map.of("m", "32", "nbits", "4"), 0.5, 0.2));
      coded.add(new Coded(IndexType.IVF_PQ, metric, Map.of("m", "21", "nbits", "3"), 0.3, 0.4));
      coded.add(new Coded(IndexType.IVF_PQ, metric, Map.of("m", "32", "nbits", "8"), 0.85, 0.1));
      coded.add(new Coded(IndexType.IVF_PQ, metric, Map.of("m", "16", "nbits", "16"), 0.5, 0.2));
      coded.add(new Coded(IndexType.SCANN, metric, Map.of("with_raw_data", "false"), 0.5, 0.2));
      coded.add(new Coded(IndexType.IVF_RABITQ, metric, Map.of(), 0.35, 0.4));
      coded.add(new Coded(IndexType.IVF_RABITQ, metric, Map.of("rbq_bits", "8"), 0.93, 0.02));
      coded.add(new Coded(IndexType.IVF_RABITQ, metric, Map.of("rbq_bits", "4"), 0.8, 0.05));
      coded.add(new Coded(IndexType.IVF_RABITQ, metric, Map.of("rbq_bits", "2"), 0.7, 0.1));
      for (String type : List.of("SQ6", "SQ8", "FP16", "BF16")) {
        Map<String, String> refine = Map.of("refine", "true", "refine_type", type);
        boolean six = type.equals("SQ6");
        coded.add(
            new Coded(IndexType.IVF_RABITQ, metric, refine, six ? 0.8 : 0.93, six ? 0.05 : 0.02));
      }
    }
    return coded;
  }

  @ParameterizedTest
  @MethodSource("coded")
  void answersFromCodes(Coded coded) {
    int dimension = coded.params().getOrDefault("m", "").equals("21") ? 63 : 64;
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(COUNT, 1000, arena);
      Path file = folder.resolve("coded");
      VectorIndexes.build(coded.spec(), rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("nprobe", 16, "refine_k", 20));
        assertThat(recall(checks, coded, sample, Bits.all(COUNT))).isGreaterThan(coded.floor());
        for (double share : new double[] {0.5, 0.01, 0.001}) {
          Bits eligible = SampleRows.some(COUNT, share, SEED);
          assertThat(recall(checks, coded, sample, eligible))
              .as("share %s seed %d", share, SEED)
              .isGreaterThan(coded.floor());
        }
        Neighbors every =
            checks.search(sample.vector(), COUNT + 5, Bits.all(COUNT), ScoreRange.NONE);
        assertThat(every.rows()).hasSize(COUNT).doesNotHaveDuplicates();
      }
    }
  }

  private static double recall(IndexChecks checks, Coded coded, SampleRows sample, Bits eligible) {
    int hits = 0;
    int wanted = 0;
    for (int i = 0; i < 12; i++) {
      MemorySegment query = sample.vector();
      Neighbors found = checks.search(query, 10, eligible, ScoreRange.NONE);
      Neighbors all =
          ExactOracle.search(
              checks.rows(), coded.metric(), query, COUNT, Bits.all(COUNT), ScoreRange.NONE);
      Neighbors truth =
          ExactOracle.search(checks.rows(), coded.metric(), query, 10, eligible, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(truth.count());
      double spread = Math.abs(all.scores()[0] - all.scores()[COUNT - 1]);
      for (int j = 0; j < found.count(); j++) {
        int row = found.rows()[j];
        assertThat(eligible.get(row)).isTrue();
        double own =
            ExactOracle.score(checks.rows(), coded.metric(), query, checks.rows().row(row));
        assertThat((double) found.scores()[j])
            .as("%s row %d", coded, row)
            .isCloseTo(own, within(spread * coded.scoreError()));
        for (int other : truth.rows()) {
          hits += row == other ? 1 : 0;
        }
      }
      wanted += truth.count();
    }
    return wanted == 0 ? 1 : (double) hits / wanted;
  }

  @ParameterizedTest
  @MethodSource("coded")
  void takesEqualRowsOfAnyDimension(Coded coded) {
    int parts = Integer.parseInt(coded.params().getOrDefault("m", "1"));
    for (int dimension : new int[] {parts, 3 * parts}) {
      SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED);
      try (Arena arena = Arena.ofShared()) {
        MemorySegment all = arena.allocate(4L * dimension * 700, 64);
        MemorySegment twice = sample.vector();
        for (int row = 0; row < 700; row++) {
          MemorySegment vector = row < 350 ? twice : sample.vector();
          MemorySegment.copy(vector, 0, all, 4L * dimension * row, 4L * dimension);
        }
        DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, dimension, 700, all);
        Path file = folder.resolve("equal" + dimension);
        VectorIndexes.build(coded.spec(), rows, BuildContext.withThreads(1), file);
        try (VectorIndex index = VectorIndexes.open(file, arena)) {
          IndexChecks checks = new IndexChecks(index, rows, Map.of("nprobe", 32));
          Neighbors found = checks.search(twice, 1000, Bits.all(700), ScoreRange.NONE);
          assertThat(found.rows()).hasSize(700).doesNotHaveDuplicates();
          assertThat(found.scores()).doesNotContain(Float.NaN);
          Bits few = Bits.none(700);
          few.set(3);
          few.set(699);
          assertThat(checks.search(sample.vector(), 5, few, ScoreRange.NONE).rows())
              .containsExactlyInAnyOrder(3, 699);
        }
      }
    }
  }

  @Test
  void aRotationKeepsInnerProducts() {
    Random random = new Random(SEED);
    for (int dimension : new int[] {1, 2, 3, 7, 64, 100, 384, 1030}) {
      Rotation rotation = Rotation.random(dimension);
      float[] a = new float[dimension];
      float[] b = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        a[i] = (float) random.nextGaussian();
        b[i] = (float) random.nextGaussian();
      }
      double tolerance = 1e-5 * Math.sqrt(dot(a, a) * dot(b, b));
      assertThat(dot(rotation.turned(a), rotation.turned(b)))
          .as("dimension %d", dimension)
          .isCloseTo(dot(a, b), within(tolerance));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }
}
