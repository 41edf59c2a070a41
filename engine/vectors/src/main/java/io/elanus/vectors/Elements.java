package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Rows as float32 arrays, whatever their type, and back. */
public final class Elements {
  private static final float LARGEST_FLOAT16 = 65504;

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

  /**
   * Writes numbers as a row of a type of floats, each rounded to the nearest, ties to even; those
   * too large for it become the largest.
   *
   * @param rows [dimension] written here from {@code at}
   */
  public static void encode(ElementType type, float[] values, MemorySegment rows, long at) {
    for (int i = 0; i < values.length; i++) {
      switch (type) {
        case FLOAT32 -> rows.set(Layouts.FLOAT, at + 4L * i, values[i]);
        case FLOAT16 ->
            rows.set(
                Layouts.SHORT,
                at + 2L * i,
                Float.floatToFloat16(Math.clamp(values[i], -LARGEST_FLOAT16, LARGEST_FLOAT16)));
        case BFLOAT16 -> rows.set(Layouts.SHORT, at + 2L * i, bfloat16(values[i]));
        case INT8, BINARY -> throw new IllegalArgumentException("no type of floats: " + type);
      }
    }
  }

  /** What would round to infinity is cut off. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
    return (short) ((rounded & 0x7FFF) == 0x7F80 ? bits >>> 16 : rounded);
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
