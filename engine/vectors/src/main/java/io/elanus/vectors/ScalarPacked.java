package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances to 4-bit and 6-bit codes. The prepared query is [dimension] float32 weights,
 * then bias and scale.
 */
final class ScalarPacked extends ScalarCodedRows {
  private final PackedCodes codes;

  ScalarPacked(PackedCodes codes) {
    super(codes, codes.rowBytes());
    this.codes = codes;
  }

  @Override
  public int queryBytes() {
    return 4 * dimension() + 8;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    float[] weights = new float[dimension()];
    RangedCodes.Affine affine = codes.weigh(row, weights);
    MemorySegment.copy(weights, 0, query, Layouts.FLOAT, 0, weights.length);
    query.set(Layouts.FLOAT, 4L * dimension(), affine.bias());
    query.set(Layouts.FLOAT, 4L * dimension() + 4, affine.scale());
  }

  @Override
  Asked ask(MemorySegment query) {
    float[] weights = new float[dimension()];
    MemorySegment.copy(query, Layouts.FLOAT, 0, weights, 0, weights.length);
    float bias = query.get(Layouts.FLOAT, 4L * dimension());
    float scale = query.get(Layouts.FLOAT, 4L * dimension() + 4);
    return (row, norm) -> bias + scale * (float) dot(weights, row) + norm;
  }

  private double dot(float[] weights, byte[] row) {
    double dot = 0;
    for (int j = 0; j < weights.length; j++) {
      dot += weights[j] * codes.code(row, j);
    }
    return dot;
  }
}
