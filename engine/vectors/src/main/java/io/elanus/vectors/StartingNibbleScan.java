package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.function.BooleanSupplier;

/** As {@link StartingKernel}; both forms give the same bits and share the rounded tables. */
record StartingNibbleScan(NibbleScan simd, NibbleScan scalar, BooleanSupplier compiled)
    implements NibbleScan {
  @Override
  public boolean settled() {
    return compiled.getAsBoolean();
  }

  @Override
  public int subspaces() {
    return simd.subspaces();
  }

  private NibbleScan form() {
    return compiled.getAsBoolean() ? simd : scalar;
  }

  @Override
  public void fill(float[] query, int width, float[] entries, float factor, float[] tables) {
    form().fill(query, width, entries, factor, tables);
  }

  @Override
  public NibbleTables round(float[] tables, MemorySegment prepared) {
    return form().round(tables, prepared);
  }

  @Override
  public void distances(
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
      long[] within) {
    form()
        .distances(tables, rounded, codes, at, stride, blocks, terms, bias, far, distances, within);
  }
}
