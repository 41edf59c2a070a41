package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * SIMD distances to 7-bit codes. A short lane holds an even code in its lower and an odd one in its
 * upper byte; the prepared query is int16 weights, split to match and zero beyond the codes, then
 * bias and scale as float32 in the last 64 bytes.
 *
 * <p>The two products of a lane fit 16 bits with their sign; with {@link PairSums#BIAS} added they
 * are unsigned, as {@link PairSums} wants them.
 */
final class SimdCodes extends SimdKernel {
  private final ByteCodes codes;
  private final boolean carriesNorm;

  SimdCodes(ByteCodes codes) {
    super(codes.dimension(), codes.rowBytes());
    this.codes = codes;
    this.carriesNorm = codes.carriesNorm();
  }

  @Override
  public int queryBytes() {
    return 2 * rowBytes + ElementType.ALIGNMENT_BYTES;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    byte[] weights = new byte[dimension];
    RangedCodes.Affine affine = codes.weigh(row, weights);
    short[] spread = new short[rowBytes];
    int lanes = Lanes.STEP / 2;
    for (int i = 0; i < dimension; i++) {
      spread[place(i, 2, lanes)] = weights[i];
    }
    MemorySegment.copy(spread, 0, query, Layouts.SHORT, 0, spread.length);
    query.set(Layouts.FLOAT, 2L * rowBytes, affine.bias());
    query.set(Layouts.FLOAT, 2L * rowBytes + 4, affine.scale());
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    if (isRun(ordinals, count)) {
      run(query, rows + ordinals[0] * stride, stride, count, distances);
    } else {
      apart(query, rows, stride, ordinals, count, distances);
    }
  }

  private void apart(
      long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query + 2L * rowBytes);
    float scale = Lanes.scalarFloat(query + 2L * rowBytes + 4);
    ShortVector bias16 = ShortVector.broadcast(Lanes.SHORTS, PairSums.BIAS);
    int biased = PairSums.biased(rowBytes);
    int last = count - 1;
    for (int k = 0; k < count; k += 4) {
      long a = Lanes.mask(rows + ordinals[k] * stride);
      long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
      long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
      long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
      IntVector zero = IntVector.zero(Lanes.INTS);
      IntVector s = zero;
      IntVector t = zero;
      IntVector u = zero;
      IntVector v = zero;
      IntVector sUpper = zero;
      IntVector tUpper = zero;
      IntVector uUpper = zero;
      IntVector vUpper = zero;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        ShortVector even = Lanes.shorts(query + 2 * o);
        ShortVector odd = Lanes.shorts(query + 2 * o + Lanes.STEP);
        IntVector w = products(a + o, even, odd, bias16);
        s = s.add(w);
        sUpper = sUpper.add(w.lanewise(LSHR, 16));
        w = products(b + o, even, odd, bias16);
        t = t.add(w);
        tUpper = tUpper.add(w.lanewise(LSHR, 16));
        w = products(c + o, even, odd, bias16);
        u = u.add(w);
        uUpper = uUpper.add(w.lanewise(LSHR, 16));
        w = products(d + o, even, odd, bias16);
        v = v.add(w);
        vUpper = vUpper.add(w.lanewise(LSHR, 16));
      }
      distances[k] = bias + scale * (s.sub(sUpper.mul(65535)).reduceLanes(ADD) - biased);
      distances[Math.min(k + 1, last)] =
          bias + scale * (t.sub(tUpper.mul(65535)).reduceLanes(ADD) - biased);
      distances[Math.min(k + 2, last)] =
          bias + scale * (u.sub(uUpper.mul(65535)).reduceLanes(ADD) - biased);
      distances[Math.min(k + 3, last)] =
          bias + scale * (v.sub(vUpper.mul(65535)).reduceLanes(ADD) - biased);
    }
    if (carriesNorm) {
      addNorms(rows, stride, ordinals, count, distances);
    }
  }

  /** Two rows a step; with {@link #apart} in one method there is too much for the compiler. */
  private void run(long query, long first, long stride, int count, float[] distances) {
    float bias = Lanes.scalarFloat(query + 2L * rowBytes);
    float scale = Lanes.scalarFloat(query + 2L * rowBytes + 4);
    ShortVector bias16 = ShortVector.broadcast(Lanes.SHORTS, PairSums.BIAS);
    int biased = PairSums.biased(rowBytes);
    int last = count - 1;
    for (int k = 0; k < count; k += 2) {
      int other = Math.min(k + 1, last);
      long a = Lanes.mask(first + k * stride);
      long b = Lanes.mask(first + other * stride);
      IntVector s = IntVector.zero(Lanes.INTS);
      IntVector t = s;
      IntVector sUpper = s;
      IntVector tUpper = s;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        ShortVector even = Lanes.shorts(query + 2 * o);
        ShortVector odd = Lanes.shorts(query + 2 * o + Lanes.STEP);
        IntVector w = products(a + o, even, odd, bias16);
        s = s.add(w);
        sUpper = sUpper.add(w.lanewise(LSHR, 16));
        w = products(b + o, even, odd, bias16);
        t = t.add(w);
        tUpper = tUpper.add(w.lanewise(LSHR, 16));
      }
      float norm = carriesNorm ? Lanes.scalarFloat(a + rowBytes - 4) : 0;
      float otherNorm = carriesNorm ? Lanes.scalarFloat(b + rowBytes - 4) : 0;
      distances[k] = bias + scale * (s.sub(sUpper.mul(65535)).reduceLanes(ADD) - biased) + norm;
      distances[other] =
          bias + scale * (t.sub(tUpper.mul(65535)).reduceLanes(ADD) - biased) + otherNorm;
    }
  }

  private static IntVector products(
      long address, ShortVector even, ShortVector odd, ShortVector bias) {
    ShortVector pairs = Lanes.shorts(address);
    return pairs
        .and((short) 0xFF)
        .mul(even)
        .add(bias)
        .add(pairs.lanewise(LSHR, 8).mul(odd))
        .reinterpretAsInts();
  }

  private void addNorms(long rows, long stride, int[] ordinals, int count, float[] distances) {
    for (int k = 0; k < count; k++) {
      long row = Lanes.mask(rows + ordinals[k] * stride);
      distances[k] += Lanes.scalarFloat(row + rowBytes - 4);
    }
  }
}
