package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** A scalar kernel that reads each row where it lies. */
abstract class ScalarRows extends ScalarKernel {
  ScalarRows(ElementType type, Distance distance, int dimension) {
    super(type, distance, dimension);
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
}
