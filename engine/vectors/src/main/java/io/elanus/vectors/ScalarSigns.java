package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances to signs. The prepared query is [dimension] bytes of steps, padded to 16, then
 * bias, scale, slack and sum of {@link SignCodes.Asked}. Rows are copied onto the heap, as in
 * {@link ScalarFloats}.
 */
final class ScalarSigns extends ScalarKernel {
  private final SignCodes codes;
  private final float errors;
  private final int asked;

  ScalarSigns(SignCodes codes, float errors) {
    super(Distance.INNER_PRODUCT, codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.errors = errors;
    this.asked = (codes.dimension() + 15) & -16;
  }

  @Override
  public int queryBytes() {
    return asked + 16;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    byte[] steps = new byte[dimension()];
    SignCodes.Asked told = codes.ask(row, errors, steps);
    MemorySegment.copy(steps, 0, query, Layouts.BYTE, 0, steps.length);
    told.write(query, asked);
  }

  @Override
  public void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    byte[] steps = new byte[dimension()];
    byte[] row = new byte[(dimension() + 7) / 8];
    MemorySegment.copy(query, Layouts.BYTE, 0, steps, 0, steps.length);
    float bias = query.get(Layouts.FLOAT, asked);
    float scale = query.get(Layouts.FLOAT, asked + 4L);
    float slack = query.get(Layouts.FLOAT, asked + 8L);
    int sum = query.get(Layouts.INT, asked + 12L);
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      MemorySegment.copy(rows, Layouts.BYTE, at + SignCodes.FIRST_BIT / 8, row, 0, row.length);
      int set = 0;
      for (int j = 0; j < steps.length; j++) {
        set += (row[j >> 3] >> (j & 7) & 1) * steps[j];
      }
      float factor = rows.get(Layouts.FLOAT, at);
      float term = rows.get(Layouts.FLOAT, at + rowBytes() - 4);
      distances[i] = bias + term + factor * slack + factor * (scale * (2 * set - sum));
    }
  }
}
