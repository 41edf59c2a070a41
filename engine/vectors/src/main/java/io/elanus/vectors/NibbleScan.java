package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Sums of table entries that 4-bit codes choose (André et al. 2015, "Cache locality is not enough";
 * André et al. 2017, "Accelerated nearest neighbor search with Quick ADC"): each subspace has a
 * table of sixteen entries that stays in a register while many rows look into it.
 *
 * <p>Codes lie in blocks of 64 rows, a pair of subspaces after the other, 64 bytes each: byte 4·i +
 * b holds the codes of row 16·b + i, that of the even subspace in its lower half. A missing last
 * subspace is zero.
 */
public sealed interface NibbleScan permits ScalarNibbleScan, SimdNibbleScan {
  /** Rows of a block. */
  int BLOCK_ROWS = 64;

  /** The largest entry of a table: two of them fit a byte. */
  int LARGEST = 127;

  /** Bytes of the codes of a block. */
  static int blockBytes(int subspaces) {
    return (subspaces + 1) / 2 * BLOCK_ROWS;
  }

  /** Bytes of the prepared tables. */
  static int tableBytes(int subspaces) {
    return (subspaces + 1) / 2 * 2 * BLOCK_ROWS;
  }

  /** Where in the bytes of a pair the codes of a row of the block are. */
  static int position(int row) {
    return 4 * (row % 16) + row / 16;
  }

  /**
   * Sums up.
   *
   * @param tables as {@link NibbleTables} prepares them
   * @param codes native memory, alive during the call
   * @param at where the first block starts
   * @param stride bytes from one block to the next
   * @param sums [64 × blocks] written here, in the order of the rows
   */
  void sums(
      MemorySegment tables, MemorySegment codes, long at, long stride, int blocks, int[] sums);
}
