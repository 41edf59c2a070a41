package io.elanus.vectors;

import static jdk.incubator.vector.VectorOperators.ADD;
import static jdk.incubator.vector.VectorOperators.BIT_COUNT;
import static jdk.incubator.vector.VectorOperators.XOR;

import java.lang.foreign.MemorySegment;
import jdk.incubator.vector.LongVector;

/**
 * SIMD share of equal elements of 8, 16, 32 or 64 bits, as {@link ScalarMinHash} finds it in words:
 * an element of the difference is zero where adding its largest signed number leaves the highest
 * bit clear. The prepared query is the padded row; padding is no difference.
 */
final class SimdMinHash extends SimdKernel {
  private final int elements;

  /** Highest bit of each element of a word. */
  private final long highest;

  SimdMinHash(int dimension, int elementBits) {
    super(ElementType.BINARY, dimension);
    this.elements = dimension / elementBits;
    this.highest = ScalarMinHash.highest(elementBits);
  }

  @Override
  public int queryBytes() {
    return rowBytes;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    query.asSlice(0, rowBytes).fill((byte) 0);
    MemorySegment.copy(row, 0, query, 0, ElementType.BINARY.rowBytes(dimension));
  }

  @Override
  void compute(long query, long rows, long stride, int[] ordinals, int count, float[] distances) {
    LongVector high = LongVector.broadcast(Lanes.LONGS, highest);
    LongVector rest = LongVector.broadcast(Lanes.LONGS, ~highest);
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
        LongVector w = Lanes.longs(a + o).lanewise(XOR, q);
        s = s.add(w.and(rest).add(rest).or(w).and(high).lanewise(BIT_COUNT));
        w = Lanes.longs(b + o).lanewise(XOR, q);
        t = t.add(w.and(rest).add(rest).or(w).and(high).lanewise(BIT_COUNT));
        w = Lanes.longs(c + o).lanewise(XOR, q);
        u = u.add(w.and(rest).add(rest).or(w).and(high).lanewise(BIT_COUNT));
        w = Lanes.longs(d + o).lanewise(XOR, q);
        v = v.add(w.and(rest).add(rest).or(w).and(high).lanewise(BIT_COUNT));
      }
      distances[k] = distance(s.reduceLanes(ADD));
      distances[Math.min(k + 1, last)] = distance(t.reduceLanes(ADD));
      distances[Math.min(k + 2, last)] = distance(u.reduceLanes(ADD));
      distances[Math.min(k + 3, last)] = distance(v.reduceLanes(ADD));
    }
  }

  private float distance(long different) {
    return -(float) (elements - different) / elements;
  }
}
