package io.elanus.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Builds a column on the heap, a value or a row of another column at a time. Grows by itself; not
 * thread-safe.
 *
 * <p>{@link #add(Object)} takes the types that {@link Column#value} returns, and any {@link Number}
 * for numbers.
 */
public final class ColumnBuilder {
  private final DataType type;
  private final int dimension;
  private final int rowBytes;
  private final @Nullable ColumnBuilder elements;
  private int rows;
  private boolean anyNull;
  private byte[] valid = new byte[16];
  private byte[] data = new byte[256];
  private int dataBytes;
  private int[] offsets = new int[16];

  /**
   * @param dimension of dense vectors; 0 otherwise
   * @param elementType of arrays; empty otherwise
   */
  public ColumnBuilder(DataType type, int dimension, Optional<DataType> elementType) {
    this.type = type;
    this.dimension = dimension;
    this.rowBytes = type.layout() == DataType.Layout.FIXED ? type.rowBytes(dimension) : 0;
    this.elements =
        type.layout() == DataType.Layout.LIST
            ? new ColumnBuilder(elementType.orElseThrow(), 0, Optional.empty())
            : null;
  }

  public static ColumnBuilder of(FieldSchema field) {
    return new ColumnBuilder(field.type(), field.dimension(), field.elementType());
  }

  /** For a column of the same type (and element type) as {@code column}. */
  public static ColumnBuilder like(Column column) {
    return switch (column) {
      case Column.Fixed fixed ->
          new ColumnBuilder(fixed.type(), fixed.dimension(), Optional.empty());
      case Column.Bit bit -> new ColumnBuilder(DataType.BOOL, 0, Optional.empty());
      case Column.Variable variable -> new ColumnBuilder(variable.type(), 0, Optional.empty());
      case Column.Array array ->
          new ColumnBuilder(DataType.ARRAY, 0, Optional.of(array.elements().type()));
    };
  }

  public int rows() {
    return rows;
  }

  public ColumnBuilder addNull() {
    anyNull = true;
    beginRow(false);
    switch (type.layout()) {
      case FIXED -> reserve(rowBytes);
      case BIT -> setBit(false);
      case VARIABLE, LIST -> {}
    }
    endRow();
    return this;
  }

  public ColumnBuilder add(@Nullable Object value) {
    if (value == null) {
      return addNull();
    }
    beginRow(true);
    switch (type) {
      case BOOL -> setBit((Boolean) value);
      case INT8 -> segment(reserve(1)).set(ValueLayout.JAVA_BYTE, 0, ((Number) value).byteValue());
      case INT16 -> segment(reserve(2)).set(Column.SHORT, 0, ((Number) value).shortValue());
      case INT32 -> segment(reserve(4)).set(Column.INT, 0, ((Number) value).intValue());
      case INT64 -> segment(reserve(8)).set(Column.LONG, 0, ((Number) value).longValue());
      case FLOAT -> segment(reserve(4)).set(Column.FLOAT, 0, ((Number) value).floatValue());
      case DOUBLE -> segment(reserve(8)).set(Column.DOUBLE, 0, ((Number) value).doubleValue());
      case VARCHAR, JSON -> addBytes(((String) value).getBytes(StandardCharsets.UTF_8));
      case ARRAY -> {
        for (Object element : (Collection<?>) value) {
          elements().add(element);
        }
      }
      case FLOAT_VECTOR ->
          addBytes(value instanceof float[] floats ? bytes(floats) : checked((byte[]) value));
      case BINARY_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR ->
          addBytes(checked((byte[]) value));
      case SPARSE_FLOAT_VECTOR -> addBytes((byte[]) value);
    }
    endRow();
    return this;
  }

  /** Adds row {@code row} of {@code from}, a column of the same type. */
  public ColumnBuilder addRow(Column from, int row) {
    if (from.isNull(row)) {
      return addNull();
    }
    beginRow(true);
    switch (from) {
      case Column.Fixed fixed -> copy(fixed.data(), (long) row * rowBytes, rowBytes);
      case Column.Bit bit -> setBit(bit.get(row));
      case Column.Variable variable ->
          copy(variable.data(), variable.start(row), variable.length(row));
      case Column.Array array -> {
        for (int i = array.start(row); i < array.start(row + 1); i++) {
          elements().addRow(array.elements(), i);
        }
      }
    }
    endRow();
    return this;
  }

  public ColumnBuilder addAll(Column from) {
    for (int row = 0; row < from.rows(); row++) {
      addRow(from, row);
    }
    return this;
  }

  /** The column so far; the builder must not be used afterwards. */
  public Column build() {
    MemorySegment validity =
        anyNull ? MemorySegment.ofArray(Arrays.copyOf(valid, (rows + 7) / 8)) : null;
    MemorySegment bytes = MemorySegment.ofArray(data).asSlice(0, dataBytes);
    MemorySegment starts = MemorySegment.ofArray(Arrays.copyOf(offsets, rows + 1));
    return switch (type.layout()) {
      case FIXED -> new Column.Fixed(type, dimension, rows, validity, bytes);
      case BIT -> new Column.Bit(rows, validity, bytes);
      case VARIABLE -> new Column.Variable(type, rows, validity, starts, bytes);
      case LIST -> new Column.Array(rows, validity, starts, elements().build());
    };
  }

  private ColumnBuilder elements() {
    if (elements == null) {
      throw new IllegalStateException(type + " has no elements");
    }
    return elements;
  }

  private void beginRow(boolean there) {
    if ((rows >>> 3) >= valid.length) {
      valid = Arrays.copyOf(valid, valid.length * 2);
    }
    if (there) {
      valid[rows >>> 3] |= (byte) (1 << (rows & 7));
    }
    if (rows + 2 > offsets.length) {
      offsets = Arrays.copyOf(offsets, offsets.length * 2);
    }
  }

  private void endRow() {
    rows++;
    offsets[rows] = elements == null ? dataBytes : elements.rows();
  }

  private void setBit(boolean value) {
    if ((rows & 7) == 0) {
      reserve(1);
    }
    if (value) {
      data[rows >>> 3] |= (byte) (1 << (rows & 7));
    }
  }

  private int reserve(int bytes) {
    int at = dataBytes;
    int needed = Math.addExact(at, bytes);
    if (needed > data.length) {
      data =
          Arrays.copyOf(
              data, (int) Math.max(needed, Math.min(Integer.MAX_VALUE - 16, data.length * 2L)));
    }
    dataBytes = needed;
    return at;
  }

  private MemorySegment segment(int at) {
    return MemorySegment.ofArray(data).asSlice(at);
  }

  private void addBytes(byte[] bytes) {
    int at = reserve(bytes.length);
    System.arraycopy(bytes, 0, data, at, bytes.length);
  }

  private void copy(MemorySegment from, long offset, int bytes) {
    int at = reserve(bytes);
    MemorySegment.copy(from, ValueLayout.JAVA_BYTE, offset, data, at, bytes);
  }

  private byte[] checked(byte[] bytes) {
    if (bytes.length != rowBytes) {
      throw new IllegalArgumentException(
          type + " row has " + bytes.length + " bytes, not " + rowBytes);
    }
    return bytes;
  }

  private byte[] bytes(float[] floats) {
    if (floats.length != dimension) {
      throw new IllegalArgumentException(
          "vector has " + floats.length + " elements, not " + dimension);
    }
    byte[] bytes = new byte[4 * floats.length];
    MemorySegment target = MemorySegment.ofArray(bytes);
    for (int i = 0; i < floats.length; i++) {
      target.set(Column.FLOAT, 4L * i, floats[i]);
    }
    return bytes;
  }

  /** Builds a column of {@code values}. */
  public static Column column(FieldSchema field, List<?> values) {
    ColumnBuilder builder = of(field);
    values.forEach(builder::add);
    return builder.build();
  }
}
