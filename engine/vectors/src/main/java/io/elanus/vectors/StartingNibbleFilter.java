package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/** As {@link StartingKernel}: in the scalar form until the SIMD one is compiled. */
record StartingNibbleFilter(NibbleFilter simd, NibbleFilter scalar, BooleanSupplier compiled)
    implements NibbleFilter {
  @Override
  public boolean ready() {
    return compiled.getAsBoolean();
  }

  @Override
  public void within(
      MemorySegment tables, MemorySegment codes, long at, int blocks, Bound bound, long[] passed) {
    NibbleFilter form = compiled.getAsBoolean() ? simd : scalar;
    form.within(tables, codes, at, blocks, bound, passed);
  }
}
