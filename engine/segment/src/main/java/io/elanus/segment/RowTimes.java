package io.elanus.segment;

import java.util.Arrays;

/** A hash map from row ordinals to timestamps, with linear probing. Not thread-safe. */
final class RowTimes {
  private int[] rows = new int[16];
  private long[] times = new long[16];
  private int size;

  RowTimes() {
    Arrays.fill(rows, -1);
  }

  /** Long.MAX_VALUE for a row that is not in the map. */
  long get(int row) {
    int slot = slot(row);
    return rows[slot] == row ? times[slot] : Long.MAX_VALUE;
  }

  void put(int row, long time) {
    int slot = slot(row);
    if (rows[slot] != row) {
      if (2 * (size + 1) > rows.length) {
        grow();
        slot = slot(row);
      }
      rows[slot] = row;
      size++;
    }
    times[slot] = time;
  }

  int size() {
    return size;
  }

  private int slot(int row) {
    int mask = rows.length - 1;
    int slot = (int) KeyHash.of(row) & mask;
    while (rows[slot] != -1 && rows[slot] != row) {
      slot = (slot + 1) & mask;
    }
    return slot;
  }

  private void grow() {
    int[] oldRows = rows;
    long[] oldTimes = times;
    rows = new int[2 * oldRows.length];
    times = new long[rows.length];
    Arrays.fill(rows, -1);
    for (int i = 0; i < oldRows.length; i++) {
      if (oldRows[i] != -1) {
        int slot = slot(oldRows[i]);
        rows[slot] = oldRows[i];
        times[slot] = oldTimes[i];
      }
    }
  }
}
