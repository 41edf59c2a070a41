package io.elanus.index.vector.scan;

/**
 * A (distance, row) pair in one long whose natural order is by distance, then by row: the
 * distance's bits, made ordered, in the upper half and the row in the lower. Rows are not negative.
 * No number, of either sign, is behind all distances.
 */
public final class Ranked {
  /**
   * A row whose distance is as large as another's but for so much of it is as near: sums of float32
   * may round otherwise once the compiler has seen their loop.
   */
  private static final float ROUNDING = 1e-5f;

  /** After every pair. */
  static final long LAST = Long.MAX_VALUE;

  private Ranked() {}

  public static long of(float distance, int row) {
    return upper(distance) | row;
  }

  /** The distance in the upper half, zero in the lower. */
  public static long upper(float distance) {
    int bits = Float.floatToIntBits(distance + 0f); // -0 becomes 0, so that ties are ties
    return (long) (bits ^ ((bits >> 31) & 0x7fffffff)) << 32;
  }

  public static float distance(long ranked) {
    int bits = (int) (ranked >> 32);
    return Float.intBitsToFloat(bits ^ ((bits >> 31) & 0x7fffffff));
  }

  /** Up to which distance a row is as near as one of this distance. */
  public static float asNear(float distance) {
    return distance + ROUNDING * Math.abs(distance);
  }

  public static int row(long ranked) {
    return (int) ranked;
  }
}
