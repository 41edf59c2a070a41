package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
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
import java.util.Map;

/** Counts rows as near as the k nearest; scores may be wrong by a share of the largest. */
record CodedJudge(VectorIndex index, DenseRows rows, Map<String, Object> search) {
  private static final long SEED = 31;
  private static final int DIMENSION = 48;
  private static final int COUNT = 5000;

  /**
   * Builds an index over seeded rows.
   *
   * @param floor of recall; under filters, and of what was measured, .05 less will do
   * @param error of scores
   */
  static void judge(IndexSpec spec, DataType type, Path folder, double floor, float error) {
    SampleRows sample = SampleRows.of(type, DIMENSION, SEED);
    Path file = folder.resolve("judged");
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(COUNT, arena);
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        CodedJudge judge = new CodedJudge(index, rows, Map.of("ef", 64, "refine_k", 4));
        assertThat(judge.recall(sample, 40, 10, Bits.all(COUNT), error))
            .as("seed %d", SEED)
            .isGreaterThanOrEqualTo(floor);
        for (double share : new double[] {0.5, 0.1, 0.01}) {
          Bits some = SampleRows.some(COUNT, share, SEED);
          assertThat(judge.recall(sample, 10, 10, some, error))
              .as("share %s, seed %d", share, SEED)
              .isGreaterThanOrEqualTo(floor - 0.05);
        }
        assertThat(index.measuredRecall().best()).isGreaterThanOrEqualTo((float) floor - 0.05f);
      }
    }
  }

  double recall(SampleRows sample, int queries, int k, Bits eligible, float error) {
    Metric metric = index.spec().metric();
    IndexChecks checks = new IndexChecks(index, rows, search);
    int hits = 0;
    int wanted = 0;
    for (int i = 0; i < queries; i++) {
      MemorySegment query = sample.vector();
      Neighbors found = checks.search(query, k, eligible, ScoreRange.NONE);
      Neighbors truth = ExactOracle.search(rows, metric, query, k, eligible, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(truth.count());
      assertThat(found.rows()).doesNotHaveDuplicates();
      float worst = truth.scores()[truth.count() - 1];
      for (int j = 0; j < found.count(); j++) {
        int row = found.rows()[j];
        assertThat(eligible.get(row)).isTrue();
        float own = (float) ExactOracle.score(rows, metric, query, rows.row(row));
        float scale = metric == Metric.COSINE ? 1 : 1 + Math.abs(own);
        if (metric == Metric.IP) {
          // An inner product may come near 0 where its terms are large.
          scale =
              (float)
                  Math.sqrt(
                      ExactOracle.score(rows, metric, query, query)
                          * ExactOracle.score(rows, metric, rows.row(row), rows.row(row)));
        }
        assertThat(found.scores()[j]).isCloseTo(own, within(error * scale + 1e-5f * scale));
        float tolerance = 1e-5f * (1 + Math.abs(worst));
        hits +=
            (metric.largerIsBetter() ? own >= worst - tolerance : own <= worst + tolerance) ? 1 : 0;
      }
      wanted += truth.count();
    }
    return (double) hits / wanted;
  }
}
