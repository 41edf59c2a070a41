package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances to 7-bit codes. The prepared query is [dimension] int8 weights, then bias and
 * scale as float32.
 */
final class ScalarCodes extends ScalarCodedRows {
  private final ByteCodes codes;

  ScalarCodes(ByteCodes codes) {
    super(codes, codes.dimension());
    this.codes = codes;
  }

  @Override
  public int queryBytes() {
    return dimension() + 8;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    byte[] weights = new byte[dimension()];
    RangedCodes.Affine affine = codes.weigh(row, weights);
    MemorySegment.copy(weights, 0, query, Layouts.BYTE, 0, weights.length);
    query.set(Layouts.FLOAT, dimension(), affine.bias());
    query.set(Layouts.FLOAT, dimension() + 4L, affine.scale());
  }

  @Override
  Asked ask(MemorySegment query) {
    byte[] weights = new byte[dimension()];
    MemorySegment.copy(query, Layouts.BYTE, 0, weights, 0, weights.length);
    float bias = query.get(Layouts.FLOAT, dimension());
    float scale = query.get(Layouts.FLOAT, dimension() + 4L);
    return (row, norm) -> bias + scale * dot(weights, row) + norm;
  }

  private static int dot(byte[] weights, byte[] row) {
    int dot = 0;
    for (int i = 0; i < row.length; i++) {
      dot += weights[i] * (row[i] & 0xFF);
    }
    return dot;
  }
}
