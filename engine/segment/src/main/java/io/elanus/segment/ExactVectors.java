package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.VectorRows;
import io.elanus.index.vector.VectorIndexes;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** The rows of a vector field, and the searches of all of them, made when first asked for. */
final class ExactVectors {
  private final Supplier<VectorRows> rows;
  private final Map<IndexSpec, VectorSearcher> searchers = new ConcurrentHashMap<>();

  /**
   * @param rows off the heap
   */
  ExactVectors(Supplier<VectorRows> rows) {
    this.rows = rows;
  }

  VectorRows rows() {
    return rows.get();
  }

  VectorSearcher searcher(IndexSpec spec) {
    return searchers.computeIfAbsent(
        spec, key -> new IndexSearcher(VectorIndexes.exact(spec, rows.get())));
  }
}
