package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What searches the vectors of a sealed segment: an index when there is one, or all rows. */
final class SealedVectors {
  private record Exact(long fieldId, IndexSpec spec) {}

  private final SealedRows rows;
  private final Map<Long, VectorIndex> indexes = new ConcurrentHashMap<>();
  private final Map<Exact, VectorSearcher> exact = new ConcurrentHashMap<>();

  SealedVectors(SealedRows rows) {
    this.rows = rows;
  }

  /**
   * The index of a field, if it has the same metric, or all rows.
   *
   * @param spec of the search of all rows
   */
  VectorSearcher searcher(long fieldId, IndexSpec spec) {
    VectorIndex index = indexes.get(fieldId);
    return index != null && index.spec().metric() == spec.metric()
        ? new IndexSearcher(index)
        : exact.computeIfAbsent(
            new Exact(fieldId, spec),
            key -> new IndexSearcher(VectorIndexes.exact(spec, rows.vectors(fieldId))));
  }

  /** Whether a search of all rows, or an index that reads all of them, answers. */
  boolean readsOnce(long fieldId, Metric metric) {
    VectorIndex index = indexes.get(fieldId);
    return index == null || index.spec().metric() != metric || index.readsOnce();
  }

  void attach(long fieldId, VectorIndex index) {
    indexes.put(fieldId, index);
  }

  void detach(long fieldId) {
    indexes.remove(fieldId);
  }

  boolean indexed(long fieldId) {
    return indexes.containsKey(fieldId);
  }

  List<Long> indexedFields() {
    return List.copyOf(indexes.keySet());
  }
}
