package io.elanus.vectors;

/** What the scalar kernels share: the shape of their rows, and checked access to them. */
abstract class ScalarKernel implements Kernel {
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

  /** −dot ÷ √(squared norm) for a query of length 1; 0 for a zero row. */
  static float cosine(double dot, double squaredNorm) {
    return squaredNorm > 0 ? (float) (-dot / Math.sqrt(squaredNorm)) : 0f;
  }
}
