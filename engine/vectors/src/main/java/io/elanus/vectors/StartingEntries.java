package io.elanus.vectors;

import java.util.function.BooleanSupplier;

/** As {@link StartingKernel}; both forms give the same bits. */
record StartingEntries(EntryLoops simd, EntryLoops scalar, BooleanSupplier compiled)
    implements EntryLoops {
  private EntryLoops form() {
    return compiled.getAsBoolean() ? simd : scalar;
  }

  @Override
  public int nearest(
      float[] values, int at, float[] entries, int codebook, int subDimension, int count) {
    return form().nearest(values, at, entries, codebook, subDimension, count);
  }

  @Override
  public void table(
      float[] weights,
      int at,
      float[] entries,
      int codebook,
      int subDimension,
      int count,
      float[] lengths,
      int first,
      float perUnit,
      float offset,
      short[] table) {
    form()
        .table(
            weights,
            at,
            entries,
            codebook,
            subDimension,
            count,
            lengths,
            first,
            perUnit,
            offset,
            table);
  }

  @Override
  public void pairs(float[] one, float[] other, short[] table) {
    form().pairs(one, other, table);
  }
}
