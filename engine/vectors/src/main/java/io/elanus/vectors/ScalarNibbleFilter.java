package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** The scalar form. */
record ScalarNibbleFilter(int dimension) implements NibbleFilter {
  @Override
  public void within(
      MemorySegment tables, MemorySegment codes, long at, int blocks, Bound bound, long[] passed) {
    long stride = NibbleFilter.blockBytes(dimension);
    for (int block = 0; block < blocks; block++) {
      long first = at + block * stride;
      long bits = 0;
      for (int row = 0; row < BLOCK_ROWS; row++) {
        long place = first + NibbleFilter.position(row);
        int error = Byte.toUnsignedInt(codes.get(Layouts.BYTE, place + stride - BLOCK_ROWS));
        int spared = sum(tables, codes, place) - (error * bound.slope() >>> bound.shift());
        bits |= Math.max(0, spared) <= bound.limit() ? 1L << row : 0;
      }
      passed[block] = bits;
    }
  }

  private int sum(MemorySegment tables, MemorySegment codes, long place) {
    int sum = 0;
    for (int even = 0; even < dimension; even += 2) {
      int both = codes.get(Layouts.BYTE, place + even / 2 * (long) BLOCK_ROWS);
      long table = (long) even * BLOCK_ROWS;
      sum += Byte.toUnsignedInt(tables.get(Layouts.BYTE, table + (both & 15)));
      sum += Byte.toUnsignedInt(tables.get(Layouts.BYTE, table + BLOCK_ROWS + (both >>> 4 & 15)));
    }
    return sum;
  }
}
