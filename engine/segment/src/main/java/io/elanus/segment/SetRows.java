package io.elanus.segment;

import io.elanus.schema.Bits;
import java.util.Arrays;

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

  /** At most {@code limit} of them, from row {@code from} on. */
  static int[] of(Bits bits, int from, int limit) {
    if (from == 0 && limit >= bits.size()) {
      return of(bits);
    }
    int[] rows = new int[Math.min(limit, 1024)];
    int count = 0;
    for (int row = bits.next(from); row >= 0 && count < limit; row = bits.next(row + 1)) {
      if (count == rows.length) {
        rows = Arrays.copyOf(rows, (int) Math.min(limit, 2L * count));
      }
      rows[count++] = row;
    }
    return Arrays.copyOf(rows, count);
  }
}
