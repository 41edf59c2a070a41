package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.OR;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;

/** SIMD distances of binary rows. The prepared query is the padded row. */
abstract class SimdBinary extends SimdKernel {
  private SimdBinary(int dimension) {
    super(ElementType.BINARY, dimension);
  }

  static Kernel of(Distance distance, int dimension) {
    return switch (distance) {
      case HAMMING -> new Hamming(dimension);
      case JACCARD -> new Jaccard(dimension);
      case SUBSTRUCTURE -> new Inclusion(dimension, true);
      case SUPERSTRUCTURE -> new Inclusion(dimension, false);
      case L2, INNER_PRODUCT, COSINE, MINHASH -> throw new AssertionError(distance);
    };
  }

  @Override
  public final int queryBytes() {
    return rowBytes;
  }

  @Override
  public final void prepare(MemorySegment row, MemorySegment query) {
    query.asSlice(0, rowBytes).fill((byte) 0);
    MemorySegment.copy(row, 0, query, 0, ElementType.BINARY.rowBytes(dimension));
  }

  private static final class Hamming extends SimdBinary {
    Hamming(int dimension) {
      super(dimension);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        LongVector s = LongVector.zero(Lanes.LONGS);
        LongVector t = s;
        LongVector u = s;
        LongVector v = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          LongVector q = Lanes.longs(query + o);
          s = s.add(Lanes.longs(a + o).lanewise(XOR, q).lanewise(BIT_COUNT));
          t = t.add(Lanes.longs(b + o).lanewise(XOR, q).lanewise(BIT_COUNT));
          u = u.add(Lanes.longs(c + o).lanewise(XOR, q).lanewise(BIT_COUNT));
          v = v.add(Lanes.longs(d + o).lanewise(XOR, q).lanewise(BIT_COUNT));
        }
        distances[k] = s.reduceLanes(ADD);
        distances[Math.min(k + 1, last)] = t.reduceLanes(ADD);
        distances[Math.min(k + 2, last)] = u.reduceLanes(ADD);
        distances[Math.min(k + 3, last)] = v.reduceLanes(ADD);
      }
    }
  }

  private static final class Jaccard extends SimdBinary {
    Jaccard(int dimension) {
      super(dimension);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        LongVector s = LongVector.zero(Lanes.LONGS);
        LongVector t = s;
        LongVector u = s;
        LongVector v = s;
        LongVector sEither = s;
        LongVector tEither = s;
        LongVector uEither = s;
        LongVector vEither = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          LongVector q = Lanes.longs(query + o);
          LongVector x = Lanes.longs(a + o);
          LongVector y = Lanes.longs(b + o);
          LongVector z = Lanes.longs(c + o);
          LongVector w = Lanes.longs(d + o);
          s = s.add(x.and(q).lanewise(BIT_COUNT));
          t = t.add(y.and(q).lanewise(BIT_COUNT));
          u = u.add(z.and(q).lanewise(BIT_COUNT));
          v = v.add(w.and(q).lanewise(BIT_COUNT));
          sEither = sEither.add(x.or(q).lanewise(BIT_COUNT));
          tEither = tEither.add(y.or(q).lanewise(BIT_COUNT));
          uEither = uEither.add(z.or(q).lanewise(BIT_COUNT));
          vEither = vEither.add(w.or(q).lanewise(BIT_COUNT));
        }
        distances[k] = jaccard(s, sEither);
        distances[Math.min(k + 1, last)] = jaccard(t, tEither);
        distances[Math.min(k + 2, last)] = jaccard(u, uEither);
        distances[Math.min(k + 3, last)] = jaccard(v, vEither);
      }
    }

    private static float jaccard(LongVector both, LongVector either) {
      return ScalarBinary.jaccard((int) both.reduceLanes(ADD), (int) either.reduceLanes(ADD));
    }
  }

  /** Whether the query is in the row, or the row in the query: one loop, either side inverted. */
  private static final class Inclusion extends SimdBinary {
    private final boolean queryInRow;

    Inclusion(int dimension, boolean queryInRow) {
      super(dimension);
      this.queryInRow = queryInRow;
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      LongVector ofQuery = LongVector.broadcast(Lanes.LONGS, queryInRow ? 0 : -1);
      LongVector ofRow = ofQuery.not();
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        LongVector s = LongVector.zero(Lanes.LONGS);
        LongVector t = s;
        LongVector u = s;
        LongVector v = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          LongVector q = Lanes.longs(query + o).lanewise(XOR, ofQuery);
          s = s.or(Lanes.longs(a + o).lanewise(XOR, ofRow).and(q));
          t = t.or(Lanes.longs(b + o).lanewise(XOR, ofRow).and(q));
          u = u.or(Lanes.longs(c + o).lanewise(XOR, ofRow).and(q));
          v = v.or(Lanes.longs(d + o).lanewise(XOR, ofRow).and(q));
        }
        distances[k] = outside(s);
        distances[Math.min(k + 1, last)] = outside(t);
        distances[Math.min(k + 2, last)] = outside(u);
        distances[Math.min(k + 3, last)] = outside(v);
      }
    }

    private static float outside(LongVector missing) {
      return missing.reduceLanes(OR) == 0 ? 0f : 1f;
    }
  }
}
