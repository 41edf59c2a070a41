package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** A kernel that visits one row after the other with checked access. */
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

  @Override
  public final void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    for (int i = 0; i < count; i++) {
      distances[i] = distance(query, rows, base + ordinals[i] * stride);
    }
  }

  /** The distance of the row that starts at {@code at}. */
  abstract float distance(MemorySegment query, MemorySegment rows, long at);

  /** −dot ÷ √(squared norm) for a query of length 1; 0 for a zero row. */
  static float cosine(double dot, double squaredNorm) {
    return squaredNorm > 0 ? (float) (-dot / Math.sqrt(squaredNorm)) : 0f;
  }
}
