package io.elanus.index.vector.growing;

import io.elanus.index.vector.graph.LongRows;
import java.util.Arrays;

/**
 * The rows of a growing graph under IP that are much longer than most, as {@link LongRows} are of a
 * finished one: judged for every query, not linked. Of more than these can be the longest are kept;
 * one that a longer row takes the place of is linked then. For the one thread that writes.
 */
final class LongestRows {
  /** Instead of a row. */
  static final int NONE = -1;

  private final float least;
  private final int[] rows = new int[LongRows.MOST];
  private final float[] lengths = new float[LongRows.MOST];
  private int count;

  /**
   * Keeps no row yet.
   *
   * @param least what a long row is longer than
   */
  LongestRows(float least) {
    this.least = least;
  }

  /**
   * Keeps a row if it is one of the longest.
   *
   * @return the row that is not kept any more, which may be this one; NONE if there is room for all
   */
  int offer(int row, float length) {
    if (length <= least) {
      return row;
    }
    if (count < rows.length) {
      put(count++, row, length);
      return NONE;
    }
    int shortest = 0;
    for (int i = 1; i < count; i++) {
      shortest = lengths[i] < lengths[shortest] ? i : shortest;
    }
    if (length <= lengths[shortest]) {
      return row;
    }
    int replaced = rows[shortest];
    put(shortest, row, length);
    return replaced;
  }

  private void put(int at, int row, float length) {
    rows[at] = row;
    lengths[at] = length;
  }

  boolean contains(int row) {
    for (int i = 0; i < count; i++) {
      if (rows[i] == row) {
        return true;
      }
    }
    return false;
  }

  /** Those that are kept now. */
  LongRows known() {
    int[] rising = Arrays.copyOf(rows, count);
    Arrays.sort(rising);
    return count == 0 ? LongRows.NONE : new LongRows(rising);
  }
}
