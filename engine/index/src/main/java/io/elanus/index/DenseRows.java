package io.elanus.index;

import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * Dense rows: row r starts at byte (r mod rowsPerChunk) × rowBytes of chunk r ÷ rowsPerChunk,
 * little-endian, without padding.
 *
 * @param dimension elements of a row (bits for {@link DataType#BINARY_VECTOR})
 * @param rowsPerChunk rows of every chunk but the last, which may hold fewer
 * @param chunks native (off-heap) memory, all of it alive as long as the rows are used
 */
public record DenseRows(
    DataType type,
    int dimension,
    int count,
    int rowsPerChunk,
    List<MemorySegment> chunks,
    Bits present)
    implements VectorRows {
  public DenseRows {
    chunks = List.copyOf(chunks);
    if (!type.isDenseVector()) {
      throw new IllegalArgumentException(type + " is no dense vector type");
    }
    long rowBytes = type.rowBytes(dimension);
    if (rowsPerChunk < 1 || present.size() < count) {
      throw new IllegalArgumentException("rows do not fit their description");
    }
    for (int i = 0; (long) i * rowsPerChunk < count; i++) {
      long rows = Math.min(rowsPerChunk, count - (long) i * rowsPerChunk);
      if (i >= chunks.size() || chunks.get(i).byteSize() < rows * rowBytes) {
        throw new IllegalArgumentException("chunk " + i + " is shorter than its rows");
      }
      if (!chunks.get(i).isNative()) {
        throw new IllegalArgumentException("chunk " + i + " is not native memory");
      }
    }
  }

  /** Rows in one piece, none of them null. */
  public static DenseRows of(DataType type, int dimension, int count, MemorySegment data) {
    return new DenseRows(
        type, dimension, count, Math.max(1, count), List.of(data), Bits.all(count));
  }

  /** Bytes from one row to the next. */
  public int rowBytes() {
    return type.rowBytes(dimension);
  }

  /** The bytes of one row. */
  public MemorySegment row(int row) {
    return chunks
        .get(row / rowsPerChunk)
        .asSlice((long) (row % rowsPerChunk) * rowBytes(), rowBytes());
  }
}
