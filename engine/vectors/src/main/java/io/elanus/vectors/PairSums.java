package io.elanus.vectors;

/**
 * Sums of 16-bit numbers without widening them: an int lane is l + 65536 u of two unsigned numbers;
 * adding the lanes to one accumulator and their upper halves to another gives both sums, as whole −
 * 65535 × upper.
 */
final class PairSums {
  /** Added to each 16-bit number, which lies within −32512 and 32768, to make it unsigned. */
  static final short BIAS = 32767;

  private PairSums() {}

  /** What the bias adds to the sum over a row. */
  static int biased(int rowBytes) {
    return rowBytes / 2 * BIAS;
  }
}
