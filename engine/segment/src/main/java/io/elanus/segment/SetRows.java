package io.elanus.segment;

import io.elanus.schema.Bits;

/** The set rows of bits as ordinals. */
final class SetRows {
  private SetRows() {}

  static int[] of(Bits bits) {
    int[] rows = new int[bits.cardinality()];
    long[] words = bits.words();
    int at = 0;
    for (int i = 0; i < words.length; i++) {
      for (long word = words[i]; word != 0; word &= word - 1) {
        rows[at++] = (i << 6) + Long.numberOfTrailingZeros(word);
      }
    }
    return rows;
  }
}
