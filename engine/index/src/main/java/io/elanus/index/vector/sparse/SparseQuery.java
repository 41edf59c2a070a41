package io.elanus.index.vector.sparse;

import io.elanus.index.SparseRows;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** The dimensions and weights of a sparse query, ascending by dimension (unsigned). */
final class SparseQuery {
  private final int[] dimensions;
  private final float[] weights;

  private SparseQuery(int[] dimensions, float[] weights) {
    this.dimensions = dimensions;
    this.weights = weights;
  }

  /**
   * Reads the pairs of a query.
   *
   * @param dropRatio share of the pairs to leave out, those of the smallest absolute weight; at
   *     least one pair stays
   */
  static SparseQuery of(MemorySegment pairs, float dropRatio) {
    int count = (int) (pairs.byteSize() / SparseRows.PAIR_BYTES);
    float threshold = threshold(pairs, count, dropRatio);
    int[] dimensions = new int[count];
    float[] weights = new float[count];
    int kept = 0;
    for (int i = 0; i < count; i++) {
      float weight = SparseRows.value(pairs, i);
      if (weight != 0 && Math.abs(weight) >= threshold) {
        dimensions[kept] = SparseRows.dimension(pairs, i);
        weights[kept++] = weight;
      }
    }
    return new SparseQuery(Arrays.copyOf(dimensions, kept), Arrays.copyOf(weights, kept));
  }

  private static float threshold(MemorySegment pairs, int count, float dropRatio) {
    int dropped = (int) (count * dropRatio);
    if (dropped == 0) {
      return 0;
    }
    float[] magnitudes = new float[count];
    for (int i = 0; i < count; i++) {
      magnitudes[i] = Math.abs(SparseRows.value(pairs, i));
    }
    Arrays.sort(magnitudes);
    return magnitudes[dropped];
  }

  int count() {
    return dimensions.length;
  }

  int dimension(int i) {
    return dimensions[i];
  }

  float weight(int i) {
    return weights[i];
  }
}
