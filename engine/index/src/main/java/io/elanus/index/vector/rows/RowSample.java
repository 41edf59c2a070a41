package io.elanus.index.vector.rows;

import io.elanus.schema.Bits;

/** Which rows codes are learnt from. */
public final class RowSample {
  private RowSample() {}

  /**
   * Present rows at even steps among those that are present, ascending.
   *
   * @param count rows looked at, the first ones
   * @param most rows wanted
   */
  public static int[] spread(Bits present, int count, int most) {
    int there = 0;
    for (int row = present.next(0); row >= 0 && row < count; row = present.next(row + 1)) {
      there++;
    }
    int[] sample = new int[Math.min(there, most)];
    int row = -1;
    int passed = 0;
    for (int i = 0; i < sample.length; i++) {
      for (long wanted = (long) i * there / sample.length; passed <= wanted; passed++) {
        row = present.next(row + 1);
      }
      sample[i] = row;
    }
    return sample;
  }
}
