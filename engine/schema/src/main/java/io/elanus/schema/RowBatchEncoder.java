package io.elanus.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes a batch in the format of {@link RowBatchCodec}, straight from its columns to where the
 * bytes are wanted: first the size is told, then the place is given.
 */
public final class RowBatchEncoder {
  private record Buffer(MemorySegment bytes, int descriptorAt) {}

  private final RowBatch batch;
  private final List<Buffer> buffers = new ArrayList<>();
  private final int[] offsets;
  private final int totalBytes;

  public RowBatchEncoder(RowBatch batch) {
    this.batch = batch;
    int column = 0;
    for (Column value : batch.columns().values()) {
      addBuffers(value, RowBatchCodec.HEADER_BYTES + column++ * RowBatchCodec.DESCRIPTOR_BYTES);
    }
    long at =
        RowBatchCodec.HEADER_BYTES + (long) batch.columns().size() * RowBatchCodec.DESCRIPTOR_BYTES;
    offsets = new int[buffers.size()];
    for (int i = 0; i < offsets.length; i++) {
      at =
          (at + RowBatchCodec.ALIGNMENT_BYTES - 1)
              / RowBatchCodec.ALIGNMENT_BYTES
              * RowBatchCodec.ALIGNMENT_BYTES;
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
    int[] starts = offsets.asSlice(0, 4L * (rows + 1)).toArray(Column.INT);
    MemorySegment moved = MemorySegment.ofArray(new byte[4 * starts.length]);
    for (int row = 0; row <= rows; row++) {
      starts[row] -= first;
    }
    MemorySegment.copy(starts, 0, moved, Column.INT, 0, starts.length);
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

  /** How many bytes {@link #write} fills. */
  public int bytes() {
    return totalBytes;
  }

  /**
   * Writes all bytes of the encoding, gaps included.
   *
   * @param target [bytes()]; what is there before does not matter
   */
  public void write(MemorySegment target) {
    long at =
        RowBatchCodec.HEADER_BYTES + (long) batch.columns().size() * RowBatchCodec.DESCRIPTOR_BYTES;
    target.asSlice(0, at).fill((byte) 0);
    writeHeader(target);
    for (int i = 0; i < offsets.length; i++) {
      Buffer buffer = buffers.get(i);
      long bytes = buffer.bytes().byteSize();
      target.set(Column.INT, buffer.descriptorAt(), offsets[i]);
      target.set(Column.INT, buffer.descriptorAt() + 4L, (int) bytes);
      target.asSlice(at, offsets[i] - at).fill((byte) 0);
      MemorySegment.copy(buffer.bytes(), 0, target, offsets[i], bytes);
      at = offsets[i] + bytes;
    }
    target.asSlice(at, totalBytes - at).fill((byte) 0);
  }

  private void writeHeader(MemorySegment target) {
    target.set(Column.INT, 0, RowBatchCodec.MAGIC);
    target.set(Column.SHORT, 4, RowBatchCodec.VERSION);
    target.set(Column.SHORT, 6, (short) batch.columns().size());
    target.set(Column.INT, 8, batch.rows());
    target.set(Column.INT, 12, totalBytes);
    long at = RowBatchCodec.HEADER_BYTES;
    for (Map.Entry<Long, Column> entry : batch.columns().entrySet()) {
      writeDescriptor(
          target.asSlice(at, RowBatchCodec.DESCRIPTOR_BYTES), entry.getKey(), entry.getValue());
      at += RowBatchCodec.DESCRIPTOR_BYTES;
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
