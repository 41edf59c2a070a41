package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Graphs over many rows that are equal: default searches find what is nearer than those. */
class EqualRowsTest {
  private static final long SEED = 1907;
  private static final int ROWS = 3000;
  private static final int DIMENSION = 16;
  private static final int QUERIES = 200;
  private static final int K = 10;

  @TempDir Path folder;

  /** Rows of which one in {@code every} is random; the others are copies of a few. */
  private static DenseRows rows(int every, int copied, Random random, Arena arena) {
    float[][] copies = new float[copied][DIMENSION];
    for (int i = 1; i < copied; i++) {
      copies[i] = gaussian(random);
    }
    MemorySegment data = arena.allocate(4L * DIMENSION * ROWS, 64);
    for (int row = 0; row < ROWS; row++) {
      float[] values = row % every == 0 && every < ROWS ? gaussian(random) : copies[row % copied];
      MemorySegment.copy(values, 0, data, ValueLayout.JAVA_FLOAT, 4L * DIMENSION * row, DIMENSION);
    }
    return DenseRows.of(DataType.FLOAT_VECTOR, DIMENSION, ROWS, data);
  }

  private static float[] gaussian(Random random) {
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = (float) random.nextGaussian();
    }
    return values;
  }

  /**
   * {@code every} 2: half of the rows are zeros; of all rows: five rows, each six hundred times.
   */
  @ParameterizedTest
  @CsvSource({
    "HNSW,2,1,",
    "AUTOINDEX,2,1,",
    "DISKANN,2,1,",
    "HNSW_SQ,2,1,RABITQ",
    "HNSW,3000,5,",
    "AUTOINDEX,3000,5,",
    "HNSW_SQ,3000,5,RABITQ",
    "HNSW_SQ,3000,5,SQ8",
  })
  void defaultsFindWhatIsNearer(IndexType type, int every, int copied, String codes) {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = rows(every, copied, random, arena);
      Map<String, String> build =
          codes == null
              ? Map.of()
              : Map.of("sq_type", codes, "refine", "true", "refine_type", "FP32");
      IndexSpec spec = new IndexSpec(type, Metric.L2, build);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        SearchParameters asked = SearchParameters.of(spec, K, Map.of());
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
          MemorySegment query = MemorySegment.ofArray(new byte[4 * DIMENSION]);
          MemorySegment.copy(
              gaussian(random), 0, query, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, DIMENSION);
          Neighbors truth =
              ExactOracle.search(rows, Metric.L2, query, K, Bits.all(ROWS), ScoreRange.NONE);
          float tenth = truth.scores()[K - 1] * 1.0001f;
          for (float score :
              index
                  .search(new VectorQuery(query, K, Bits.all(ROWS), asked, ScoreRange.NONE))
                  .scores()) {
            found += score <= tenth ? 1 : 0;
          }
        }
        assertThat(found / (double) (K * QUERIES)).as("seed %d", SEED).isGreaterThan(0.96);
      }
    }
  }

  /**
   * Of rows that are all equal as many are found as asked for, and of those a filter leaves too.
   */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"HNSW", "AUTOINDEX", "DISKANN"})
  void ofEqualRowsAsManyAreFoundAsWanted(IndexType type) {
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = rows(ROWS, 1, new Random(SEED), arena);
      IndexSpec spec = IndexSpec.of(type, Metric.L2);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        MemorySegment query = MemorySegment.ofArray(new byte[4 * DIMENSION]);
        for (int k : new int[] {K, ROWS / 10}) {
          SearchParameters asked = SearchParameters.of(spec, k, Map.of());
          for (int every : new int[] {1, 2, 7}) {
            Bits eligible = Bits.none(ROWS);
            for (int row = 0; row < ROWS; row += every) {
              eligible.set(row);
            }
            Neighbors found =
                index.search(new VectorQuery(query, k, eligible, asked, ScoreRange.NONE));
            assertThat(found.rows()).hasSize(k).doesNotHaveDuplicates();
            assertThat(IntStream.of(found.rows()).filter(row -> row % every > 0)).isEmpty();
            assertThat(found.scores()).containsOnly(0);
          }
        }
      }
    }
  }

  /** All rows on one ray, the query opposite: the best are the shortest. */
  @ParameterizedTest
  @EnumSource(
      value = IndexType.class,
      names = {"HNSW", "AUTOINDEX", "DISKANN"})
  void ofProductsBelowZeroTheShortestRowsAreFound(IndexType type) {
    try (Arena arena = Arena.ofShared()) {
      MemorySegment data = arena.allocate(4L * DIMENSION * ROWS, 64);
      for (int i = 0; i < DIMENSION * ROWS; i++) {
        data.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1 + i / DIMENSION);
      }
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, DIMENSION, ROWS, data);
      IndexSpec spec = IndexSpec.of(type, Metric.IP);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        MemorySegment query = MemorySegment.ofArray(new byte[4 * DIMENSION]);
        for (int i = 0; i < DIMENSION; i++) {
          query.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, -1);
        }
        SearchParameters asked = SearchParameters.of(spec, K, Map.of());
        assertThat(
                index
                    .search(new VectorQuery(query, K, Bits.all(ROWS), asked, ScoreRange.NONE))
                    .rows())
            .containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
      }
    }
  }
}
