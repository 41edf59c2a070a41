package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Rows as floating-point numbers of a type, asked in float32: a query loses nothing to the type of
 * the rows.
 *
 * @param type FLOAT32, FLOAT16 or BFLOAT16
 * @param distance L2 or INNER_PRODUCT
 */
public record FloatCodes(ElementType type, Distance distance, int dimension) implements RowCodes {
  private static final float LARGEST_FLOAT16 = 65504;

  public FloatCodes {
    if (type == ElementType.INT8 || type == ElementType.BINARY || distance == Distance.COSINE) {
      throw new IllegalArgumentException("no codes of " + type + " for " + distance);
    }
  }

  @Override
  public int rowBytes() {
    return type.paddedBytes(dimension);
  }

  @Override
  public void encode(float[] values, MemorySegment rows, long at) {
    for (int i = 0; i < dimension; i++) {
      switch (type) {
        case FLOAT32 -> rows.set(Layouts.FLOAT, at + 4L * i, values[i]);
        case FLOAT16 ->
            rows.set(
                Layouts.SHORT,
                at + 2L * i,
                Float.floatToFloat16(Math.clamp(values[i], -LARGEST_FLOAT16, LARGEST_FLOAT16)));
        case BFLOAT16 -> rows.set(Layouts.SHORT, at + 2L * i, bfloat16(values[i]));
        case INT8, BINARY -> throw new AssertionError(type);
      }
    }
  }

  /** To the nearest, ties to even; what would round to infinity is cut off. */
  private static short bfloat16(float value) {
    int bits = Float.floatToRawIntBits(value);
    int rounded = (bits + 0x7FFF + (bits >>> 16 & 1)) >>> 16;
    return (short) ((rounded & 0x7FFF) == 0x7F80 ? bits >>> 16 : rounded);
  }

  @Override
  public Kernel kernel() {
    return kernel(Kernels.active());
  }

  @Override
  public Kernel kernelForAnswers() {
    return Kernels.starting(kernel(), () -> kernel(Kernels.Form.SCALAR));
  }

  Kernel kernel(Kernels.Form form) {
    return switch (form) {
      case SCALAR -> new ScalarFloats(type, distance, dimension, ElementType.FLOAT32);
      case SIMD -> SimdKernels.askedInFloats(type, distance, dimension);
    };
  }

  @Override
  public float[] low() {
    return new float[0];
  }

  @Override
  public float[] step() {
    return new float[0];
  }
}
