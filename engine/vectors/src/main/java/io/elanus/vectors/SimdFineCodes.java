package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.I2F;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * SIMD distances of a float32 query to codes of a byte. An int lane holds four codes; the prepared
 * query is float32 weights in that order, those of the first codes of the lanes before those of the
 * second, zero beyond the codes, then the bias in the last 64 bytes.
 */
final class SimdFineCodes extends SimdKernel {
  private final ByteCodes codes;
  private final boolean carriesNorm;

  SimdFineCodes(ByteCodes codes) {
    super(codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.carriesNorm = codes.carriesNorm();
  }

  @Override
  public int queryBytes() {
    return 4 * rowBytes + ElementType.ALIGNMENT_BYTES;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    float[] weights = new float[dimension];
    float bias = codes.weigh(row, weights);
    query.asSlice(0, queryBytes()).fill((byte) 0);
    int lanes = Lanes.STEP / 4;
    for (int i = 0; i < dimension; i++) {
      query.set(Layouts.FLOAT, 4L * place(i, 4, lanes), weights[i]);
    }
    query.set(Layouts.FLOAT, 4L * rowBytes, bias);
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query + 4L * rowBytes);
    int last = count - 1;
    for (int k = 0; k < count; k += 2) {
      long a = Lanes.mask(rows + ordinals[k] * stride);
      long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
      FloatVector s = FloatVector.zero(Lanes.FLOATS);
      FloatVector t = s;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        long at = query + 4 * o;
        FloatVector first = Lanes.floats(at);
        FloatVector second = Lanes.floats(at + Lanes.STEP);
        FloatVector third = Lanes.floats(at + 2 * Lanes.STEP);
        FloatVector fourth = Lanes.floats(at + 3 * Lanes.STEP);
        IntVector x = Lanes.ints(a + o);
        IntVector y = Lanes.ints(b + o);
        s = code(x).fma(first, s);
        t = code(y).fma(first, t);
        s = code(x.lanewise(LSHR, 8)).fma(second, s);
        t = code(y.lanewise(LSHR, 8)).fma(second, t);
        s = code(x.lanewise(LSHR, 16)).fma(third, s);
        t = code(y.lanewise(LSHR, 16)).fma(third, t);
        s = code(x.lanewise(LSHR, 24)).fma(fourth, s);
        t = code(y.lanewise(LSHR, 24)).fma(fourth, t);
      }
      distances[k] = bias + s.reduceLanes(ADD);
      distances[Math.min(k + 1, last)] = bias + t.reduceLanes(ADD);
    }
    if (carriesNorm) {
      addNorms(rows, stride, ordinals, count, distances);
    }
  }

  private static FloatVector code(IntVector codes) {
    return (FloatVector) codes.and(0xFF).convert(I2F, 0);
  }

  private void addNorms(long rows, long stride, int[] ordinals, int count, float[] distances) {
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      distances[k] = Math.max(0, distances[k] + Lanes.scalarFloat(row + rowBytes - 4));
    }
  }
}
