package io.elanus.index.vector.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.schema.Bits;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SparseSearchTest {
  private static final long SEED = 41;
  private static final IndexSpec SPEC = IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP);

  @TempDir Path folder;

  /** What a search that memory failed in had summed up is no part of the next one's scores. */
  @Test
  void aSearchThatFailsLeavesNothingToTheNext() {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofShared()) {
      SparseRows rows = SampleRows.sparse(3000, 40, 12, SEED, arena);
      Path file = folder.resolve("sparse");
      VectorIndexes.build(SPEC, rows, BuildContext.withThreads(1), file);
      SparsePostings whole = SparsePostings.open(IndexFile.open(file, arena));
      SparsePostings torn =
          new SparsePostings(
              whole.blockSize(),
              whole.dimensions(),
              whole.starts(),
              whole.firstBlocks(),
              whole.blocks(),
              whole.rows(),
              whole.values().asSlice(0, whole.values().byteSize() / 2));
      for (int i = 0; i < 10; i++) {
        VectorQuery query = query(SampleRows.sparse(random, 40, 20), rows.count());
        Neighbors before = new SparseSearch(whole, rows.count(), query, true).run();
        assertThatThrownBy(() -> new SparseSearch(torn, rows.count(), query, true).run())
            .isInstanceOf(IndexOutOfBoundsException.class);
        Neighbors after = new SparseSearch(whole, rows.count(), query, true).run();
        assertThat(after.rows()).as("query %d, seed %d", i, SEED).isEqualTo(before.rows());
        assertThat(after.scores()).as("query %d, seed %d", i, SEED).isEqualTo(before.scores());
      }
    }
  }

  private static VectorQuery query(MemorySegment vector, int rows) {
    SearchParameters parameters = SearchParameters.of(SPEC, 10, Map.of());
    return new VectorQuery(vector, 10, Bits.all(rows), parameters, ScoreRange.NONE);
  }
}
