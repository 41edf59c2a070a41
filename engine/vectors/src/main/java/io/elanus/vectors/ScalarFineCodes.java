package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of a float32 query to codes of a byte. The prepared query is [dimension] float32
 * weights, then the bias.
 */
final class ScalarFineCodes extends ScalarKernel {
  private final ByteCodes codes;

  ScalarFineCodes(ByteCodes codes) {
    super(Distance.INNER_PRODUCT, codes.dimension(), codes.rowBytes());
    this.codes = codes;
  }

  @Override
  public int queryBytes() {
    return 4 * dimension() + 4;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    float[] weights = new float[dimension()];
    float bias = codes.weigh(row, weights);
    MemorySegment.copy(weights, 0, query, Layouts.FLOAT, 0, weights.length);
    query.set(Layouts.FLOAT, 4L * dimension(), bias);
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
    float[] weights = new float[dimension()];
    byte[] row = new byte[dimension()];
    MemorySegment.copy(query, Layouts.FLOAT, 0, weights, 0, weights.length);
    float bias = query.get(Layouts.FLOAT, 4L * dimension());
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      MemorySegment.copy(rows, Layouts.BYTE, at, row, 0, row.length);
      double sum = bias;
      for (int j = 0; j < row.length; j++) {
        sum += weights[j] * (double) (row[j] & 0xFF);
      }
      distances[i] =
          codes.carriesNorm()
              ? Math.max(0, (float) (sum + rows.get(Layouts.FLOAT, at + codes.rowBytes() - 4)))
              : (float) sum;
    }
  }
}
