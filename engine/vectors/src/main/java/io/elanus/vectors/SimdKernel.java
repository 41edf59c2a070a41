package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A kernel over absolute addresses that takes four rows a step, one accumulator a row, and loads
 * each piece of the query once for the four. A remainder repeats its last row, which is in the
 * cache by then.
 */
abstract class SimdKernel implements Kernel {
  final int dimension;
  final int rowBytes;

  SimdKernel(ElementType type, int dimension) {
    this(dimension, type.paddedBytes(dimension));
  }

  SimdKernel(int dimension, int rowBytes) {
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
    assert inside(rows, base, stride, ordinals, count) && query.byteSize() >= queryBytes();
    CheckedMemory.open(query, rows);
    try {
      compute(
          Lanes.mask(query.address()), rows.address() + base, stride, ordinals, count, distances);
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(rows);
      Reference.reachabilityFence(query);
    }
  }

  /**
   * The loop: addresses of the query and of row 0, and the other arguments of {@link #distances}.
   */
  abstract void compute(
      long query, long rows, long stride, int[] ordinals, int count, float[] distances);

  private boolean inside(MemorySegment rows, long base, long stride, int[] ordinals, int count) {
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      if (at < 0 || at + rowBytes > rows.byteSize()) {
        return false;
      }
    }
    return rows.isNative();
  }
}
