package io.elanus.segment;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorRows;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Vector columns as the rows that an index is built over or an exact search walks through. */
final class VectorColumns {
  private VectorColumns() {}

  /** One column; its memory is off the heap. */
  static VectorRows rows(Column column) {
    return switch (column) {
      case Column.Fixed fixed -> dense(List.of(column), Math.max(1, fixed.rows()));
      case Column.Variable sparse ->
          new SparseRows(
              sparse.rows(), sparse.offsets(), sparse.data(), present(List.of(column), 0));
      case Column.Bit bit -> throw noVectors(bit);
      case Column.Array array -> throw noVectors(array);
    };
  }

  /** Chunks of dense vectors, all of {@code rowsPerChunk} rows but the last. */
  static DenseRows dense(List<Column> chunks, int rowsPerChunk) {
    Column.Fixed first = (Column.Fixed) chunks.getFirst();
    List<MemorySegment> data = new ArrayList<>();
    int rows = 0;
    for (Column chunk : chunks) {
      data.add(((Column.Fixed) chunk).data());
      rows += chunk.rows();
    }
    return new DenseRows(
        first.type(), first.dimension(), rows, rowsPerChunk, data, present(chunks, rowsPerChunk));
  }

  /**
   * The spec of an exact search over a column of this type.
   *
   * @param parameters of the search; they tell how wide the elements of signatures are
   */
  static IndexSpec exactSpec(DataType type, Metric metric, Map<String, Object> parameters) {
    Object width = parameters.get(IndexSpec.ELEMENT_BITS);
    return new IndexSpec(
        switch (type) {
          case BINARY_VECTOR -> IndexType.BIN_FLAT;
          case SPARSE_FLOAT_VECTOR -> IndexType.SPARSE_INVERTED_INDEX;
          default -> IndexType.FLAT;
        },
        metric,
        metric == Metric.MHJACCARD && width != null
            ? Map.of(IndexSpec.ELEMENT_BITS, String.valueOf(width))
            : Map.of());
  }

  private static Bits present(List<Column> chunks, int rowsPerChunk) {
    int rows = chunks.stream().mapToInt(Column::rows).sum();
    if (chunks.stream().noneMatch(Column::hasNulls)) {
      return Bits.all(rows);
    }
    Bits present = Bits.none(rows);
    for (int i = 0; i < chunks.size(); i++) {
      addPresent(chunks.get(i), i * rowsPerChunk, present);
    }
    return present;
  }

  private static void addPresent(Column chunk, int base, Bits present) {
    MemorySegment validity = chunk.validity();
    if (validity == null) {
      present.setRange(base, base + chunk.rows());
      return;
    }
    long[] words = present.words();
    for (int at = 0; at < (chunk.rows() + 7) / 8; at++) {
      // Chunks begin on a multiple of 64 rows, so a byte of theirs is a byte of a word.
      long bits = validity.get(ValueLayout.JAVA_BYTE, at) & 0xFFL;
      words[(base >>> 6) + (at >>> 3)] |= bits << 8 * (at & 7);
    }
    // A growing column may hold later rows' bits in the last byte.
    int tail = (base + chunk.rows()) & 63;
    if (tail != 0) {
      words[(base + chunk.rows()) >>> 6] &= -1L >>> (64 - tail);
    }
  }

  private static IllegalArgumentException noVectors(Column column) {
    return new IllegalArgumentException(column.type() + " holds no vectors");
  }
}
