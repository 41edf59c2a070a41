package io.elanus.segment;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import java.util.Arrays;

/** Deletes by key, turned into deletes of rows, and back. */
final class RowDeletes {
  private RowDeletes() {}

  static void apply(ReadView view, Keys keys, long[] timestamps, DeletedRows deleted) {
    if (keys.size() != timestamps.length) {
      throw new IllegalArgumentException("as many timestamps as keys");
    }
    ChunkedColumn times = view.column(CollectionSchema.TIMESTAMP_FIELD);
    for (int i = 0; i < timestamps.length; i++) {
      apply(view.keys(), KeyProbe.of(keys, i), timestamps[i], times, deleted);
    }
  }

  private static void apply(
      KeyIndex keys, KeyProbe key, long timestamp, ChunkedColumn times, DeletedRows deleted) {
    for (int row = keys.newest(key); row >= 0; row = keys.older(row)) {
      // A delete that reached this row reached all older rows of the key, too.
      if (times.asLong(row) < timestamp && !deleted.add(row, timestamp)) {
        return;
      }
    }
  }

  /** The deletes with a greater timestamp than {@code timestamp}, of rows that are still there. */
  static DeleteFile.Deletes after(ReadView view, DeletedRows deleted, long timestamp) {
    DeletedRows.Log log = deleted.log();
    int[] rows = new int[log.count()];
    long[] times = new long[log.count()];
    int count = 0;
    for (int i = 0; i < log.count(); i++) {
      // Only a row's earliest delete counts; later ones that came first stand before it.
      if (log.times()[i] > timestamp
          && log.rows()[i] < view.rows()
          && deleted.earliest(log.rows()[i]) == log.times()[i]) {
        rows[count] = log.rows()[i];
        times[count++] = log.times()[i];
      }
    }
    return new DeleteFile.Deletes(
        view.keys().take(Arrays.copyOf(rows, count)), Arrays.copyOf(times, count));
  }
}
