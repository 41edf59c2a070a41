package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;

/**
 * A kernel over absolute addresses that takes four rows a step, one accumulator a row, and loads
 * each piece of the query once for the four. A remainder repeats its last row, which is in the
 * cache by then. Rows that lie one after the other are taken one a step, because only what is read
 * in the order of its addresses is in the cache before it is asked for.
 *
 * <p>A loop over vectors must be compiled alone. Where the compiler took one into its caller, a
 * part of the compilations kept an object for every vector operation, 25 times slower, for the life
 * of the process. Methods of more than 325 bytes (HotSpot's FreqInlineSize) are never taken in, so
 * both ways to walk rows stand in one method; CompiledAloneTest measures all of them.
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
      compute(address, rows.address() + base, stride, ordinals, count, distances);
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
   * Where the weight of a code stands in a query whose vectors match the first, then the second
   * code of all lanes of a vector of the row, and so on.
   */
  static int place(int code, int codesPerLane, int lanes) {
    int vector = code / (codesPerLane * lanes) * codesPerLane + code % codesPerLane;
    return vector * lanes + code / codesPerLane % lanes;
  }

  /** Whether the rows lie one after the other. */
  static boolean isRun(int[] ordinals, int count) {
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
