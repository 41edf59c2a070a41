package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;

import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import jdk.incubator.vector.FloatVector;

/**
 * Two queries by four rows a step: six loads serve eight products, and the eight sums stay in
 * registers also where there are sixteen of them. A remainder repeats its last row or query.
 */
abstract class SimdTile implements Tile {
  final int rowBytes;

  private SimdTile(int dimension) {
    this.rowBytes = ElementType.FLOAT32.paddedBytes(dimension);
  }

  static Tile of(Distance distance, int dimension) {
    return switch (distance) {
      case L2 -> new L2(dimension);
      case INNER_PRODUCT -> new InnerProduct(dimension);
      case COSINE, HAMMING, JACCARD, MINHASH ->
          throw new IllegalArgumentException("no tile of " + distance);
    };
  }

  @Override
  public final void distances(
      MemorySegment queries,
      long queryBase,
      int queryCount,
      MemorySegment rows,
      long rowBase,
      int rowCount,
      long stride,
      float[] distances) {
    assert inside(queries, queryBase, queryCount, stride);
    assert inside(rows, rowBase, rowCount, stride);
    CheckedMemory.open(queries, rows);
    try {
      long firstRow = rows.address() + rowBase;
      for (int i = 0; i < queryCount; i += 2) {
        int j = Math.min(i + 1, queryCount - 1);
        long p = Lanes.mask(queries.address() + queryBase + i * stride);
        long q = Lanes.mask(queries.address() + queryBase + j * stride);
        pair(p, q, firstRow, rowCount, stride, distances, i * rowCount, j * rowCount);
      }
    } finally {
      CheckedMemory.close();
      Reference.reachabilityFence(rows);
      Reference.reachabilityFence(queries);
    }
  }

  /** Two queries against all rows; their results start at {@code pOut} and {@code qOut}. */
  abstract void pair(
      long p, long q, long rows, int count, long stride, float[] distances, int pOut, int qOut);

  private boolean inside(MemorySegment memory, long base, int count, long stride) {
    return memory.isNative()
        && (count == 0 || base + (count - 1) * stride + rowBytes <= memory.byteSize());
  }

  private static final class L2 extends SimdTile {
    L2(int dimension) {
      super(dimension);
    }

    @Override
    void pair(
        long p, long q, long rows, int count, long stride, float[] distances, int pOut, int qOut) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        int k1 = Math.min(k + 1, last);
        int k2 = Math.min(k + 2, last);
        int k3 = Math.min(k + 3, last);
        long a = Lanes.mask(rows + k * stride);
        long b = Lanes.mask(rows + k1 * stride);
        long c = Lanes.mask(rows + k2 * stride);
        long d = Lanes.mask(rows + k3 * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        FloatVector u = s;
        FloatVector v = s;
        FloatVector s2 = s;
        FloatVector t2 = s;
        FloatVector u2 = s;
        FloatVector v2 = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector x = Lanes.floats(p + o);
          FloatVector y = Lanes.floats(q + o);
          FloatVector row = Lanes.floats(a + o);
          FloatVector w = row.sub(x);
          s = w.fma(w, s);
          w = row.sub(y);
          s2 = w.fma(w, s2);
          row = Lanes.floats(b + o);
          w = row.sub(x);
          t = w.fma(w, t);
          w = row.sub(y);
          t2 = w.fma(w, t2);
          row = Lanes.floats(c + o);
          w = row.sub(x);
          u = w.fma(w, u);
          w = row.sub(y);
          u2 = w.fma(w, u2);
          row = Lanes.floats(d + o);
          w = row.sub(x);
          v = w.fma(w, v);
          w = row.sub(y);
          v2 = w.fma(w, v2);
        }
        distances[pOut + k] = s.reduceLanes(ADD);
        distances[pOut + k1] = t.reduceLanes(ADD);
        distances[pOut + k2] = u.reduceLanes(ADD);
        distances[pOut + k3] = v.reduceLanes(ADD);
        distances[qOut + k] = s2.reduceLanes(ADD);
        distances[qOut + k1] = t2.reduceLanes(ADD);
        distances[qOut + k2] = u2.reduceLanes(ADD);
        distances[qOut + k3] = v2.reduceLanes(ADD);
      }
    }
  }

  private static final class InnerProduct extends SimdTile {
    InnerProduct(int dimension) {
      super(dimension);
    }

    @Override
    void pair(
        long p, long q, long rows, int count, long stride, float[] distances, int pOut, int qOut) {
      int last = count - 1;
      for (int k = 0; k < count; k += 4) {
        int k1 = Math.min(k + 1, last);
        int k2 = Math.min(k + 2, last);
        int k3 = Math.min(k + 3, last);
        long a = Lanes.mask(rows + k * stride);
        long b = Lanes.mask(rows + k1 * stride);
        long c = Lanes.mask(rows + k2 * stride);
        long d = Lanes.mask(rows + k3 * stride);
        FloatVector s = FloatVector.zero(Lanes.FLOATS);
        FloatVector t = s;
        FloatVector u = s;
        FloatVector v = s;
        FloatVector s2 = s;
        FloatVector t2 = s;
        FloatVector u2 = s;
        FloatVector v2 = s;
        for (int o = 0; o < rowBytes; o += Lanes.STEP) {
          FloatVector x = Lanes.floats(p + o);
          FloatVector y = Lanes.floats(q + o);
          FloatVector row = Lanes.floats(a + o);
          s = row.fma(x, s);
          s2 = row.fma(y, s2);
          row = Lanes.floats(b + o);
          t = row.fma(x, t);
          t2 = row.fma(y, t2);
          row = Lanes.floats(c + o);
          u = row.fma(x, u);
          u2 = row.fma(y, u2);
          row = Lanes.floats(d + o);
          v = row.fma(x, v);
          v2 = row.fma(y, v2);
        }
        distances[pOut + k] = -s.reduceLanes(ADD);
        distances[pOut + k1] = -t.reduceLanes(ADD);
        distances[pOut + k2] = -u.reduceLanes(ADD);
        distances[pOut + k3] = -v.reduceLanes(ADD);
        distances[qOut + k] = -s2.reduceLanes(ADD);
        distances[qOut + k1] = -t2.reduceLanes(ADD);
        distances[qOut + k2] = -u2.reduceLanes(ADD);
        distances[qOut + k3] = -v2.reduceLanes(ADD);
      }
    }
  }
}
