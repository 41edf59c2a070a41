package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;

/** Searches the vectors of one field of a segment, by an index or exactly. */
interface VectorSearcher {
  IndexSpec spec();

  Neighbors search(VectorQuery query);
}
