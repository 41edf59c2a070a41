package io.elanus.schema;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of one field for a run of rows, in the buffers of the Arrow columnar format: the same
 * in a request, in the log, in a growing segment and in a mapped file. Little-endian. A column
 * borrows its memory and never changes it.
 *
 * <p>Null rows have a zero placeholder in {@link Fixed} and {@link Bit} columns and an empty range
 * in the others. No validity buffer means that every row is valid.
 */
public sealed interface Column {
  /** Little-endian layouts without an alignment demand; the only ones used on columns. */
  ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  ValueLayout.OfDouble DOUBLE =
      ValueLayout.JAVA_DOUBLE_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  DataType type();

  int rows();

  /**
   * One bit a row, least significant first, set for a value that is there; null when no row is
   * null.
   */
  @Nullable MemorySegment validity();

  default boolean isNull(int row) {
    MemorySegment bits = validity();
    return bits != null && (bits.get(ValueLayout.JAVA_BYTE, row >>> 3) & (1 << (row & 7))) == 0;
  }

  default boolean hasNulls() {
    return validity() != null;
  }

  /**
   * The value as Boolean, Long (every integer type), Float, Double, String (VarChar, JSON), byte[]
   * (vectors), List (arrays), or null. For tests, rows of the embedded API and other places where
   * speed does not matter.
   */
  @Nullable Object value(int row);

  /**
   * A column of the rows at {@code ordinals}, in that order, on the heap. Rows of one width that
   * are all there are copied as they lie.
   */
  default Column take(int[] ordinals) {
    if (this instanceof Fixed fixed && !fixed.hasNulls()) {
      int width = fixed.rowBytes();
      MemorySegment target =
          MemorySegment.ofArray(new byte[Math.multiplyExact(width, ordinals.length)]);
      for (int i = 0; i < ordinals.length; i++) {
        MemorySegment.copy(
            fixed.data(), (long) ordinals[i] * width, target, (long) i * width, width);
      }
      return new Fixed(fixed.type(), fixed.dimension(), ordinals.length, null, target);
    }
    ColumnBuilder builder = ColumnBuilder.like(this);
    for (int ordinal : ordinals) {
      builder.addRow(this, ordinal);
    }
    return builder.build();
  }

  /**
   * Numbers and dense vectors.
   *
   * @param dimension of vectors; 0 for numbers
   * @param data [rows × type.rowBytes(dimension)]
   */
  record Fixed(
      DataType type, int dimension, int rows, @Nullable MemorySegment validity, MemorySegment data)
      implements Column {
    public int rowBytes() {
      return type.rowBytes(dimension);
    }

    /** The value of an integer column, sign-extended. */
    public long asLong(int row) {
      return switch (type) {
        case INT8 -> data.get(ValueLayout.JAVA_BYTE, row);
        case INT16 -> data.get(SHORT, 2L * row);
        case INT32 -> data.get(INT, 4L * row);
        case INT64 -> data.get(LONG, 8L * row);
        default -> throw new IllegalStateException(type + " is not an integer type");
      };
    }

    /** The value of any numeric column. */
    public double asDouble(int row) {
      return switch (type) {
        case FLOAT -> data.get(FLOAT, 4L * row);
        case DOUBLE -> data.get(DOUBLE, 8L * row);
        default -> asLong(row);
      };
    }

    /** The bytes of one row: a vector, or a number's. */
    public MemorySegment row(int row) {
      return data.asSlice((long) row * rowBytes(), rowBytes());
    }

    @Override
    public @Nullable Object value(int row) {
      if (isNull(row)) {
        return null;
      }
      return switch (type) {
        case INT8, INT16, INT32, INT64 -> asLong(row);
        case FLOAT -> data.get(FLOAT, 4L * row);
        case DOUBLE -> data.get(DOUBLE, 8L * row);
        default -> row(row).toArray(ValueLayout.JAVA_BYTE);
      };
    }
  }

  /**
   * Booleans.
   *
   * @param data one bit a row, least significant first
   */
  record Bit(int rows, @Nullable MemorySegment validity, MemorySegment data) implements Column {
    @Override
    public DataType type() {
      return DataType.BOOL;
    }

    public boolean get(int row) {
      return (data.get(ValueLayout.JAVA_BYTE, row >>> 3) & (1 << (row & 7))) != 0;
    }

    @Override
    public @Nullable Object value(int row) {
      return isNull(row) ? null : get(row);
    }
  }

  /**
   * VarChar and JSON (UTF-8), sparse vectors (pairs of uint32 index and float32 value, ascending by
   * index).
   *
   * @param offsets [rows + 1] int32, rising; row r is data[offsets[r], offsets[r + 1])
   */
  record Variable(
      DataType type,
      int rows,
      @Nullable MemorySegment validity,
      MemorySegment offsets,
      MemorySegment data)
      implements Column {
    public int start(int row) {
      return offsets.get(INT, 4L * row);
    }

    public int length(int row) {
      return start(row + 1) - start(row);
    }

    public MemorySegment row(int row) {
      int start = start(row);
      return data.asSlice(start, start(row + 1) - start);
    }

    public String text(int row) {
      return new String(row(row).toArray(ValueLayout.JAVA_BYTE), StandardCharsets.UTF_8);
    }

    @Override
    public @Nullable Object value(int row) {
      if (isNull(row)) {
        return null;
      }
      return type == DataType.SPARSE_FLOAT_VECTOR
          ? row(row).toArray(ValueLayout.JAVA_BYTE)
          : text(row);
    }
  }

  /**
   * Arrays of numbers, booleans or texts; elements are never null.
   *
   * @param offsets [rows + 1] int32, rising; row r is elements[offsets[r], offsets[r + 1])
   */
  record Array(int rows, @Nullable MemorySegment validity, MemorySegment offsets, Column elements)
      implements Column {
    @Override
    public DataType type() {
      return DataType.ARRAY;
    }

    public int start(int row) {
      return offsets.get(INT, 4L * row);
    }

    public int length(int row) {
      return start(row + 1) - start(row);
    }

    @Override
    public @Nullable Object value(int row) {
      if (isNull(row)) {
        return null;
      }
      List<Object> list = new ArrayList<>(length(row));
      for (int i = start(row); i < start(row + 1); i++) {
        Object element = elements.value(i);
        if (element != null) {
          list.add(element);
        }
      }
      return list;
    }
  }
}
