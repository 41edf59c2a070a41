package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.growing.GrowingGraph;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Small pages of a search iterator, one behind the other, as the proxy asks for them: each wants
 * what ranks after the last score of the page before. On rows without any clusters, where a walk is
 * hardest, the pages together hold what an exact scan holds.
 */
class IteratorPagesTest {
  private static final long SEED = 4711;
  private static final int ROWS = 5000;
  private static final int DIMENSION = 64;
  private static final int BATCH = 7;
  private static final int LIMIT = 350;
  private static final int QUERIES = 6;
  private static final Map<IndexType, Map<String, String>> REQUIRED =
      Map.of(
          IndexType.IVF_PQ, Map.of("m", "16", "nbits", "4"),
          IndexType.IVF_RABITQ, Map.of("refine", "true", "refine_type", "FP32"));

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "AUTOINDEX,L2,target_recall,0.9,0.9",
    "AUTOINDEX,L2,target_recall,0.95,0.95",
    "AUTOINDEX,L2,target_recall,0.99,0.98",
    "AUTOINDEX,COSINE,target_recall,0.95,0.95",
    "HNSW,IP,target_recall,0.99,0.98",
    "HNSW,L2,target_recall,1,0.98",
    "HNSW,L2,ef,10,0.95",
    "HNSW,L2,ef,128,0.95",
    "DISKANN,L2,search_list,16,0.95",
    "ANNOY,L2,search_k,2500,0.9",
    "IVF_FLAT,L2,target_recall,0.95,0.95",
    "IVF_FLAT,COSINE,nprobe,8,0.6",
    "IVF_RABITQ,IP,target_recall,0.95,0.95",
  })
  void pagesLeaveNothingOut(
      IndexType type, Metric metric, String key, double value, double wanted) {
    try (Arena arena = Arena.ofShared()) {
      SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, DIMENSION, 1, 1, SEED);
      DenseRows rows = sample.rows(ROWS, arena);
      Map<String, String> refined = Map.of("refine", "true", "refine_type", "FP32");
      IndexSpec spec =
          new IndexSpec(type, metric, type == IndexType.IVF_RABITQ ? refined : Map.of());
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        check(index, sample, rows, Map.of(key, number(key, value)), wanted);
      }
    }
  }

  /**
   * To the end, as a client that asks for all rows, over clusters and over rows without any: what a
   * page leaves out would never come.
   */
  @ParameterizedTest
  @CsvSource({
    "IVF_FLAT,COSINE,32,40,10",
    "IVF_FLAT,L2,32,40,100",
    "IVF_FLAT,L2,32,40,1000",
    "IVF_FLAT,L2,40,33,10",
    "IVF_FLAT,L2,40,33,500",
    "IVF_FLAT,COSINE,16,4,100",
    "IVF_FLAT,L2,16,4,10",
    "IVF_FLAT,IP,64,1,10",
    "IVF_FLAT,L2,64,1,1000",
    "IVF_SQ8,L2,32,40,1000",
    "IVF_SQ8,COSINE,64,1,100",
    "IVF_PQ,L2,32,40,1000",
    "IVF_RABITQ,COSINE,64,1,1000",
    "IVF_RABITQ,L2,32,40,30",
    "SCANN,IP,32,40,1000",
  })
  void listsGiveEveryRow(IndexType type, Metric metric, int dimension, int clusters, int batch) {
    try (Arena arena = Arena.ofShared()) {
      SampleRows sample =
          new SampleRows(
              DataType.FLOAT_VECTOR, dimension, clusters, clusters == 1 ? 1 : 0.67f, SEED);
      DenseRows rows = sample.rows(ROWS, arena);
      IndexSpec spec = new IndexSpec(type, metric, REQUIRED.getOrDefault(type, Map.of()));
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        Map<String, Object> page = Map.of(SearchParameters.ITERATOR, true);
        for (int query = 0; query < QUERIES; query++) {
          Set<Integer> seen = paged(index, sample.vector(), page, batch, ROWS);
          assertThat(seen).as("seed %d", SEED).hasSizeGreaterThan(ROWS * 999 / 1000);
        }
      }
    }
  }

  @Test
  void pagesOfGrowingRowsLeaveNothingOut() {
    try (Arena arena = Arena.ofShared()) {
      SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, DIMENSION, 1, 1, SEED);
      DenseRows rows = sample.rows(ROWS, arena);
      IndexSpec spec = IndexSpec.of(IndexType.HNSW, Metric.L2);
      try (GrowingGraph graph = new GrowingGraph(spec)) {
        graph.extend(rows, () -> false);
        VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, Metric.L2), rows);
        check(graph.over(rows.present(), exact), sample, rows, Map.of(), 0.95);
      }
    }
  }

  private static Object number(String key, double value) {
    return key.equals("target_recall") ? (Object) value : (Object) (int) value;
  }

  private static void check(
      VectorIndex index,
      SampleRows sample,
      DenseRows rows,
      Map<String, Object> parameters,
      double wanted) {
    double found = 0;
    for (int query = 0; query < QUERIES; query++) {
      MemorySegment vector = sample.vector();
      Set<Integer> paged = paged(index, vector, parameters, BATCH, LIMIT);
      Neighbors exact =
          ExactOracle.search(
              rows, index.spec().metric(), vector, LIMIT, Bits.all(ROWS), ScoreRange.NONE);
      long hits = Arrays.stream(exact.rows()).filter(paged::contains).count();
      assertThat(hits / (double) LIMIT)
          .as("query %d, seed %d", query, SEED)
          .isGreaterThan(wanted - 0.1);
      found += hits;
    }
    assertThat(found / (QUERIES * LIMIT)).as("seed %d", SEED).isGreaterThanOrEqualTo(wanted);
  }

  /** Rows of pages until there are as many as wanted, or none is left. */
  private static Set<Integer> paged(
      VectorIndex index,
      MemorySegment vector,
      Map<String, Object> parameters,
      int batch,
      int wanted) {
    SearchParameters asked = SearchParameters.of(index.spec(), batch, parameters);
    boolean larger = index.spec().metric().largerIsBetter();
    Set<Integer> seen = new HashSet<>();
    ScoreRange range = ScoreRange.NONE;
    float last = Float.NaN;
    Neighbors page = search(index, vector, batch, asked, range);
    while (page.count() > 0) {
      for (int i = 0; i < page.count(); i++) {
        assertThat(range.accepts(page.scores()[i])).isTrue();
        if (!seen.add(page.rows()[i])) { // a kernel compiled meanwhile rounds otherwise
          assertThat(page.scores()[i]).as("a row comes once").isCloseTo(last, within(1e-5f));
        }
      }
      if (seen.size() >= wanted) {
        break;
      }
      last = page.scores()[page.count() - 1];
      range =
          larger
              ? new ScoreRange(Float.NEGATIVE_INFINITY, true, last, false)
              : new ScoreRange(last, false, Float.POSITIVE_INFINITY, true);
      page = search(index, vector, batch, asked, range);
    }
    return seen;
  }

  private static Neighbors search(
      VectorIndex index, MemorySegment vector, int k, SearchParameters asked, ScoreRange range) {
    return index.search(new VectorQuery(vector, k, Bits.all(ROWS), asked, range));
  }
}
