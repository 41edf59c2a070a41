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
      case HAMMING, JACCARD -> throw new AssertionError(distance);
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
    return Lanes.ints(query + 2L * rowBytes).lane(0);
  }

  /** Σ of even·q.even + odd·q.odd; each product fits 16 bits, their sum may not. */
  static IntVector dot(ShortVector pairs, ShortVector even, ShortVector odd, IntVector sum) {
    IntVector e = pairs.lanewise(LSHL, 8).lanewise(ASHR, 8).mul(even).reinterpretAsInts();
    IntVector o = pairs.lanewise(ASHR, 8).mul(odd).reinterpretAsInts();
    IntVector lower =
        e.lanewise(LSHL, 16).lanewise(ASHR, 16).add(o.lanewise(LSHL, 16).lanewise(ASHR, 16));
    return sum.add(lower).add(e.lanewise(ASHR, 16).add(o.lanewise(ASHR, 16)));
  }

  /** Σ of squares; two of them fit 16 bits without sign. */
  static IntVector squares(ShortVector pairs, IntVector sum) {
    ShortVector e = pairs.lanewise(LSHL, 8).lanewise(ASHR, 8);
    ShortVector o = pairs.lanewise(ASHR, 8);
    IntVector both = e.mul(e).add(o.mul(o)).reinterpretAsInts();
    return sum.add(both.and(0xFFFF)).add(both.lanewise(LSHR, 16));
  }

  private static final class InnerProduct extends SimdInt8 {
    InnerProduct(int dimension) {
      super(dimension);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = row(rows, stride, ordinals, k, last);
        long b = row(rows, stride, ordinals, k + 1, last);
        long c = row(rows, stride, ordinals, k + 2, last);
        long d = row(rows, stride, ordinals, k + 3, last);
        IntVector s = IntVector.zero(Lanes.INTS);
        IntVector t = s;
        IntVector u = s;
        IntVector v = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          ShortVector even = Lanes.shorts(query + 2 * o);
          ShortVector odd = Lanes.shorts(query + 2 * o + Lanes.STEP);
          s = dot(Lanes.shorts(a + o), even, odd, s);
          t = dot(Lanes.shorts(b + o), even, odd, t);
          u = dot(Lanes.shorts(c + o), even, odd, u);
          v = dot(Lanes.shorts(d + o), even, odd, v);
        }
        distances[k] = -(float) s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = -(float) t.reduceLanes(ADD);
        distances[Math.min(k + 2, last)] = -(float) u.reduceLanes(ADD);
        distances[Math.min(k + 3, last)] = -(float) v.reduceLanes(ADD);
      }
    }
  }

  /** Distances that need both Σ q·x and Σ x², two rows a step. */
  private abstract static class WithNorm extends SimdInt8 {
    WithNorm(int dimension) {
      super(dimension);
    }

    abstract float distance(int dot, int norm, int queryNorm);

    @Override
    final void compute(
        long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      int queryNorm = queryNorm(query);
      for (int k = 0; k < count; k += 2) {
        long a = row(rows, stride, ordinals, k, last);
        long b = row(rows, stride, ordinals, k + 1, last);
        IntVector s = IntVector.zero(Lanes.INTS);
        IntVector t = s;
        IntVector sNorm = s;
        IntVector tNorm = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          ShortVector even = Lanes.shorts(query + 2 * o);
          ShortVector odd = Lanes.shorts(query + 2 * o + Lanes.STEP);
          ShortVector x = Lanes.shorts(a + o);
          ShortVector y = Lanes.shorts(b + o);
          s = dot(x, even, odd, s);
          t = dot(y, even, odd, t);
          sNorm = squares(x, sNorm);
          tNorm = squares(y, tNorm);
        }
        distances[k] = distance(s.reduceLanes(ADD), sNorm.reduceLanes(ADD), queryNorm);
        distances[Math.min(k + 1, last)] =
            distance(t.reduceLanes(ADD), tNorm.reduceLanes(ADD), queryNorm);
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
