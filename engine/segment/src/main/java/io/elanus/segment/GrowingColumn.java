package io.elanus.segment;

import io.elanus.files.MappedFiles;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A column that rows are appended to, off the heap. One writer; a reader asks for the first rows
 * that it knows to be written, and what it gets never changes.
 */
final class GrowingColumn {
  private final DataType type;
  private final int dimension;
  private final int rowBytes;
  private final GrowableBuffer validity;
  private final GrowableBuffer offsets;
  private final GrowableBuffer data;
  private final @Nullable GrowingColumn elements;
  private volatile boolean anyNull;
  private int rows;

  GrowingColumn(DataType type, int dimension, Optional<DataType> elementType, MappedFiles memory) {
    this.type = type;
    this.dimension = dimension;
    this.rowBytes = type.layout() == DataType.Layout.FIXED ? type.rowBytes(dimension) : 0;
    this.validity = new GrowableBuffer(memory);
    this.offsets = new GrowableBuffer(memory);
    this.data = new GrowableBuffer(memory);
    this.elements =
        type == DataType.ARRAY
            ? new GrowingColumn(elementType.orElseThrow(), 0, Optional.empty(), memory)
            : null;
  }

  /** Makes room for rows of fixed size, so that appending them does not copy. */
  void reserve(int capacityRows) {
    data.reserve((long) capacityRows * rowBytes);
  }

  void append(Column from, int first, int count) {
    appendValidity(from, first, count);
    switch (from) {
      case Column.Fixed fixed -> appendFixed(fixed, first, count);
      case Column.Bit bit -> appendBits(bit, first, count);
      case Column.Variable variable -> appendVariable(variable, first, count);
      case Column.Array array -> appendArray(array, first, count);
    }
    rows += count;
  }

  private void appendValidity(Column from, int first, int count) {
    if (!anyNull && !from.hasNulls()) {
      return;
    }
    MemorySegment bits = validity.reserve((rows + count + 7L) / 8);
    if (!anyNull) {
      for (int row = 0; row < rows; row++) {
        set(bits, row);
      }
    }
    for (int i = 0; i < count; i++) {
      if (!from.isNull(first + i)) {
        set(bits, rows + i);
      }
    }
    anyNull = true;
  }

  private void appendFixed(Column.Fixed from, int first, int count) {
    if (from.rowBytes() != rowBytes) {
      throw new IllegalArgumentException(
          "rows have " + from.rowBytes() + " bytes, not " + rowBytes);
    }
    MemorySegment target = data.reserve((long) (rows + count) * rowBytes);
    MemorySegment.copy(
        from.data(),
        (long) first * rowBytes,
        target,
        (long) rows * rowBytes,
        (long) count * rowBytes);
  }

  private void appendBits(Column.Bit from, int first, int count) {
    MemorySegment target = data.reserve((rows + count + 7L) / 8);
    for (int i = 0; i < count; i++) {
      if (from.get(first + i)) {
        set(target, rows + i);
      }
    }
  }

  private void appendVariable(Column.Variable from, int first, int count) {
    int start = from.start(first);
    int bytes = from.start(first + count) - start;
    int end = appendOffsets(from.offsets(), first, count);
    MemorySegment target = data.reserve(end);
    MemorySegment.copy(from.data(), start, target, end - bytes, bytes);
  }

  private void appendArray(Column.Array from, int first, int count) {
    appendOffsets(from.offsets(), first, count);
    int start = from.start(first);
    elements().append(from.elements(), start, from.start(first + count) - start);
  }

  /** Returns the last offset. */
  private int appendOffsets(MemorySegment from, int first, int count) {
    MemorySegment target = offsets.reserve(4L * (rows + count + 1));
    int[] starts = from.asSlice(4L * first, 4L * (count + 1)).toArray(Column.INT);
    int shift = target.get(Column.INT, 4L * rows) - starts[0];
    for (int i = 0; i <= count; i++) {
      starts[i] = Math.addExact(starts[i], shift);
    }
    MemorySegment.copy(starts, 1, target, Column.INT, 4L * (rows + 1), count);
    return starts[count];
  }

  /** The first {@code count} rows. */
  Column view(int count) {
    MemorySegment valid = anyNull ? validity.bytes().asSlice(0, (count + 7) / 8) : null;
    return switch (type.layout()) {
      case FIXED ->
          new Column.Fixed(
              type, dimension, count, valid, data.bytes().asSlice(0, (long) count * rowBytes));
      case BIT -> new Column.Bit(count, valid, data.bytes().asSlice(0, (count + 7) / 8));
      case VARIABLE -> new Column.Variable(type, count, valid, starts(count), data.bytes());
      case LIST -> {
        MemorySegment starts = starts(count);
        int last = starts.get(Column.INT, 4L * count);
        yield new Column.Array(count, valid, starts, elements().view(last));
      }
    };
  }

  private MemorySegment starts(int count) {
    return offsets.bytes().asSlice(0, 4L * count + 4);
  }

  private GrowingColumn elements() {
    if (elements == null) {
      throw new IllegalStateException(type + " has no elements");
    }
    return elements;
  }

  private static void set(MemorySegment bits, int index) {
    byte old = bits.get(ValueLayout.JAVA_BYTE, index >>> 3);
    bits.set(ValueLayout.JAVA_BYTE, index >>> 3, (byte) (old | 1 << (index & 7)));
  }
}
