package io.elanus.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a {@link RowBatch}: the same in the log, between roles and in a growing segment.
 * Decoding copies nothing.
 *
 * <pre>
 * 0   u32  magic 0x42524C45 ("ELRB")
 * 4   u16  format version, 1
 * 6   u16  number of columns
 * 8   u32  rows
 * 12  u32  total bytes, this header included
 * 16  per column, 48 bytes:
 *       0  i64  field id
 *       8  u8   data type, wire number       9  u8  element type, wire number (arrays), else 0
 *       10 u8   1 when a validity buffer is there, else 0      11 u8 zero
 *       12 u32  dimension of dense vectors, else 0
 *       16 u32  rows of the elements column (arrays), else 0
 *       20 u32 offset, 24 u32 bytes  of the validity buffer
 *       28 u32 offset, 32 u32 bytes  of the offsets buffer (variable and arrays)
 *       36 u32 offset, 40 u32 bytes  of the data buffer (arrays of texts: int32 element offsets, then the bytes)
 *       44 u32  zero
 * then the buffers, each at a multiple of 64 from the start of the batch
 * </pre>
 *
 * All little-endian. Offsets count from the start of the batch.
 */
public final class RowBatchCodec {
  static final int MAGIC = 0x42524C45;
  static final short VERSION = 1;
  static final int HEADER_BYTES = 16;
  static final int DESCRIPTOR_BYTES = 48;
  static final int ALIGNMENT_BYTES = 64;

  private RowBatchCodec() {}

  /** Bytes that {@link #encode} will produce. */
  public static int encodedBytes(RowBatch batch) {
    return new RowBatchEncoder(batch).bytes();
  }

  public static ByteBuffer encode(RowBatch batch) {
    RowBatchEncoder encoder = new RowBatchEncoder(batch);
    byte[] bytes = new byte[encoder.bytes()];
    encoder.write(MemorySegment.ofArray(bytes));
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Columns over {@code bytes}, which must stay alive and unchanged; throws DATA_INTEGRITY for
   * bytes that are no batch.
   */
  public static RowBatch decode(MemorySegment bytes) {
    if (bytes.byteSize() < HEADER_BYTES || bytes.get(Column.INT, 0) != MAGIC) {
      throw damaged("no row batch");
    }
    if (bytes.get(Column.SHORT, 4) != VERSION) {
      throw damaged("unknown format version").with("version", bytes.get(Column.SHORT, 4));
    }
    int count = Short.toUnsignedInt(bytes.get(Column.SHORT, 6));
    int rows = bytes.get(Column.INT, 8);
    if (rows < 0
        || bytes.get(Column.INT, 12) > bytes.byteSize()
        || HEADER_BYTES + (long) count * DESCRIPTOR_BYTES > bytes.byteSize()) {
      throw damaged("truncated");
    }
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      MemorySegment descriptor =
          bytes.asSlice(HEADER_BYTES + (long) i * DESCRIPTOR_BYTES, DESCRIPTOR_BYTES);
      columns.put(descriptor.get(Column.LONG, 0), decodeColumn(bytes, descriptor, rows));
    }
    return new RowBatch(rows, columns);
  }

  private static Column decodeColumn(MemorySegment bytes, MemorySegment descriptor, int rows) {
    DataType type = DataType.ofWireNumber(descriptor.get(ValueLayout.JAVA_BYTE, 8));
    int dimension = descriptor.get(Column.INT, 12);
    @Nullable MemorySegment validity =
        descriptor.get(ValueLayout.JAVA_BYTE, 10) == 1
            ? atLeast(buffer(bytes, descriptor, 20), (rows + 7L) / 8)
            : null;
    MemorySegment data = buffer(bytes, descriptor, 36);
    return switch (type.layout()) {
      case FIXED ->
          new Column.Fixed(
              type,
              dimension,
              rows,
              validity,
              atLeast(data, (long) rows * type.rowBytes(dimension)));
      case BIT -> new Column.Bit(rows, validity, atLeast(data, (rows + 7L) / 8));
      case VARIABLE -> {
        MemorySegment offsets = rising(buffer(bytes, descriptor, 28), rows, data.byteSize());
        yield new Column.Variable(type, rows, validity, offsets, data);
      }
      case LIST -> {
        int elements = descriptor.get(Column.INT, 16);
        MemorySegment offsets = rising(buffer(bytes, descriptor, 28), rows, elements);
        DataType elementType = DataType.ofWireNumber(descriptor.get(ValueLayout.JAVA_BYTE, 9));
        yield new Column.Array(
            rows, validity, offsets, decodeElements(elementType, elements, data));
      }
    };
  }

  private static Column decodeElements(DataType type, int elements, MemorySegment data) {
    return switch (type.layout()) {
      case FIXED ->
          new Column.Fixed(
              type, 0, elements, null, atLeast(data, (long) elements * type.rowBytes(0)));
      case BIT -> new Column.Bit(elements, null, atLeast(data, (elements + 7L) / 8));
      case VARIABLE -> {
        long offsetBytes = 4L * (elements + 1);
        MemorySegment texts = atLeast(data, offsetBytes).asSlice(offsetBytes);
        yield new Column.Variable(
            type,
            elements,
            null,
            rising(data.asSlice(0, offsetBytes), elements, texts.byteSize()),
            texts);
      }
      case LIST -> throw damaged("arrays do not nest");
    };
  }

  private static MemorySegment buffer(MemorySegment bytes, MemorySegment descriptor, long at) {
    long offset = Integer.toUnsignedLong(descriptor.get(Column.INT, at));
    long length = Integer.toUnsignedLong(descriptor.get(Column.INT, at + 4));
    if (offset + length > bytes.byteSize()) {
      throw damaged("buffer beyond the end");
    }
    return bytes.asSlice(offset, length);
  }

  private static MemorySegment atLeast(MemorySegment buffer, long bytes) {
    if (buffer.byteSize() < bytes) {
      throw damaged("buffer too short");
    }
    return buffer;
  }

  private static MemorySegment rising(MemorySegment offsets, int rows, long limit) {
    atLeast(offsets, 4L * (rows + 1));
    int[] starts = offsets.asSlice(0, 4L * (rows + 1)).toArray(Column.INT);
    int previous = 0;
    for (int row = 0; row <= rows; row++) {
      int offset = starts[row];
      if (offset < previous || offset > limit) {
        throw damaged("offsets do not rise").with("row", row);
      }
      previous = offset;
    }
    return offsets;
  }

  private static ElanusException damaged(String sentence) {
    return new ElanusException(ErrorCode.DATA_INTEGRITY, "row batch is damaged, " + sentence);
  }
}
