package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/** SIMD distances of bfloat16 rows: a bfloat16 is the upper half of a float32. */
abstract class SimdBfloat16 extends SimdHalf {

  private SimdBfloat16(int dimension, boolean normalised) {
    super(ElementType.BFLOAT16, dimension, normalised);
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

  private static FloatVector even(IntVector pair) {
    return pair.lanewise(LSHL, 16).reinterpretAsFloats();
  }

  private static FloatVector odd(IntVector pair) {
    return pair.and(0xFFFF0000).reinterpretAsFloats();
  }

  private static final class L2 extends SimdBfloat16 {
    L2(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector s = zero;
        FloatVector t = zero;
        FloatVector u = zero;
        FloatVector v = zero;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          FloatVector x = even(pair).sub(even);
          s = x.fma(x, s);
          x = odd(pair).sub(odd);
          s = x.fma(x, s);
          pair = Lanes.ints(b + o);
          x = even(pair).sub(even);
          t = x.fma(x, t);
          x = odd(pair).sub(odd);
          t = x.fma(x, t);
          pair = Lanes.ints(c + o);
          x = even(pair).sub(even);
          u = x.fma(x, u);
          x = odd(pair).sub(odd);
          u = x.fma(x, u);
          pair = Lanes.ints(d + o);
          x = even(pair).sub(even);
          v = x.fma(x, v);
          x = odd(pair).sub(odd);
          v = x.fma(x, v);
        }
        distances[k] = s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = t.reduceLanes(ADD);
        distances[Math.min(k + 2, last)] = u.reduceLanes(ADD);
        distances[Math.min(k + 3, last)] = v.reduceLanes(ADD);
      }
    }
  }

  private static final class InnerProduct extends SimdBfloat16 {
    InnerProduct(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector s = zero;
        FloatVector t = zero;
        FloatVector u = zero;
        FloatVector v = zero;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          s = even(pair).fma(even, s);
          s = odd(pair).fma(odd, s);
          pair = Lanes.ints(b + o);
          t = even(pair).fma(even, t);
          t = odd(pair).fma(odd, t);
          pair = Lanes.ints(c + o);
          u = even(pair).fma(even, u);
          u = odd(pair).fma(odd, u);
          pair = Lanes.ints(d + o);
          v = even(pair).fma(even, v);
          v = odd(pair).fma(odd, v);
        }
        distances[k] = -s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = -t.reduceLanes(ADD);
        distances[Math.min(k + 2, last)] = -u.reduceLanes(ADD);
        distances[Math.min(k + 3, last)] = -v.reduceLanes(ADD);
      }
    }
  }

  private static final class Cosine extends SimdBfloat16 {
    Cosine(int dimension) {
      super(dimension, true);
    }

    private float cosine(float dot, float squaredNorm, long query, long row) {
      return ScalarKernel.isMeasured(squaredNorm)
          ? ScalarKernel.cosine(dot, squaredNorm)
          : inDoubles(query, row);
    }

    /** The distance where squares leave float32. */
    private float inDoubles(long query, long row) {
      double dot = 0;
      double squares = 0;
      for (int i = 0; i < dimension; i++) {
        double value = Float.intBitsToFloat(Lanes.scalarChar(row + 2L * i) << 16);
        dot += value * Lanes.scalarFloat(query + place(i));
        squares += value * value;
      }
      return ScalarKernel.cosine(dot, squares);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        FloatVector zero = FloatVector.zero(Lanes.FLOATS);
        FloatVector s = zero;
        FloatVector t = zero;
        FloatVector u = zero;
        FloatVector v = zero;
        FloatVector sNorm = zero;
        FloatVector tNorm = zero;
        FloatVector uNorm = zero;
        FloatVector vNorm = zero;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          FloatVector x = even(pair);
          s = x.fma(even, s);
          sNorm = x.fma(x, sNorm);
          x = odd(pair);
          s = x.fma(odd, s);
          sNorm = x.fma(x, sNorm);
          pair = Lanes.ints(b + o);
          x = even(pair);
          t = x.fma(even, t);
          tNorm = x.fma(x, tNorm);
          x = odd(pair);
          t = x.fma(odd, t);
          tNorm = x.fma(x, tNorm);
          pair = Lanes.ints(c + o);
          x = even(pair);
          u = x.fma(even, u);
          uNorm = x.fma(x, uNorm);
          x = odd(pair);
          u = x.fma(odd, u);
          uNorm = x.fma(x, uNorm);
          pair = Lanes.ints(d + o);
          x = even(pair);
          v = x.fma(even, v);
          vNorm = x.fma(x, vNorm);
          x = odd(pair);
          v = x.fma(odd, v);
          vNorm = x.fma(x, vNorm);
        }
        distances[k] = cosine(s.reduceLanes(ADD), sNorm.reduceLanes(ADD), query, a);
        distances[Math.min(k + 1, last)] =
            cosine(t.reduceLanes(ADD), tNorm.reduceLanes(ADD), query, b);
        distances[Math.min(k + 2, last)] =
            cosine(u.reduceLanes(ADD), uNorm.reduceLanes(ADD), query, c);
        distances[Math.min(k + 3, last)] =
            cosine(v.reduceLanes(ADD), vNorm.reduceLanes(ADD), query, d);
      }
    }
  }
}
