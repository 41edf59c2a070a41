package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Finds the nearest of some centres, by squared distance, for many rows: |c|² ÷ 2 − x·c is least
 * there. Rows lie in blocks of sixteen, a dimension after the other, so that one number of a centre
 * meets sixteen rows at once and nothing is summed up across a vector. Immutable and shared by
 * threads.
 */
public sealed interface NearestCentres permits ScalarNearestCentres, SimdNearestCentres {
  /** Rows of a block. */
  int BLOCK_ROWS = 16;

  /** Bytes of a block. */
  static long blockBytes(int dimension) {
    return 4L * BLOCK_ROWS * dimension;
  }

  /**
   * Finds them; of centres that are as near the first.
   *
   * @param rows native memory, alive during the call: blocks of [dimension × 16] float32
   * @param at where the first block starts
   * @param centres [count × dimension]
   * @param halves [count] half the squared length of each centre
   * @param count of centres, at least 1
   * @param nearest [16 × blocks] written here
   */
  void find(
      MemorySegment rows,
      long at,
      int blocks,
      float[] centres,
      float[] halves,
      int count,
      int[] nearest);
}
