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
    Elements.encode(type, values, rows, at);
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
