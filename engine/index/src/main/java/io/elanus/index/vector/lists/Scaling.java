package io.elanus.index.vector.lists;

import java.util.Arrays;

/**
 * Brings a query under IP to another length, and the distances found for it back: rows rank the
 * same, and estimates whose error does not shrink with the query keep theirs in proportion.
 *
 * @param there what a query and its distances are multiplied by
 * @param back what a distance that was found is multiplied by
 */
record Scaling(double there, double back) {
  private static final Scaling NONE = new Scaling(1, 1);

  /** All products with a query of zeros are 0. */
  private static final Scaling OF_ZERO = new Scaling(1, 0);

  /**
   * To a length.
   *
   * @param length 0: as the query is
   */
  static Scaling of(float[] query, double length) {
    if (!(length > 0)) {
      return NONE;
    }
    double squared = 0;
    for (float value : query) {
      squared += (double) value * value;
    }
    double own = Math.sqrt(squared);
    return own > 0 ? new Scaling(length / own, own / length) : OF_ZERO;
  }

  float[] there(float[] values) {
    if (there == 1) {
      return values;
    }
    float[] scaled = Arrays.copyOf(values, values.length);
    for (int i = 0; i < scaled.length; i++) {
      scaled[i] = there(values[i]);
    }
    return scaled;
  }

  float there(float value) {
    return (float) (value * there);
  }

  float back(float distance) {
    return (float) (distance * back);
  }

  /**
   * Brings back those of some distances that count.
   *
   * @param within [words] a bit for each that does
   */
  void back(float[] distances, long[] within, int words) {
    if (back == 1) {
      return;
    }
    for (int word = 0; word < words; word++) {
      for (long bits = within[word]; bits != 0; bits &= bits - 1) {
        int i = word * Long.SIZE + Long.numberOfTrailingZeros(bits);
        distances[i] = back(distances[i]);
      }
    }
  }
}
