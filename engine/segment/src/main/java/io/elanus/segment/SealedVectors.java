package io.elanus.segment;

import io.elanus.index.IndexSpec;
import io.elanus.index.VectorIndex;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What searches the vectors of a sealed segment: an index when there is one, or all rows. */
final class SealedVectors {
  private record Indexed(Metric metric, Mapping<VectorIndex> index) {}

  private final SealedRows rows;
  private final Map<Long, Indexed> indexes = new ConcurrentHashMap<>();

  SealedVectors(SealedRows rows) {
    this.rows = rows;
  }

  /**
   * The index of a field, if it has the same metric, or all rows.
   *
   * @param spec of the search of all rows
   */
  VectorSearcher searcher(long fieldId, IndexSpec spec, PartsInUse read) {
    Mapping<VectorIndex> index = index(fieldId, spec.metric());
    return index == null
        ? rows.vectors(fieldId, read).searcher(spec)
        : new IndexSearcher(index.use(read));
  }

  /**
   * Whether a search of all rows, or an index that reads all of them, answers; no where it is not
   * known, because the index is not mapped.
   */
  boolean readsOnce(long fieldId, Metric metric) {
    Mapping<VectorIndex> index = index(fieldId, metric);
    if (index == null) {
      return true;
    }
    VectorIndex mapped = index.now();
    return mapped != null && mapped.readsOnce();
  }

  private @Nullable Mapping<VectorIndex> index(long fieldId, Metric metric) {
    Indexed indexed = indexes.get(fieldId);
    return indexed == null || indexed.metric != metric ? null : indexed.index;
  }

  void attach(long fieldId, Metric metric, Mapping<VectorIndex> index) {
    indexes.put(fieldId, new Indexed(metric, index));
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
