package io.elanus.index.vector.lists;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Page after page of one query, each after the last score of the one before, as iterators ask. */
class ListPagesTest {
  private static final long SEED = 20261122;
  private static final int ROWS = 8000;
  private static final int PAGE = 100;
  private static final int PAGES = 20;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT, L2, 1",
    "IVF_FLAT, COSINE, 0.3",
    "IVF_FLAT, IP, 1",
    "IVF_SQ8, COSINE, 1",
    "IVF_PQ, L2, 0.3",
    "IVF_RABITQ, IP, 1",
    "SCANN, COSINE, 1"
  })
  void pagesGoOnWithFurtherLists(IndexType type, Metric metric, double kept) {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 32, 60, 0.9f, SEED);
    Map<String, String> params = new HashMap<>(Map.of("nlist", "64"));
    if (type != IndexType.IVF_FLAT) {
      params.putAll(Map.of("with_raw_data", "true", "refine", "true", "refine_type", "FP32"));
    }
    if (type == IndexType.IVF_PQ) {
      params.putAll(Map.of("m", "16", "nbits", "4"));
    }
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(ROWS, arena);
      Bits eligible = Bits.none(ROWS);
      for (int row = 0; row < ROWS * kept; row++) {
        eligible.set(row);
      }
      Path file = folder.resolve("index");
      VectorIndexes.build(
          new IndexSpec(type, metric, params), rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("nprobe", 16));
        int found = 0;
        int wanted = 0;
        for (int query = 0; query < 5; query++) {
          MemorySegment vector = sample.vector();
          BitSet shown = pages(checks, metric, vector, eligible);
          Neighbors truth =
              ExactOracle.search(rows, metric, vector, PAGE * PAGES, eligible, ScoreRange.NONE);
          for (int row : truth.rows()) {
            found += shown.get(row) ? 1 : 0;
          }
          wanted += truth.count();
        }
        assertThat((double) found / wanted).as("seed %d", SEED).isGreaterThan(0.95);
      }
    }
  }

  private static BitSet pages(
      IndexChecks checks, Metric metric, MemorySegment vector, Bits eligible) {
    BitSet shown = new BitSet();
    ScoreRange range = ScoreRange.NONE;
    for (int page = 0; page < PAGES; page++) {
      Neighbors hits = checks.search(vector, PAGE, eligible, range);
      checks.checkHits(hits, vector, eligible);
      for (int row : hits.rows()) {
        assertThat(shown.get(row)).isFalse();
        shown.set(row);
      }
      if (hits.count() == 0) {
        break;
      }
      float last = hits.scores()[hits.count() - 1];
      range =
          metric.largerIsBetter()
              ? new ScoreRange(Float.NEGATIVE_INFINITY, true, last, false)
              : new ScoreRange(last, false, Float.POSITIVE_INFINITY, true);
    }
    return shown;
  }
}
