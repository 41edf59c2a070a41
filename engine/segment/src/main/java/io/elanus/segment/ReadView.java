package io.elanus.segment;

import io.elanus.expression.Rows;
import io.elanus.index.IndexSpec;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import java.util.List;
import java.util.Set;

/** What one read sees of a segment: a fixed number of rows, in chunks of a power of two. */
interface ReadView {
  int rows();

  CollectionSchema schema();

  /** Ordinal o is row {@code o & ((1 << chunkShift) - 1)} of chunk {@code o >>> chunkShift}. */
  int chunkShift();

  List<? extends Rows> chunks();

  /** Whether rows lie in the order of (key, timestamp), all in one chunk. */
  boolean sortedByKey();

  /** Whether one of the fields has a scalar index. */
  boolean indexed(Set<Long> fieldIds);

  KeyIndex keys();

  VisibleRows visible(long readTimestamp, long expiredBefore);

  /** What searches the vectors of a field. */
  VectorSearcher vectors(long fieldId, IndexSpec exact);

  /**
   * Whether every row lacks the field and its column is not worth making (a vector added later).
   */
  boolean lacks(long fieldId);

  default ChunkedColumn column(long fieldId) {
    return new ChunkedColumn(
        chunks().stream().map(chunk -> chunk.column(fieldId)).toArray(Column[]::new), chunkShift());
  }
}
