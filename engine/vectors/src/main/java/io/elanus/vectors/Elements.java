package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Rows as float32 arrays, whatever their type. */
public final class Elements {
  private Elements() {}

  /**
   * Reads a row of numbers.
   *
   * @param row at least {@code type.rowBytes(values.length)} bytes from {@code at}
   * @param values [dimension] written here
   */
  public static void decode(ElementType type, MemorySegment row, long at, float[] values) {
    if (type == ElementType.FLOAT32) {
      MemorySegment.copy(row, Layouts.FLOAT, at, values, 0, values.length);
      return;
    }
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (type) {
            case FLOAT16 -> Float.float16ToFloat(row.get(Layouts.SHORT, at + 2L * i));
            case BFLOAT16 -> Float.intBitsToFloat(row.get(Layouts.SHORT, at + 2L * i) << 16);
            case INT8 -> row.get(Layouts.BYTE, at + i);
            case FLOAT32, BINARY ->
                throw new IllegalArgumentException("no elements to convert: " + type);
          };
    }
  }

  /** Scales a vector to length 1, in place; a zero vector stays as it is. */
  public static void normalise(float[] values) {
    double squared = 0;
    for (float value : values) {
      squared += (double) value * value;
    }
    if (squared > 0) {
      double scale = 1 / Math.sqrt(squared);
      for (int i = 0; i < values.length; i++) {
        values[i] = (float) (values[i] * scale);
      }
    }
  }
}
