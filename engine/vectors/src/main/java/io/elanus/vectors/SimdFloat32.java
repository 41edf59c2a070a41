package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.FloatVector;

/** SIMD distances of float32 rows. The prepared query is a padded row, of length 1 for COSINE. */
abstract class SimdFloat32 extends SimdKernel {
  private final boolean normalised;

  SimdFloat32(int dimension, boolean normalised) {
    super(ElementType.FLOAT32, dimension);
    this.normalised = normalised;
  }

  static Kernel of(Distance distance, int dimension) {
    return switch (distance) {
      case L2 -> new L2(dimension);
      case INNER_PRODUCT ->
          dimension < Kernels.WIDE
              ? new InnerProduct(dimension)
              : new SimdWideInnerProduct(dimension);
      case COSINE -> new Cosine(dimension);
      case HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE, MINHASH ->
          throw new AssertionError(distance);
    };
  }

  @Override
  public final int queryBytes() {
    return rowBytes;
  }

  @Override
  public final void prepare(MemorySegment row, MemorySegment query) {
    float[] values = new float[dimension];
    Elements.decode(ElementType.FLOAT32, row, 0, values);
    if (normalised) {
      Elements.normalise(values);
    }
    query.asSlice(0, rowBytes).fill((byte) 0);
    MemorySegment.copy(values, 0, query, Layouts.FLOAT, 0, dimension);
  }

  private static final class L2 extends SimdFloat32 {
    L2(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      if (isRun(ordinals, count)) {
        long first = rows + ordinals[0] * stride;
        for (int k = 0; k < count; k++) {
          long a = Lanes.mask(first + k * stride);
          FloatVector s = FloatVector.zero(Lanes.FLOATS);
          for (int o = 0; o < rowBytes; o += Lanes.STEP) {
            FloatVector w = Lanes.floats(a + o).sub(Lanes.floats(query + o));
            s = w.fma(w, s);
          }
          distances[k] = Lanes.sum(s);
        }
        return;
      }
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        FloatVector u = s;
        FloatVector v = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector q = Lanes.floats(query + o);
          FloatVector w = Lanes.floats(a + o).sub(q);
          FloatVector x = Lanes.floats(b + o).sub(q);
          FloatVector y = Lanes.floats(c + o).sub(q);
          FloatVector z = Lanes.floats(d + o).sub(q);
          s = w.fma(w, s);
          t = x.fma(x, t);
          u = y.fma(y, u);
          v = z.fma(z, v);
        }
        FloatVector sums = Lanes.sums(s, t, u, v);
        distances[k] = sums.lane(0);
        distances[Math.min(k + 1, last)] = sums.lane(Lanes.SECOND);
        distances[Math.min(k + 2, last)] = sums.lane(Lanes.THIRD);
        distances[Math.min(k + 3, last)] = sums.lane(Lanes.FOURTH);
      }
    }
  }

  private static final class InnerProduct extends SimdFloat32 {
    InnerProduct(int dimension) {
      super(dimension, false);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      if (isRun(ordinals, count)) {
        long first = rows + ordinals[0] * stride;
        for (int k = 0; k < count; k++) {
          long a = Lanes.mask(first + k * stride);
          FloatVector s = FloatVector.zero(Lanes.FLOATS);
          for (int o = 0; o < rowBytes; o += Lanes.STEP) {
            s = Lanes.floats(a + o).fma(Lanes.floats(query + o), s);
          }
          distances[k] = -Lanes.sum(s);
        }
        return;
      }
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        long a = Lanes.mask(rows + ordinals[k] * stride);
        long b = Lanes.mask(rows + ordinals[Math.min(k + 1, last)] * stride);
        long c = Lanes.mask(rows + ordinals[Math.min(k + 2, last)] * stride);
        long d = Lanes.mask(rows + ordinals[Math.min(k + 3, last)] * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        FloatVector u = s;
        FloatVector v = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector q = Lanes.floats(query + o);
          s = Lanes.floats(a + o).fma(q, s);
          t = Lanes.floats(b + o).fma(q, t);
          u = Lanes.floats(c + o).fma(q, u);
          v = Lanes.floats(d + o).fma(q, v);
        }
        FloatVector sums = Lanes.sums(s, t, u, v);
        distances[k] = -sums.lane(0);
        distances[Math.min(k + 1, last)] = -sums.lane(Lanes.SECOND);
        distances[Math.min(k + 2, last)] = -sums.lane(Lanes.THIRD);
        distances[Math.min(k + 3, last)] = -sums.lane(Lanes.FOURTH);
      }
    }
  }

  private static final class Cosine extends SimdFloat32 {
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
        double value = Lanes.scalarFloat(row + 4L * i);
        dot += value * Lanes.scalarFloat(query + 4L * i);
        squares += value * value;
      }
      return ScalarKernel.cosine(dot, squares);
    }

    @Override
    void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
      if (isRun(ordinals, count)) {
        long first = rows + ordinals[0] * stride;
        for (int k = 0; k < count; k++) {
          long a = Lanes.mask(first + k * stride);
          FloatVector s = FloatVector.zero(Lanes.FLOATS);
          FloatVector norm = s;
          for (int o = 0; o < rowBytes; o += Lanes.STEP) {
            FloatVector w = Lanes.floats(a + o);
            s = w.fma(Lanes.floats(query + o), s);
            norm = w.fma(w, norm);
          }
          distances[k] = cosine(s.reduceLanes(ADD), norm.reduceLanes(ADD), query, a);
        }
        return;
      }
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
          FloatVector q = Lanes.floats(query + o);
          FloatVector w = Lanes.floats(a + o);
          FloatVector x = Lanes.floats(b + o);
          FloatVector y = Lanes.floats(c + o);
          FloatVector z = Lanes.floats(d + o);
          s = w.fma(q, s);
          t = x.fma(q, t);
          u = y.fma(q, u);
          v = z.fma(q, v);
          sNorm = w.fma(w, sNorm);
          tNorm = x.fma(x, tNorm);
          uNorm = y.fma(y, uNorm);
          vNorm = z.fma(z, vNorm);
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
