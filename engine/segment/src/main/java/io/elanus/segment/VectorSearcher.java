package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import java.util.List;

/** Searches the vectors of one field of a segment, by an index or exactly. */
interface VectorSearcher {
  IndexSpec spec();

  Neighbors search(VectorQuery query);

  /** Whether queries cost less when they are answered together. */
  default boolean readsOnce() {
    return false;
  }

  /** Answers queries that differ in their vectors only, each as {@link #search} does. */
  default List<Neighbors> searchAll(List<VectorQuery> queries) {
    return queries.stream().map(this::search).toList();
  }
}
