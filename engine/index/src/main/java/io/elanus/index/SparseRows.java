package io.elanus.index;

import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Sparse rows: row r is the bytes [offsets[r], offsets[r + 1]) of data, pairs of uint32 dimension
 * and float32 value, little-endian, ascending by dimension, each dimension once. A row may be
 * empty.
 *
 * @param offsets [count + 1] int32, in bytes: the offsets buffer of the column as it is
 * @param data all pairs, one row after the other
 */
public record SparseRows(int count, MemorySegment offsets, MemorySegment data, Bits present)
    implements VectorRows {
  /** Bytes of one (dimension, value) pair. */
  public static final int PAIR_BYTES = 8;

  private static final ValueLayout.OfInt INT =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  private static final ValueLayout.OfFloat FLOAT =
      ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public SparseRows {
    if (present.size() < count || offsets.byteSize() < 4L * count + 4) {
      throw new IllegalArgumentException("rows do not fit their description");
    }
  }

  @Override
  public DataType type() {
    return DataType.SPARSE_FLOAT_VECTOR;
  }

  /** The dimension of pair i, to be read as unsigned. */
  public static int dimension(MemorySegment pairs, int i) {
    return pairs.get(INT, (long) PAIR_BYTES * i);
  }

  /** The value of pair i. */
  public static float value(MemorySegment pairs, int i) {
    return pairs.get(FLOAT, (long) PAIR_BYTES * i + 4);
  }

  /** The pairs of one row. */
  public MemorySegment row(int row) {
    long from = offsets.get(INT, 4L * row);
    return data.asSlice(from, offsets.get(INT, 4L * row + 4) - from);
  }
}
