package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import java.util.List;

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

  @Override
  public boolean readsOnce() {
    return index.readsOnce();
  }

  @Override
  public List<Neighbors> searchAll(List<VectorQuery> queries) {
    return index.searchAll(queries);
  }
}
