package io.elanus.segment;

import io.elanus.index.VectorIndex;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Metric;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What searches the vectors of a sealed segment: an index when there is one, or all rows. */
final class SealedVectors {
  private record Exact(long fieldId, Metric metric) {}

  private final SealedRows rows;
  private final Map<Long, VectorIndex> indexes = new ConcurrentHashMap<>();
  private final Map<Exact, VectorSearcher> exact = new ConcurrentHashMap<>();

  SealedVectors(SealedRows rows) {
    this.rows = rows;
  }

  VectorSearcher searcher(FieldSchema field, Metric metric) {
    VectorIndex index = indexes.get(field.id());
    return index != null && index.spec().metric() == metric
        ? new IndexSearcher(index)
        : exact.computeIfAbsent(
            new Exact(field.id(), metric),
            key ->
                new IndexSearcher(
                    VectorIndexes.exact(
                        VectorColumns.exactSpec(field.type(), metric),
                        VectorColumns.rows(rows.column(field.id())))));
  }

  void attach(long fieldId, VectorIndex index) {
    if (index.count() != rows.count()) {
      throw new IllegalArgumentException(
          "index covers " + index.count() + " rows, segment has " + rows.count());
    }
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
