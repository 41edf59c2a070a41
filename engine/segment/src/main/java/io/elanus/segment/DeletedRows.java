package io.elanus.segment;

import io.elanus.schema.Bits;
import java.util.Arrays;

/**
 * When rows were deleted: for each row the earliest delete that reaches it. One writer at a time;
 * readers take a {@link Log}, which never changes.
 */
final class DeletedRows {
  /**
   * Deletes in the order of arrival; a row may stand in it more than once, its earliest time
   * counts.
   *
   * @param newest greatest time
   */
  record Log(int[] rows, long[] times, int count, long newest) {
    /** Takes rows out that entries [from, count) delete at or before the read. */
    void hide(Bits visible, int from, long readTimestamp) {
      for (int i = from; i < count; i++) {
        if (times[i] <= readTimestamp && rows[i] < visible.size()) {
          visible.clear(rows[i]);
        }
      }
    }
  }

  private final RowTimes earliest = new RowTimes();
  private volatile Log log = new Log(new int[16], new long[16], 0, Long.MIN_VALUE);

  Log log() {
    return log;
  }

  /** The earliest delete of a row; Long.MAX_VALUE without one. */
  synchronized long earliest(int row) {
    return earliest.get(row);
  }

  synchronized int rows() {
    return earliest.size();
  }

  /** Notes a delete; false when the row was deleted at or before that time already. */
  synchronized boolean add(int row, long timestamp) {
    if (earliest.get(row) <= timestamp) {
      return false;
    }
    earliest.put(row, timestamp);
    Log old = log;
    int[] rows = old.rows;
    long[] times = old.times;
    if (old.count == rows.length) {
      rows = Arrays.copyOf(rows, 2 * old.count);
      times = Arrays.copyOf(times, 2 * old.count);
    }
    rows[old.count] = row;
    times[old.count] = timestamp;
    log = new Log(rows, times, old.count + 1, Math.max(old.newest, timestamp));
    return true;
  }
}
