package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.LT;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.VectorMask;

/** SIMD search for the nearest centre: eight centres a step, a row in each lane. */
record SimdNearestCentres(int dimension) implements NearestCentres {
  @Override
  public void find(
      MemorySegment rows,
      long at,
      int blocks,
      float[] centres,
      float[] halves,
      int count,
      int[] nearest) {
    assert rows.isNative() && at + blocks * NearestCentres.blockBytes(dimension) <= rows.byteSize();
    CheckedMemory.open(rows, rows);
    try {
      for (int block = 0; block < blocks; block++) {
        for (int lane = 0; lane < BLOCK_ROWS; lane += Lanes.FLOATS.length()) {
          long first = rows.address() + at + block * NearestCentres.blockBytes(dimension);
          find(first + 4L * lane, centres, halves, count, nearest, block * BLOCK_ROWS + lane);
        }
      }
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(rows);
    }
  }

  private void find(long rows, float[] centres, float[] halves, int count, int[] nearest, int out) {
    long block = Lanes.mask(rows);
    FloatVector best = FloatVector.broadcast(Lanes.FLOATS, Float.POSITIVE_INFINITY);
    IntVector found = IntVector.zero(Lanes.INTS);
    for (int k = 0; k < count; k += 8) {
      int last = count - 1;
      int k1 = Math.min(k + 1, last);
      int k2 = Math.min(k + 2, last);
      int k3 = Math.min(k + 3, last);
      int k4 = Math.min(k + 4, last);
      int k5 = Math.min(k + 5, last);
      int k6 = Math.min(k + 6, last);
      int k7 = Math.min(k + 7, last);
      int a = k * dimension;
      int b = k1 * dimension;
      int c = k2 * dimension;
      int d = k3 * dimension;
      int e = k4 * dimension;
      int f = k5 * dimension;
      int g = k6 * dimension;
      int h = k7 * dimension;
      FloatVector s = FloatVector.zero(Lanes.FLOATS);
      FloatVector t = s;
      FloatVector u = s;
      FloatVector v = s;
      FloatVector w = s;
      FloatVector x = s;
      FloatVector y = s;
      FloatVector z = s;
      for (int i = 0; i < dimension; i++) {
        FloatVector row = Lanes.floats(block + 4L * BLOCK_ROWS * i);
        s = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[a + i]), s);
        t = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[b + i]), t);
        u = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[c + i]), u);
        v = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[d + i]), v);
        w = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[e + i]), w);
        x = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[f + i]), x);
        y = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[g + i]), y);
        z = row.fma(FloatVector.broadcast(Lanes.FLOATS, centres[h + i]), z);
      }
      s = FloatVector.broadcast(Lanes.FLOATS, halves[k]).sub(s);
      VectorMask<Float> less = s.compare(LT, best);
      best = best.blend(s, less);
      found = found.blend(k, less.cast(Lanes.INTS));
      t = FloatVector.broadcast(Lanes.FLOATS, halves[k1]).sub(t);
      less = t.compare(LT, best);
      best = best.blend(t, less);
      found = found.blend(k1, less.cast(Lanes.INTS));
      u = FloatVector.broadcast(Lanes.FLOATS, halves[k2]).sub(u);
      less = u.compare(LT, best);
      best = best.blend(u, less);
      found = found.blend(k2, less.cast(Lanes.INTS));
      v = FloatVector.broadcast(Lanes.FLOATS, halves[k3]).sub(v);
      less = v.compare(LT, best);
      best = best.blend(v, less);
      found = found.blend(k3, less.cast(Lanes.INTS));
      w = FloatVector.broadcast(Lanes.FLOATS, halves[k4]).sub(w);
      less = w.compare(LT, best);
      best = best.blend(w, less);
      found = found.blend(k4, less.cast(Lanes.INTS));
      x = FloatVector.broadcast(Lanes.FLOATS, halves[k5]).sub(x);
      less = x.compare(LT, best);
      best = best.blend(x, less);
      found = found.blend(k5, less.cast(Lanes.INTS));
      y = FloatVector.broadcast(Lanes.FLOATS, halves[k6]).sub(y);
      less = y.compare(LT, best);
      best = best.blend(y, less);
      found = found.blend(k6, less.cast(Lanes.INTS));
      z = FloatVector.broadcast(Lanes.FLOATS, halves[k7]).sub(z);
      less = z.compare(LT, best);
      best = best.blend(z, less);
      found = found.blend(k7, less.cast(Lanes.INTS));
    }
    found.intoArray(nearest, out);
  }
}
