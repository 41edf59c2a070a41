package io.elanus.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
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
  private static final int MAGIC = 0x42524C45;
  private static final short VERSION = 1;
  private static final int HEADER_BYTES = 16;
  private static final int DESCRIPTOR_BYTES = 48;
  private static final int ALIGNMENT_BYTES = 64;

  private RowBatchCodec() {}

  /** Bytes that {@link #encode} will produce. */
  public static int encodedBytes(RowBatch batch) {
    return new Plan(batch).totalBytes;
  }

  public static ByteBuffer encode(RowBatch batch) {
    Plan plan = new Plan(batch);
    byte[] bytes = new byte[plan.totalBytes];
    plan.write(MemorySegment.ofArray(bytes));
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
    int previous = 0;
    for (int row = 0; row <= rows; row++) {
      int offset = offsets.get(Column.INT, 4L * row);
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

  /** Where each buffer goes; computed once for size and for writing. */
  private static final class Plan {
    private record Buffer(MemorySegment bytes, int descriptorAt) {}

    private final RowBatch batch;
    private final List<Buffer> buffers = new ArrayList<>();
    private final int[] offsets;
    private final int totalBytes;

    Plan(RowBatch batch) {
      this.batch = batch;
      int column = 0;
      for (Column value : batch.columns().values()) {
        addBuffers(value, HEADER_BYTES + column++ * DESCRIPTOR_BYTES);
      }
      long at = HEADER_BYTES + (long) batch.columns().size() * DESCRIPTOR_BYTES;
      offsets = new int[buffers.size()];
      for (int i = 0; i < offsets.length; i++) {
        at = (at + ALIGNMENT_BYTES - 1) / ALIGNMENT_BYTES * ALIGNMENT_BYTES;
        offsets[i] = Math.toIntExact(at);
        at += buffers.get(i).bytes().byteSize();
      }
      totalBytes = Math.toIntExact((at + 7) / 8 * 8);
    }

    private void addBuffers(Column column, int descriptor) {
      MemorySegment validity = column.validity();
      if (validity != null) {
        buffers.add(new Buffer(validity, descriptor + 20));
      }
      switch (column) {
        case Column.Fixed fixed -> buffers.add(new Buffer(fixed.data(), descriptor + 36));
        case Column.Bit bit -> buffers.add(new Buffer(bit.data(), descriptor + 36));
        case Column.Variable variable -> addVariable(variable, descriptor);
        case Column.Array array -> {
          buffers.add(
              new Buffer(array.offsets().asSlice(0, 4L * (array.rows() + 1)), descriptor + 28));
          buffers.add(new Buffer(elementBytes(array.elements()), descriptor + 36));
        }
      }
    }

    private void addVariable(Column.Variable variable, int descriptor) {
      int first = variable.start(0);
      int last = variable.start(variable.rows());
      buffers.add(new Buffer(rebased(variable.offsets(), variable.rows(), first), descriptor + 28));
      buffers.add(new Buffer(variable.data().asSlice(first, last - first), descriptor + 36));
    }

    private static MemorySegment rebased(MemorySegment offsets, int rows, int first) {
      if (first == 0) {
        return offsets.asSlice(0, 4L * (rows + 1));
      }
      MemorySegment moved = MemorySegment.ofArray(new int[rows + 1]);
      for (int row = 0; row <= rows; row++) {
        moved.set(Column.INT, 4L * row, offsets.get(Column.INT, 4L * row) - first);
      }
      return moved;
    }

    private static MemorySegment elementBytes(Column elements) {
      return switch (elements) {
        case Column.Fixed fixed -> fixed.data();
        case Column.Bit bit -> bit.data();
        case Column.Variable variable -> {
          long offsetBytes = 4L * (variable.rows() + 1);
          int first = variable.start(0);
          int bytes = variable.start(variable.rows()) - first;
          MemorySegment joined =
              MemorySegment.ofArray(new byte[Math.toIntExact(offsetBytes + bytes)]);
          MemorySegment.copy(
              rebased(variable.offsets(), variable.rows(), first), 0, joined, 0, offsetBytes);
          MemorySegment.copy(variable.data(), first, joined, offsetBytes, bytes);
          yield joined;
        }
        case Column.Array array -> throw new IllegalArgumentException("arrays do not nest");
      };
    }

    void write(MemorySegment target) {
      target.set(Column.INT, 0, MAGIC);
      target.set(Column.SHORT, 4, VERSION);
      target.set(Column.SHORT, 6, (short) batch.columns().size());
      target.set(Column.INT, 8, batch.rows());
      target.set(Column.INT, 12, totalBytes);
      int at = HEADER_BYTES;
      for (Map.Entry<Long, Column> entry : batch.columns().entrySet()) {
        writeDescriptor(target.asSlice(at, DESCRIPTOR_BYTES), entry.getKey(), entry.getValue());
        at += DESCRIPTOR_BYTES;
      }
      for (int i = 0; i < offsets.length; i++) {
        Buffer buffer = buffers.get(i);
        long bytes = buffer.bytes().byteSize();
        target.set(Column.INT, buffer.descriptorAt(), offsets[i]);
        target.set(Column.INT, buffer.descriptorAt() + 4L, (int) bytes);
        MemorySegment.copy(buffer.bytes(), 0, target, offsets[i], bytes);
      }
    }

    private static void writeDescriptor(MemorySegment descriptor, long fieldId, Column column) {
      descriptor.set(Column.LONG, 0, fieldId);
      descriptor.set(ValueLayout.JAVA_BYTE, 8, (byte) column.type().wireNumber());
      descriptor.set(ValueLayout.JAVA_BYTE, 10, (byte) (column.hasNulls() ? 1 : 0));
      if (column instanceof Column.Fixed fixed) {
        descriptor.set(Column.INT, 12, fixed.dimension());
      }
      if (column instanceof Column.Array array) {
        descriptor.set(ValueLayout.JAVA_BYTE, 9, (byte) array.elements().type().wireNumber());
        descriptor.set(Column.INT, 16, array.elements().rows());
      }
    }
  }
}
