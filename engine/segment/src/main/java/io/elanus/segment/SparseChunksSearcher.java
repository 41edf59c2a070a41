package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.util.ArrayList;
import java.util.List;

/** Searches sparse vectors that lie in chunks, each exactly, and merges. */
final class SparseChunksSearcher implements VectorSearcher {
  private final IndexSpec spec;
  private final List<VectorIndex> chunks = new ArrayList<>();
  private final int rowsPerChunk;

  /**
   * @param rowsPerChunk a multiple of 64
   */
  SparseChunksSearcher(IndexSpec spec, List<Column> columns, int rowsPerChunk) {
    this.spec = spec;
    this.rowsPerChunk = rowsPerChunk;
    for (Column column : columns) {
      chunks.add(VectorIndexes.exact(spec, VectorColumns.rows(column)));
    }
  }

  @Override
  public IndexSpec spec() {
    return spec;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    Neighbors best = Neighbors.NONE;
    for (int i = 0; i < chunks.size(); i++) {
      Bits eligible = slice(query.eligible(), i * rowsPerChunk, chunks.get(i).count());
      Neighbors found = chunks.get(i).search(query.among(eligible));
      best = best.merge(found.behind(i * rowsPerChunk), query.k(), spec.metric());
    }
    return best;
  }

  private static Bits slice(Bits bits, int from, int rows) {
    Bits slice = Bits.none(rows);
    System.arraycopy(bits.words(), from >>> 6, slice.words(), 0, slice.words().length);
    return slice;
  }
}
