package io.elanus.vectors;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.LongSupplier;

/** A run of a filter over blocks of its own, in nanoseconds; see {@link KernelStart}. */
final class FilterTrial implements LongSupplier {
  private static final int BLOCKS = 33; // an odd number: the last step has one
  private static final byte SOME = 0x3f;
  private static final NibbleFilter.Bound BOUND = new NibbleFilter.Bound(100, 1, 0);

  private final NibbleFilter filter;
  private final MemorySegment tables;
  private final MemorySegment codes;
  private final long[] passed = new long[BLOCKS];

  FilterTrial(Arena arena, NibbleFilter filter, int dimension) {
    this.filter = filter;
    this.tables = arena.allocate(NibbleFilter.tableBytes(dimension), 64);
    this.codes = arena.allocate((long) BLOCKS * NibbleFilter.blockBytes(dimension), 64);
    codes.fill(SOME);
  }

  @Override
  public long getAsLong() {
    long begun = System.nanoTime();
    filter.within(tables, codes, 0, BLOCKS, BOUND, passed);
    return System.nanoTime() - begun;
  }
}
