package io.elanus.index.vector.graph;

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
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Rows without a vector are nothing to a walk: a filter costs as much in a column that has them as
 * in one that has not.
 */
class AbsentRowsTest {
  private static final long SEED = 43;
  private static final int PRESENT = 6000;
  private static final int DIMENSION = 16;

  @TempDir Path folder;

  /** What a walk found, as numbers of rows that are there, and what it cost. */
  private record Walk(List<Integer> found, WalkCounts counts) {}

  /**
   * @param spread one row in so many has a vector
   */
  @ParameterizedTest
  @ValueSource(ints = {10, 200})
  void aFilterCostsWhatItCostsWithoutThem(int spread) {
    IntPredicate all = row -> true;
    IntPredicate third = row -> row / spread % 3 == 0;
    IntPredicate there = row -> row % spread == 0;
    assertThat(walks(spread, there)).isEqualTo(walks(1, all));
    assertThat(walks(spread, all)).isEqualTo(walks(1, all));
    assertThat(walks(spread, third)).isEqualTo(walks(1, row -> row % 3 == 0));
  }

  private List<Walk> walks(int spread, IntPredicate kept) {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, DIMENSION, SEED);
    IndexSpec spec =
        new IndexSpec(IndexType.HNSW, Metric.L2, Map.of("M", "8", "efConstruction", "40"));
    int count = PRESENT * spread;
    try (Arena arena = Arena.ofShared()) {
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, spread(sample, spread, arena), BuildContext.withThreads(2), file);
      Bits eligible = Bits.none(count);
      for (int row = 0; row < count; row++) {
        if (kept.test(row)) {
          eligible.set(row);
        }
      }
      List<Walk> walks = new ArrayList<>();
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        SampleRows queries = SampleRows.of(DataType.FLOAT_VECTOR, DIMENSION, SEED);
        SearchParameters parameters = SearchParameters.defaults(spec, 10);
        for (int i = 0; i < 20; i++) {
          Neighbors found =
              index.search(
                  new VectorQuery(queries.vector(), 10, eligible, parameters, ScoreRange.NONE));
          List<Integer> numbers = new ArrayList<>();
          for (int row : found.rows()) {
            numbers.add(row / spread);
          }
          walks.add(new Walk(numbers, GraphScratch.local().walk.counts()));
        }
      }
      return walks;
    }
  }

  private static DenseRows spread(SampleRows sample, int spread, Arena arena) {
    int rowBytes = 4 * DIMENSION;
    DenseRows dense = sample.rows(PRESENT, arena);
    int count = PRESENT * spread;
    MemorySegment data = arena.allocate((long) count * rowBytes, 64);
    Bits present = Bits.none(count);
    for (int i = 0; i < PRESENT; i++) {
      present.set(i * spread);
      MemorySegment.copy(dense.row(i), 0, data, (long) i * spread * rowBytes, rowBytes);
    }
    return new DenseRows(DataType.FLOAT_VECTOR, DIMENSION, count, count, List.of(data), present);
  }
}
