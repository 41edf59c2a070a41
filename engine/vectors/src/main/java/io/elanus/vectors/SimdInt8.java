package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;
import static jdk.incubator.vector.VectorOperators.LSHR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;

/**
 * SIMD distances of int8 rows, exact in integers. A short lane holds an even element in its lower
 * and an odd one in its upper byte. The prepared query is int16, split to match, then its squared
 * norm as int32 in the last 64 bytes.
 */
abstract class SimdInt8 extends SimdKernel {
  private SimdInt8(int dimension) {
    super(ElementType.INT8, dimension);
  }

  static Kernel of(Distance distance, int dimension) {
    return switch (distance) {
      case L2 -> new L2(dimension);
      case INNER_PRODUCT -> new InnerProduct(dimension);
      case COSINE -> new Cosine(dimension);
      case HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE, MINHASH ->
          throw new AssertionError(distance);
    };
  }

  @Override
  public final int queryBytes() {
    return 2 * rowBytes + ElementType.ALIGNMENT_BYTES;
  }

  @Override
  public final void prepare(MemorySegment row, MemorySegment query) {
    query.asSlice(0, queryBytes()).fill((byte) 0);
    int lanes = Lanes.STEP / 2;
    int squared = 0;
    for (int i = 0; i < dimension; i++) {
      short value = row.get(Layouts.BYTE, i);
      int block = i / (2 * lanes);
      int lane = i / 2 % lanes;
      query.set(Layouts.SHORT, 2L * (lanes * (2 * block + i % 2) + lane), value);
      squared += value * value;
    }
    query.set(Layouts.INT, 2L * rowBytes, squared);
  }

  final int queryNorm(long query) {
    return Lanes.scalarInt(query + 2L * rowBytes);
  }

  private static final class InnerProduct extends SimdInt8 {
    InnerProduct(int dimension) {
      super(dimension);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      ShortVector bias = ShortVector.broadcast(Lanes.SHORTS, PairSums.BIAS);
      int biased = PairSums.biased(rowBytes);
      int last = count - 1;
      for (int k = 0; k < count; k += 2) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        IntVector s = IntVector.zero(Lanes.INTS);
        IntVector t = s;
        IntVector sUpper = s;
        IntVector tUpper = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          ShortVector even = Lanes.shorts(query + 2 * o);
          ShortVector odd = Lanes.shorts(query + 2 * o + Lanes.STEP);
          ShortVector x = Lanes.shorts(a + o);
          ShortVector e = x.lanewise(LSHL, 8).lanewise(ASHR, 8).mul(even).add(bias);
          IntVector w = x.lanewise(ASHR, 8).mul(odd).add(e).reinterpretAsInts();
          s = s.add(w);
          sUpper = sUpper.add(w.lanewise(LSHR, 16));
          x = Lanes.shorts(b + o);
          e = x.lanewise(LSHL, 8).lanewise(ASHR, 8).mul(even).add(bias);
          w = x.lanewise(ASHR, 8).mul(odd).add(e).reinterpretAsInts();
          t = t.add(w);
          tUpper = tUpper.add(w.lanewise(LSHR, 16));
        }
        int sDot = s.sub(sUpper.mul(65535)).reduceLanes(ADD) - biased;
        int tDot = t.sub(tUpper.mul(65535)).reduceLanes(ADD) - biased;
        distances[k] = -(float) sDot;
        distances[Math.min(k + 1, last)] = -(float) tDot;
      }
    }
  }

  /**
   * Distances that need both Σ q·x and Σ x², one row a step. Sums of two squares fit 16 bits
   * without sign.
   */
  private abstract static class WithNorm extends SimdInt8 {
    WithNorm(int dimension) {
      super(dimension);
    }

    abstract float distance(int dot, int norm, int queryNorm);

    @Override
    final void compute(
        long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      ShortVector bias = ShortVector.broadcast(Lanes.SHORTS, PairSums.BIAS);
      int biased = PairSums.biased(rowBytes);
      int queryNorm = queryNorm(query);
      for (int k = 0; k < count; k++) {
        long row = Lanes.mask(rows + ordinals[k] * stride);
        IntVector s = IntVector.zero(Lanes.INTS);
        IntVector upper = s;
        IntVector norm = s;
        IntVector normUpper = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          ShortVector x = Lanes.shorts(row + o);
          ShortVector e = x.lanewise(LSHL, 8).lanewise(ASHR, 8);
          ShortVector f = x.lanewise(ASHR, 8);
          ShortVector evens = e.mul(Lanes.shorts(query + 2 * o)).add(bias);
          ShortVector odds = f.mul(Lanes.shorts(query + 2 * o + Lanes.STEP));
          IntVector w = evens.add(odds).reinterpretAsInts();
          s = s.add(w);
          upper = upper.add(w.lanewise(LSHR, 16));
          w = e.mul(e).add(f.mul(f)).reinterpretAsInts();
          norm = norm.add(w);
          normUpper = normUpper.add(w.lanewise(LSHR, 16));
        }
        int dot = s.sub(upper.mul(65535)).reduceLanes(ADD) - biased;
        int squares = norm.sub(normUpper.mul(65535)).reduceLanes(ADD);
        distances[k] = distance(dot, squares, queryNorm);
      }
    }
  }

  private static final class L2 extends WithNorm {
    L2(int dimension) {
      super(dimension);
    }

    @Override
    float distance(int dot, int norm, int queryNorm) {
      return (long) queryNorm + norm - 2L * dot;
    }
  }

  private static final class Cosine extends WithNorm {
    Cosine(int dimension) {
      super(dimension);
    }

    @Override
    float distance(int dot, int norm, int queryNorm) {
      return queryNorm == 0 ? 0f : ScalarKernel.cosine(dot / Math.sqrt(queryNorm), norm);
    }
  }
}
