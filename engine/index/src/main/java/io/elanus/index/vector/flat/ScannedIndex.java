package io.elanus.index.vector.flat;

import io.elanus.index.Neighbors;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import java.util.List;

/** An index whose rows are scanned, once for all queries of a call. */
sealed interface ScannedIndex extends VectorIndex permits ExactIndex, FlatIndex {
  @Override
  default Neighbors search(VectorQuery query) {
    return searchAll(List.of(query)).getFirst();
  }

  @Override
  default boolean readsOnce() {
    return true;
  }

  @Override
  List<Neighbors> searchAll(List<VectorQuery> queries);
}
