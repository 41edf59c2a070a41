package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * SIMD distances to 6-bit codes. An int lane holds five codes; the prepared query is float32
 * weights, for each vector of the row five vectors that match its first to fifth codes, zero beyond
 * the codes, then bias and scale in the last 64 bytes.
 */
final class SimdSixBits extends SimdKernel {
  private static final int CODE = 63;

  private final PackedCodes codes;
  private final boolean carriesNorm;

  SimdSixBits(PackedCodes codes) {
    super(codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.carriesNorm = codes.carriesNorm();
  }

  @Override
  public int queryBytes() {
    return 5 * rowBytes + ElementType.ALIGNMENT_BYTES;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    float[] weights = new float[dimension];
    RangedCodes.Affine affine = codes.weigh(row, weights);
    query.asSlice(0, queryBytes()).fill((byte) 0);
    int lanes = Lanes.STEP / 4;
    for (int i = 0; i < dimension; i++) {
      query.set(Layouts.FLOAT, 4L * place(i, 5, lanes), weights[i]);
    }
    query.set(Layouts.FLOAT, 5L * rowBytes, affine.bias());
    query.set(Layouts.FLOAT, 5L * rowBytes + 4, affine.scale());
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query + 5L * rowBytes);
    float scale = Lanes.scalarFloat(query + 5L * rowBytes + 4);
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      FloatVector even = FloatVector.zero(Lanes.FLOATS);
      FloatVector odd = even;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        IntVector packed = Lanes.ints(row + o);
        even = floats(packed).fma(Lanes.floats(query + 5 * o), even);
        odd = floats(packed.lanewise(LSHR, 6)).fma(Lanes.floats(query + 5 * o + Lanes.STEP), odd);
        even =
            floats(packed.lanewise(LSHR, 12))
                .fma(Lanes.floats(query + 5 * o + 2 * Lanes.STEP), even);
        odd =
            floats(packed.lanewise(LSHR, 18))
                .fma(Lanes.floats(query + 5 * o + 3 * Lanes.STEP), odd);
        even =
            floats(packed.lanewise(LSHR, 24))
                .fma(Lanes.floats(query + 5 * o + 4 * Lanes.STEP), even);
      }
      float norm = carriesNorm ? Lanes.scalarFloat(row + rowBytes - 4) : 0;
      distances[k] = bias + scale * even.add(odd).reduceLanes(ADD) + norm;
    }
  }

  private static FloatVector floats(IntVector codes) {
    return (FloatVector) codes.and(CODE).convert(I2F, 0);
  }
}
