package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Distances of many float32 rows to many others: L2 or INNER_PRODUCT. Both sides are padded rows as
 * {@link Kernel} reads them, and the caller answers for them in the same way. Immutable and shared
 * by threads.
 */
public interface Tile {
  /**
   * Computes all pairs.
   *
   * @param queries native memory; query i starts at queryBase + i × stride
   * @param rows native memory; row j starts at rowBase + j × stride
   * @param stride bytes from one row to the next on both sides
   * @param distances [queryCount × rowCount], row-major by query, written here
   */
  void distances(
      MemorySegment queries,
      long queryBase,
      int queryCount,
      MemorySegment rows,
      long rowBase,
      int rowCount,
      long stride,
      float[] distances);
}
