package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;

/** One index over all rows. */
record IndexSearcher(VectorIndex index) implements VectorSearcher {
  @Override
  public IndexSpec spec() {
    return index.spec();
  }

  @Override
  public Neighbors search(VectorQuery query) {
    return index.search(query);
  }
}
