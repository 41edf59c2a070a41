package io.elanus.vectors;

/** What the scalar kernels share: the shape of their rows, and checked access to them. */
abstract class ScalarKernel implements Kernel {
  /** 32,768 squares too small for float32 are less than a ten-millionth of it. */
  private static final float LEAST_MEASURED = 1e-26f;

  final Distance distance;
  private final int dimension;
  private final int rowBytes;

  ScalarKernel(ElementType type, Distance distance, int dimension) {
    this(distance, dimension, type.paddedBytes(dimension));
  }

  ScalarKernel(Distance distance, int dimension, int rowBytes) {
    this.distance = distance;
    this.dimension = dimension;
    this.rowBytes = rowBytes;
  }

  @Override
  public final int dimension() {
    return dimension;
  }

  @Override
  public final int rowBytes() {
    return rowBytes;
  }

  /**
   * Whether a sum of squares is one of float32 that rows can be measured by. None of them went
   * beyond it, and those that it has no small numbers for do not count.
   */
  static boolean isMeasured(float squaredNorm) {
    return squaredNorm >= LEAST_MEASURED && squaredNorm <= Float.MAX_VALUE;
  }

  /** −dot ÷ √(squared norm) for a query of length 1; 0 for a zero row. */
  static float cosine(double dot, double squaredNorm) {
    return squaredNorm > 0 ? (float) (-dot / Math.sqrt(squaredNorm)) : 0f;
  }
}
