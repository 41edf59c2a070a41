package io.elanus.index.scalar;

/**
 * Floating numbers as integers in the same order: the bit pattern, with all bits but the sign
 * turned over for negative numbers. Zero has one form; NaN, which equals nothing, has none.
 */
final class SortableDoubles {
  private SortableDoubles() {}

  /**
   * @param value not NaN
   */
  static long encode(double value) {
    long bits = Double.doubleToLongBits(value + 0.0);
    return bits ^ ((bits >> 63) & Long.MAX_VALUE);
  }
}
