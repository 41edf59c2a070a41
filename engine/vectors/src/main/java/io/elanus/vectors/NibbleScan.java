package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Sums of table entries that 4-bit codes choose (André et al. 2015, "Cache locality is not enough";
 * André et al. 2017, "Accelerated nearest neighbor search with Quick ADC"): each subspace has a
 * table of sixteen entries that stays in a register while many rows look into it.
 *
 * <p>Codes lie in blocks of 64 rows, a pair of subspaces after the other, 64 bytes each: byte 4·i +
 * b holds the codes of row 16·b + i, that of the even subspace in its lower half. A missing last
 * subspace is zero. Then follow, if rows have terms, 64 float32 of them, and, if they have factors,
 * 64 float32 of those.
 */
public sealed interface NibbleScan permits ScalarNibbleScan, SimdNibbleScan, StartingNibbleScan {
  /** Rows of a block. */
  int BLOCK_ROWS = 64;

  /** The largest rounded entry of a table: two of them fit a byte. */
  int LARGEST = 127;

  /** Bytes of the codes of a block. */
  static int blockBytes(int subspaces) {
    return (subspaces + 1) / 2 * BLOCK_ROWS;
  }

  /** Bytes of the rounded tables. */
  static int tableBytes(int subspaces) {
    return (subspaces + 1) / 2 * 2 * BLOCK_ROWS;
  }

  /** Whether it is as quick as it becomes: until the compiler has done its work it is not. */
  default boolean settled() {
    return true;
  }

  /** Subspaces of a row. */
  int subspaces();

  /** Where in the bytes of a pair the codes of a row of the block are. */
  static int position(int row) {
    return 4 * (row % 16) + row / 16;
  }

  /**
   * Fills tables with multiples of inner products.
   *
   * @param query [subspaces × width] or longer
   * @param width dimensions of a subspace
   * @param entries [subspaces × width × 16], the numbers that the codes of a subspace stand for, a
   *     dimension after the other
   * @param tables [subspaces × 16] written here
   */
  void fill(float[] query, int width, float[] entries, float factor, float[] tables);

  /**
   * Rounds tables to seven bits with one scale for all of them.
   *
   * @param tables [subspaces × 16]
   * @param prepared [{@link #tableBytes}] native memory, written here: each table four times over
   */
  NibbleTables round(float[] tables, MemorySegment prepared);

  /**
   * Computes distances: bias + (offset + scale × sum) × factor + term; rows without terms or
   * factors have 0 or 1 of them.
   *
   * @param tables as {@link #round} prepares them
   * @param codes native memory, alive during the call
   * @param at where the first block starts
   * @param stride bytes from one block to the next
   * @param terms numbers of a row beside its codes: 0, 1 (term) or 2 (term, factor)
   * @param far a distance, or NaN
   * @param distances [64 × blocks] written here, in the order of the rows
   * @param within [blocks] written here: bit i says that row i is not farther than {@code far}
   */
  void distances(
      MemorySegment tables,
      NibbleTables rounded,
      MemorySegment codes,
      long at,
      long stride,
      int blocks,
      int terms,
      float bias,
      float far,
      float[] distances,
      long[] within);
}
