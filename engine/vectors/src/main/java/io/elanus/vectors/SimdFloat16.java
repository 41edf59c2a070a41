package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.ASHR;
import static jdk.incubator.vector.VectorOperators.LSHL;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;

/**
 * SIMD distances of float16 rows, two rows a step: a loop of four is too large for the compiler to
 * inline. Moving exponent and mantissa to where float32 has them leaves the exponent 112 too small,
 * also for subnormal numbers, so one multiplication completes the conversion; rows hold no
 * infinities.
 */
abstract class SimdFloat16 extends SimdHalf {
  private static final float EXPONENT_OFFSET = 0x1p112f;
  private static final int SIGN_EXPONENT_MANTISSA = 0x8FFFE000;

  private SimdFloat16(int dimension, boolean normalised) {
    super(ElementType.FLOAT16, dimension, normalised);
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

  private static final class L2 extends SimdFloat16 {
    L2(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      IntVector bits = IntVector.broadcast(Lanes.INTS, SIGN_EXPONENT_MANTISSA);
      FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, EXPONENT_OFFSET);
      int last = count - 1;
      for (int k = 0; k < count; k += 2) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          FloatVector x =
              pair.lanewise(LSHL, 16)
                  .lanewise(ASHR, 3)
                  .and(bits)
                  .reinterpretAsFloats()
                  .mul(scale)
                  .sub(even);
          s = x.fma(x, s);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale).sub(odd);
          s = x.fma(x, s);
          pair = Lanes.ints(b + o);
          x =
              pair.lanewise(LSHL, 16)
                  .lanewise(ASHR, 3)
                  .and(bits)
                  .reinterpretAsFloats()
                  .mul(scale)
                  .sub(even);
          t = x.fma(x, t);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale).sub(odd);
          t = x.fma(x, t);
        }
        distances[k] = s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = t.reduceLanes(ADD);
      }
    }
  }

  private static final class InnerProduct extends SimdFloat16 {
    InnerProduct(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      IntVector bits = IntVector.broadcast(Lanes.INTS, SIGN_EXPONENT_MANTISSA);
      FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, EXPONENT_OFFSET);
      int last = count - 1;
      for (int k = 0; k < count; k += 2) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          FloatVector x =
              pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          s = x.fma(even, s);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          s = x.fma(odd, s);
          pair = Lanes.ints(b + o);
          x = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          t = x.fma(even, t);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          t = x.fma(odd, t);
        }
        distances[k] = -s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = -t.reduceLanes(ADD);
      }
    }
  }

  private static final class Cosine extends SimdFloat16 {
    Cosine(int dimension) {
      super(dimension, true);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      IntVector bits = IntVector.broadcast(Lanes.INTS, SIGN_EXPONENT_MANTISSA);
      FloatVector scale = FloatVector.broadcast(Lanes.FLOATS, EXPONENT_OFFSET);
      int last = count - 1;
      for (int k = 0; k < count; k += 2) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        FloatVector sNorm = s;
        FloatVector tNorm = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector even = Lanes.floats(query + 2 * o);
          FloatVector odd = Lanes.floats(query + 2 * o + Lanes.STEP);
          IntVector pair = Lanes.ints(a + o);
          FloatVector x =
              pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          s = x.fma(even, s);
          sNorm = x.fma(x, sNorm);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          s = x.fma(odd, s);
          sNorm = x.fma(x, sNorm);
          pair = Lanes.ints(b + o);
          x = pair.lanewise(LSHL, 16).lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          t = x.fma(even, t);
          tNorm = x.fma(x, tNorm);
          x = pair.lanewise(ASHR, 3).and(bits).reinterpretAsFloats().mul(scale);
          t = x.fma(odd, t);
          tNorm = x.fma(x, tNorm);
        }
        distances[k] = ScalarKernel.cosine(s.reduceLanes(ADD), sNorm.reduceLanes(ADD));
        distances[Math.min(k + 1, last)] =
            ScalarKernel.cosine(t.reduceLanes(ADD), tNorm.reduceLanes(ADD));
      }
    }
  }
}
