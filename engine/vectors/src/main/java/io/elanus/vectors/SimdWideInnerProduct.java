package io.elanus.vectors;

import jdk.incubator.vector.FloatVector;

/**
 * INNER_PRODUCT of float32 rows of {@link Kernels#WIDE} dimensions and more. A row has two sums,
 * which take its vectors in turn: added to one sum, those of a long row wait for each other, so
 * that the processor comes late to ask for the next row. Rows in a run and rows apart have the same
 * bits. L2, whose vectors have a difference to wait for as well, gains nothing by it.
 */
final class SimdWideInnerProduct extends SimdFloat32 {
  SimdWideInnerProduct(int dimension) {
    super(dimension, false);
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    if (isRun(ordinals, count)) {
      long first = rows + ordinals[0] * stride;
      int pairs = rowBytes & -(2 * Lanes.STEP);
      for (int k = 0; k < count; k++) {
        long a = Lanes.mask(first + k * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector sNext = s;
        for (int o = 0; o < pairs; o += 2 * Lanes.STEP) {
          s = Lanes.floats(a + o).fma(Lanes.floats(query + o), s);
          sNext = Lanes.floats(a + o + Lanes.STEP).fma(Lanes.floats(query + o + Lanes.STEP), sNext);
        }
        if (pairs < rowBytes) {
          s = Lanes.floats(a + pairs).fma(Lanes.floats(query + pairs), s);
        }
        distances[k] = -Lanes.sum(s.add(sNext));
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
      FloatVector sNext = s;
      FloatVector tNext = s;
      FloatVector uNext = s;
      FloatVector vNext = s;
      for (int o = 0; o < rowBytes; o += Lanes.STEP) {
        FloatVector q = Lanes.floats(query + o);
        FloatVector w = Lanes.floats(a + o).fma(q, s);
        s = sNext;
        sNext = w;
        FloatVector x = Lanes.floats(b + o).fma(q, t);
        t = tNext;
        tNext = x;
        FloatVector y = Lanes.floats(c + o).fma(q, u);
        u = uNext;
        uNext = y;
        FloatVector z = Lanes.floats(d + o).fma(q, v);
        v = vNext;
        vNext = z;
      }
      FloatVector sums = Lanes.sums(s.add(sNext), t.add(tNext), u.add(uNext), v.add(vNext));
      distances[k] = -sums.lane(0);
      distances[Math.min(k + 1, last)] = -sums.lane(Lanes.SECOND);
      distances[Math.min(k + 2, last)] = -sums.lane(Lanes.THIRD);
      distances[Math.min(k + 3, last)] = -sums.lane(Lanes.FOURTH);
    }
  }
}
