package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Finds the rows whose sum of table entries is within a bound. As in {@link NibbleScan}, 4-bit
 * codes choose the entries; here a subspace is one dimension, entries of four dimensions add up to
 * no more than {@link #LARGEST_OF_FOUR}, those of all to no more than {@link #LARGEST_SUM}, and a
 * row may be as much above the bound as its own error allows.
 *
 * <p>Codes lie in blocks of 64 rows. Two dimensions take 64 bytes, the even one in the lower half
 * of a byte; a missing dimension is zero, and there are always four of them together. The errors of
 * the 64 rows follow, in a byte each. In every such piece row r < 32 has byte 2·r and row r + 32
 * the byte after it.
 */
public sealed interface NibbleFilter
    permits ScalarNibbleFilter, SimdNibbleFilter, StartingNibbleFilter {
  /** Rows of a block. */
  int BLOCK_ROWS = 64;

  /** The most that the entries of four dimensions add up to. */
  int LARGEST_OF_FOUR = 255;

  /** The most that the entries of all dimensions add up to. */
  int LARGEST_SUM = 65535;

  /**
   * What passes: a row whose sum, less slope × error ÷ 2^shift rounded down but no less than 0, is
   * at most the limit.
   *
   * @param limit from 0 to {@link #LARGEST_SUM}
   * @param slope from 0 to {@link #LARGEST_SLOPE}
   */
  record Bound(int limit, int slope, int shift) {
    /** Its product with an error fits 16 bits. */
    public static final int LARGEST_SLOPE = 257;
  }

  /** Bytes of a block. */
  static int blockBytes(int dimension) {
    return (dimension + 3) / 4 * 2 * BLOCK_ROWS + BLOCK_ROWS;
  }

  /** Bytes of the tables of a query: each of sixteen entries stands there four times. */
  static int tableBytes(int dimension) {
    return (dimension + 3) / 4 * 4 * BLOCK_ROWS;
  }

  /** Where in a piece of a block the byte of a row is. */
  static int position(int row) {
    return 2 * (row % 32) + row / 32;
  }

  /** Whether it is as quick as it will be; until then scans of whole rows are quicker. */
  default boolean ready() {
    return true;
  }

  /**
   * Asks blocks that lie one after the other.
   *
   * @param tables of the query
   * @param codes native memory, alive during the call
   * @param at where the first block starts
   * @param passed [blocks] written here: bit r of a block is set if its row r passes
   */
  void within(
      MemorySegment tables, MemorySegment codes, long at, int blocks, Bound bound, long[] passed);
}
