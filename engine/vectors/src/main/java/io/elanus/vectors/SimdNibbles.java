package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * SIMD distances to 4-bit codes, two rows a step. A short lane holds four codes; the prepared query
 * is int16 weights, for each vector of the row four vectors that match its first to fourth codes,
 * zero beyond the codes, then bias and scale as float32 in the last 64 bytes. Four products of a
 * lane fit 16 bits with their sign.
 */
final class SimdNibbles extends SimdKernel {
  private static final short CODE = 15;

  private final PackedCodes codes;
  private final boolean carriesNorm;

  SimdNibbles(PackedCodes codes) {
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
    RangedCodes.Affine affine = codes.weigh(row, weights);
    query.asSlice(0, queryBytes()).fill((byte) 0);
    int lanes = Lanes.STEP / 2;
    for (int i = 0; i < dimension; i++) {
      query.set(Layouts.SHORT, 2L * place(i, 4, lanes), (short) weights[i]);
    }
    query.set(Layouts.FLOAT, 4L * rowBytes, affine.bias());
    query.set(Layouts.FLOAT, 4L * rowBytes + 4, affine.scale());
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query + 4L * rowBytes);
    float scale = Lanes.scalarFloat(query + 4L * rowBytes + 4);
    int last = count - 1;
    for (int k = 0; k < count; k += 2) {
      long a = Lanes.mask(rows + ordinals[k] * stride);
      long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
      IntVector s = IntVector.zero(Lanes.INTS);
      IntVector t = s;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        ShortVector first = Lanes.shorts(query + 4 * o);
        ShortVector second = Lanes.shorts(query + 4 * o + Lanes.STEP);
        ShortVector third = Lanes.shorts(query + 4 * o + 2 * Lanes.STEP);
        ShortVector fourth = Lanes.shorts(query + 4 * o + 3 * Lanes.STEP);
        IntVector w = products(a + o, first, second, third, fourth);
        s = s.add(w.lanewise(ASHR, 16)).add(w.lanewise(LSHL, 16).lanewise(ASHR, 16));
        w = products(b + o, first, second, third, fourth);
        t = t.add(w.lanewise(ASHR, 16)).add(w.lanewise(LSHL, 16).lanewise(ASHR, 16));
      }
      distances[k] = bias + scale * s.reduceLanes(ADD);
      distances[Math.min(k + 1, last)] = bias + scale * t.reduceLanes(ADD);
    }
    if (carriesNorm) {
      for (int k = 0; k < count; k++) {
        long row = Lanes.mask(rows + ordinals[k] * stride);
        distances[k] += Lanes.scalarFloat(row + rowBytes - 4);
      }
    }
  }

  private static IntVector products(
      long address, ShortVector first, ShortVector second, ShortVector third, ShortVector fourth) {
    ShortVector row = Lanes.shorts(address);
    return row.and(CODE)
        .mul(first)
        .add(row.lanewise(LSHR, 4).and(CODE).mul(second))
        .add(row.lanewise(LSHR, 8).and(CODE).mul(third))
        .add(row.lanewise(LSHR, 12).mul(fourth))
        .reinterpretAsInts();
  }
}
