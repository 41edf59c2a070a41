package io.elanus.index.vector.sparse;

import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.MappedIndex;

/**
 * SPARSE_INVERTED_INDEX over a mapped file, which {@link SparseBuild} describes: exact inner
 * products by {@link SparseSearch}. A row that scores 0 is no match.
 */
public final class SparseIndex implements MappedIndex {
  private final IndexFile file;
  private final SparsePostings postings;
  private final boolean pruned;

  private SparseIndex(IndexFile file, SparsePostings postings) {
    this.file = file;
    this.postings = postings;
    this.pruned = !"TAAT_NAIVE".equals(file.spec().params().get("inverted_index_algo"));
  }

  public static SparseIndex open(IndexFile file) {
    return new SparseIndex(file, SparsePostings.open(file));
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public Neighbors search(VectorQuery query) {
    return new SparseSearch(postings, file.count(), query, pruned).run();
  }
}
