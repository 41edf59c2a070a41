package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of a float32 query to codes of a byte. The prepared query is [dimension] float32
 * weights, then the bias.
 */
final class ScalarFineCodes extends ScalarCodedRows {
  private final ByteCodes codes;

  ScalarFineCodes(ByteCodes codes) {
    super(codes, codes.dimension());
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
  Asked ask(MemorySegment query) {
    float[] weights = new float[dimension()];
    MemorySegment.copy(query, Layouts.FLOAT, 0, weights, 0, weights.length);
    float bias = query.get(Layouts.FLOAT, 4L * dimension());
    boolean squared = codes.carriesNorm();
    return (row, norm) -> {
      double sum = bias;
      for (int j = 0; j < row.length; j++) {
        sum += weights[j] * (double) (row[j] & 0xFF);
      }
      return squared ? Math.max(0, (float) (sum + norm)) : (float) sum;
    };
  }
}
