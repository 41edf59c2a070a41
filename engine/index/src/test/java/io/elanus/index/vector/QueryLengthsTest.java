package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The length of a query changes no order of inner products. */
class QueryLengthsTest {
  private static final long SEED = 3;
  private static final int ROWS = 5000;
  private static final int QUERIES = 50;
  private static final int K = 10;

  @TempDir Path folder;

  static List<IndexSpec> specs() {
    Map<String, String> full = Map.of("refine", "true", "refine_type", "FP32");
    return List.of(
        spec(IndexType.IVF_RABITQ, Map.of()),
        spec(IndexType.IVF_RABITQ, full),
        spec(IndexType.IVF_RABITQ, Map.of("rbq_bits", "4")),
        spec(IndexType.IVF_RABITQ_FASTSCAN, Map.of()),
        spec(IndexType.IVF_RABITQ_FASTSCAN, full),
        spec(IndexType.IVF_SQ8, Map.of()),
        spec(IndexType.IVF_PQ, Map.of("m", "32")),
        spec(IndexType.IVF_PQ, Map.of("m", "32", "nbits", "4")),
        spec(IndexType.SCANN, Map.of()));
  }

  private static IndexSpec spec(IndexType type, Map<String, String> params) {
    Map<String, String> all = new HashMap<>(params);
    all.put("nlist", "32");
    return new IndexSpec(type, Metric.IP, all);
  }

  @ParameterizedTest
  @MethodSource("specs")
  void findsAsManyForAQueryOfAnyLength(IndexSpec spec) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 64, 40, 0.5f, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("nprobe", 32));
        double own = recall(checks, 1, tolerance(spec));
        for (float scale : new float[] {1e-3f, 0.03f, 1 / 9f, 10, 1e3f}) {
          assertThat(recall(checks, scale, tolerance(spec)))
              .as("%s times %s, seed %d", spec, scale, SEED)
              .isCloseTo(own, within(0.01));
        }
        Neighbors ofZero =
            checks.search(scaled(rows.row(0), 0), K, Bits.all(ROWS), ScoreRange.NONE);
        assertThat(ofZero.count()).isEqualTo(K);
        for (float score : ofZero.scores()) {
          assertThat(score).isZero();
        }
      }
    }
  }

  /** By how much of it a score may be off: rounding where rows are refined, else the codes. */
  private static double tolerance(IndexSpec spec) {
    if (spec.type() == IndexType.SCANN || spec.params().containsKey("refine")) {
      return 1e-4;
    }
    boolean bits = spec.type().name().startsWith("IVF_RABITQ");
    return bits && !spec.params().containsKey("rbq_bits") ? 0.35 : 0.2;
  }

  /** Share of the nearest of stored rows as queries; scores have to be as long as the queries. */
  private static double recall(IndexChecks checks, float scale, double tolerance) {
    int hits = 0;
    Bits all = Bits.all(ROWS);
    for (int i = 0; i < QUERIES; i++) {
      MemorySegment row = checks.rows().row(i);
      MemorySegment query = scaled(row, scale);
      Neighbors truth = ExactOracle.search(checks.rows(), Metric.IP, row, K, all, ScoreRange.NONE);
      Neighbors found = checks.search(query, K, all, ScoreRange.NONE);
      assertThat(found.count()).isEqualTo(K);
      for (int j = 0; j < K; j++) {
        int hit = found.rows()[j];
        hits += Arrays.stream(truth.rows()).anyMatch(near -> near == hit) ? 1 : 0;
        double own = ExactOracle.score(checks.rows(), Metric.IP, row, checks.rows().row(hit));
        assertThat(found.scores()[j] / scale)
            .isCloseTo((float) own, within((float) (tolerance * own)));
      }
    }
    return hits / (double) (K * QUERIES);
  }

  private static MemorySegment scaled(MemorySegment row, float scale) {
    MemorySegment scaled = MemorySegment.ofArray(row.toArray(ValueLayout.JAVA_BYTE));
    for (long at = 0; at < scaled.byteSize(); at += 4) {
      float value = row.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
      scaled.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, scale * value);
    }
    return scaled;
  }
}
