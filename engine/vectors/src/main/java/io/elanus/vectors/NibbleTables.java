package io.elanus.vectors;

/**
 * What turns a sum of rounded table entries into one of the float32 entries they stand for: offset
 * + scale × sum.
 */
public record NibbleTables(float offset, float scale) {
  /** Entries of a table. */
  static final int ENTRIES = 16;

  /**
   * Added to a number from 0 to 2^22, rounds it to the nearest integer and leaves that in the last
   * bits.
   */
  static final float ROUNDER = 1 << 23;

  /** The difference of the largest and the least entry that becomes {@link NibbleScan#LARGEST}. */
  static float perUnit(float widest) {
    return widest > 0 ? NibbleScan.LARGEST / widest : 0;
  }

  static NibbleTables of(double offset, float widest) {
    return new NibbleTables((float) offset, widest / NibbleScan.LARGEST);
  }
}
