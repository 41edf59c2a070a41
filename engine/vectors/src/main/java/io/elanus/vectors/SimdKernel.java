package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A kernel over absolute addresses that takes four rows a step, one accumulator a row, and loads
 * each piece of the query once for the four. A remainder repeats its last row, which is in the
 * cache by then. Rows that lie one after the other are taken one a step.
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
      long address = Lanes.mask(query.address());
      long first = rows.address() + base;
      if (isRun(ordinals, count)) {
        computeRun(address, first + ordinals[0] * stride, stride, ordinals, count, distances);
      } else {
        compute(address, first, stride, ordinals, count, distances);
      }
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

  /**
   * The loop over rows that lie one after the other, to the same sums: a row a step, because only
   * what is read in the order of its addresses is in the cache before it is asked for.
   *
   * @param first address of the first row; others as in {@link #compute}
   */
  void computeRun(
      long query, long first, long stride, int[] ordinals, int count, float[] distances) {
    compute(query, first - ordinals[0] * stride, stride, ordinals, count, distances);
  }

  private static boolean isRun(int[] ordinals, int count) {
    for (int i = 1; i < count; i++) {
      if (ordinals[i] != ordinals[i - 1] + 1) {
        return false;
      }
    }
    return count > 1;
  }

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
