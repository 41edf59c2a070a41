package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances to 7-bit codes. The prepared query is [dimension] int8 weights, then bias and
 * scale as float32. Rows are copied onto the heap, as in {@link ScalarFloats}.
 */
final class ScalarCodes extends ScalarKernel {
  private final ByteCodes codes;

  ScalarCodes(ByteCodes codes) {
    super(Distance.INNER_PRODUCT, codes.dimension(), codes.rowBytes());
    this.codes = codes;
  }

  @Override
  public int queryBytes() {
    return dimension() + 8;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    byte[] weights = new byte[dimension()];
    ByteCodes.Affine affine = codes.weigh(row, weights);
    MemorySegment.copy(weights, 0, query, Layouts.BYTE, 0, weights.length);
    query.set(Layouts.FLOAT, dimension(), affine.bias());
    query.set(Layouts.FLOAT, dimension() + 4L, affine.scale());
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
    byte[] weights = new byte[dimension()];
    byte[] row = new byte[dimension()];
    MemorySegment.copy(query, Layouts.BYTE, 0, weights, 0, weights.length);
    float bias = query.get(Layouts.FLOAT, dimension());
    float scale = query.get(Layouts.FLOAT, dimension() + 4L);
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      MemorySegment.copy(rows, Layouts.BYTE, at, row, 0, row.length);
      float norm = codes.carriesNorm() ? rows.get(Layouts.FLOAT, at + codes.rowBytes() - 4) : 0;
      distances[i] = bias + scale * dot(weights, row) + norm;
    }
  }

  private static int dot(byte[] weights, byte[] row) {
    int dot = 0;
    for (int i = 0; i < row.length; i++) {
      dot += weights[i] * (row[i] & 0xFF);
    }
    return dot;
  }
}
