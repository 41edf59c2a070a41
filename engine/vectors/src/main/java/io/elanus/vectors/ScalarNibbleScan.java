package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Scalar sums of table entries. */
record ScalarNibbleScan(int subspaces) implements NibbleScan {
  @Override
  public void sums(
      MemorySegment tables, MemorySegment codes, long at, long stride, int blocks, int[] sums) {
    for (int block = 0; block < blocks; block++) {
      for (int row = 0; row < BLOCK_ROWS; row++) {
        long first = at + block * stride + NibbleScan.position(row);
        int sum = 0;
        for (int pair = 0; pair < (subspaces + 1) / 2; pair++) {
          int both = codes.get(Layouts.BYTE, first + (long) pair * BLOCK_ROWS);
          long table = 2L * pair * BLOCK_ROWS;
          sum += tables.get(Layouts.BYTE, table + (both & 15));
          sum += tables.get(Layouts.BYTE, table + BLOCK_ROWS + (both >>> 4 & 15));
        }
        sums[block * BLOCK_ROWS + row] = sum;
      }
    }
  }
}
