package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A few rows that are many times as long as the others: under IP they are the best for many
 * queries.
 */
class LongRowsTest {
  private static final long SEED = 17;
  private static final int ROWS = 2500;
  private static final int DIMENSION = 32;
  private static final int QUERIES = 50;
  private static final int K = 10;

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "HNSW,",
    "HNSW_SQ,sq_type=SQ8;refine=true;refine_type=FP32",
    "HNSW_SQ,sq_type=RABITQ;refine=true;refine_type=FP32",
    "HNSW_PQ,m=16;refine=true;refine_type=FP32",
    "DISKANN,",
    "AISAQ,",
    "AUTOINDEX,",
  })
  void areFoundWhereTheyAreTheBest(IndexType type, String parameters) {
    Random random = new Random(SEED);
    float[][] values = GraphRows.gaussian(random, ROWS, DIMENSION);
    lengthen(values[0], 30);
    lengthen(values[7], 6);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = GraphRows.column(values, arena);
      IndexSpec spec = new IndexSpec(type, Metric.IP, parameters(parameters));
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      VectorIndex index = VectorIndexes.open(file, arena);
      IndexChecks checks = new IndexChecks(index, rows, Map.of());
      Bits all = Bits.all(ROWS);
      Bits half = Bits.all(ROWS);
      Bits others = Bits.all(ROWS);
      for (int row = 1; row < ROWS; row += 2) {
        half.clear(row == 7 ? 8 : row);
      }
      others.clear(0);
      for (Bits eligible : new Bits[] {all, half, others}) {
        assertThat(hits(checks, rows, eligible)).isGreaterThanOrEqualTo(0.95);
      }
    }
  }

  /**
   * Rows beyond any measure are the nearest of half of all rows, and would take all their links;
   * nor do they hide in the measured recall that the others are not found.
   */
  @ParameterizedTest
  @CsvSource({
    "HNSW,",
    "HNSW_SQ,sq_type=SQ8;refine=true;refine_type=FP32",
    "DISKANN,",
    "AUTOINDEX,",
  })
  void doNotSpoilTheGraphOfTheOthers(IndexType type, String parameters) {
    float[][] values = GraphRows.gaussian(new Random(SEED), ROWS, DIMENSION);
    Bits others = Bits.all(ROWS);
    for (int row = 3; row < ROWS; row += 100) {
      lengthen(values[row], 1e18f);
      others.clear(row);
    }
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = GraphRows.column(values, arena);
      IndexSpec spec = new IndexSpec(type, Metric.IP, parameters(parameters));
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      VectorIndex index = VectorIndexes.open(file, arena);
      IndexChecks checks = new IndexChecks(index, rows, Map.of());
      assertThat(hits(checks, rows, others)).isGreaterThanOrEqualTo(0.95);
      assertThat(hits(checks, rows, Bits.all(ROWS))).isGreaterThanOrEqualTo(0.95);
      IndexChecks walked = new IndexChecks(index, rows, Map.of("ef", 16, "search_list", 16));
      assertThat(index.measuredRecall().at(16))
          .isCloseTo((float) hits(walked, rows, others), within(0.1f));
    }
  }

  /** Share of the best that are found; fails where the very best is not. */
  private static double hits(IndexChecks checks, DenseRows rows, Bits eligible) {
    IndexSpec flat = IndexSpec.of(IndexType.FLAT, Metric.IP);
    IndexChecks oracle = new IndexChecks(VectorIndexes.exact(flat, rows), rows, Map.of());
    Random random = new Random(SEED + 1);
    int hits = 0;
    for (float[] query : GraphRows.gaussian(random, QUERIES, DIMENSION)) {
      MemorySegment asked = MemorySegment.ofArray(query);
      Neighbors truth = oracle.search(asked, K, eligible, ScoreRange.NONE);
      Neighbors found = checks.search(asked, K, eligible, ScoreRange.NONE);
      checks.checkHits(found, asked, eligible);
      if (truth.rows()[0] == 0) {
        assertThat(found.rows()[0]).isZero();
      }
      assertThat(found.rows()).doesNotHaveDuplicates().hasSize(K);
      for (float score : found.scores()) {
        hits += score >= truth.scores()[K - 1] - 1e-3f ? 1 : 0;
      }
    }
    return (double) hits / (K * QUERIES);
  }

  private static void lengthen(float[] row, float times) {
    for (int i = 0; i < row.length; i++) {
      row[i] *= times;
    }
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split(";")) {
      String[] nameAndValue = pair.split("=");
      parameters.put(nameAndValue[0], nameAndValue[1]);
    }
    return parameters;
  }
}
