package io.elanus.api.milvus;

import io.elanus.api.milvus.WireReader.Slice;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Packed whole numbers. */
final class Varints {
  private Varints() {}

  /** How many numbers a packed run holds. */
  static int count(Slice run) {
    int count = 0;
    byte[] bytes = run.bytes();
    for (int at = run.from(); at < run.to(); at++) {
      if (bytes[at] >= 0) {
        count++;
      }
    }
    return count;
  }

  /** Writes {@code value} as row {@code row} of an integer column, when its type can hold it. */
  static void set(MemorySegment column, int row, DataType type, long value) {
    switch (type) {
      case INT8 -> column.set(ValueLayout.JAVA_BYTE, row, (byte) checked(row, value, -128, 127));
      case INT16 -> column.set(Column.SHORT, 2L * row, (short) checked(row, value, -32768, 32767));
      case INT32 ->
          column.set(
              Column.INT,
              4L * row,
              (int) checked(row, value, Integer.MIN_VALUE, Integer.MAX_VALUE));
      case INT64 -> column.set(Column.LONG, 8L * row, value);
      default -> throw new IllegalArgumentException(type + " is not an integer type");
    }
  }

  static long checked(int index, long value, long least, long most) {
    if (value < least || value > most) {
      throw ElanusException.invalid(
          "the %dth element (%d) out of range: [%d, %d]".formatted(index, value, least, most));
    }
    return value;
  }
}
