package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances to 7-bit codes. The prepared query is [dimension] int8 weights, then bias and
 * scale as float32.
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
  float distance(MemorySegment query, MemorySegment rows, long at) {
    int dot = 0;
    for (int i = 0; i < dimension(); i++) {
      dot += query.get(Layouts.BYTE, i) * rows.get(Layouts.BYTE, at + i);
    }
    float distance =
        query.get(Layouts.FLOAT, dimension()) + query.get(Layouts.FLOAT, dimension() + 4L) * dot;
    return codes.carriesNorm()
        ? distance + rows.get(Layouts.FLOAT, at + codes.rowBytes() - 4)
        : distance;
  }
}
