package io.elanus.index.vector.sparse;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import io.elanus.vectors.Distance;
import java.lang.foreign.MemorySegment;

/**
 * Inner products of a sparse query with every eligible row, by merging their ascending dimensions.
 * A row that scores 0, sharing no dimension with the query, is no match.
 */
public final class SparseExactIndex implements VectorIndex {
  private final IndexSpec spec;
  private final SparseRows rows;

  public SparseExactIndex(IndexSpec spec, SparseRows rows) {
    this.spec = spec;
    this.rows = rows;
  }

  @Override
  public IndexSpec spec() {
    return spec;
  }

  @Override
  public int count() {
    return rows.count();
  }

  @Override
  public long mappedBytes() {
    return 0;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    SparseQuery terms = SparseQuery.of(query.vector(), query.parameters().dropRatioSearch());
    TopK nearest = Scratch.local().nearest;
    nearest.reset(query.k());
    long[] eligible = query.eligible().words();
    long[] present = rows.present().words();
    for (int row = 0; row < rows.count(); row++) {
      if ((eligible[row >>> 6] & present[row >>> 6] & (1L << row)) != 0) {
        float score = score(terms, rows.row(row));
        if (score != 0 && query.range().accepts(score)) {
          nearest.offer(Ranked.of(-score, row));
        }
      }
    }
    return nearest.neighbors(Distance.INNER_PRODUCT);
  }

  private static float score(SparseQuery query, MemorySegment row) {
    int pairs = (int) (row.byteSize() / SparseRows.PAIR_BYTES);
    double score = 0;
    int i = 0;
    int j = 0;
    while (i < query.count() && j < pairs) {
      int compared = Integer.compareUnsigned(query.dimension(i), SparseRows.dimension(row, j));
      if (compared == 0) {
        score += (double) query.weight(i) * SparseRows.value(row, j);
      }
      i += compared <= 0 ? 1 : 0;
      j += compared >= 0 ? 1 : 0;
    }
    return (float) score;
  }
}
