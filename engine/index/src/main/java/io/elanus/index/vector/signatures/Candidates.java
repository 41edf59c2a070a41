package io.elanus.index.vector.signatures;

import io.elanus.schema.Bits;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Rows that may come more than once: a list while they are few, a mark for each row of the segment
 * beyond, where sorting the list would cost more than looking at all marks.
 */
final class Candidates {
  /** Rows of the segment for each that is listed. */
  private static final int ROWS_PER_LISTED = 64;

  private final int count;
  private int[] listed = new int[64];
  private int length;
  private @Nullable Bits marked;

  /** Among so many rows. */
  Candidates(int count) {
    this.count = count;
  }

  void add(int row) {
    if (marked == null && length == listed.length) {
      grow();
    }
    if (marked == null) {
      listed[length++] = row;
    } else {
      marked.set(row);
    }
  }

  private void grow() {
    if (length < count / ROWS_PER_LISTED) {
      listed = Arrays.copyOf(listed, 2 * length);
      return;
    }
    Bits marks = Bits.none(count);
    for (int row : listed) {
      marks.set(row);
    }
    marked = marks;
  }

  /** Every row once, where they are many. */
  @Nullable Bits marked() {
    return marked;
  }

  /** Every row once, ascending, where they are few. */
  int[] listed() {
    return Arrays.stream(listed, 0, length).sorted().distinct().toArray();
  }
}
