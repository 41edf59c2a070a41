package io.elanus.node.read;

import io.elanus.roles.Reads.Found;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Merges rows that come in key order: one row for each key, the newest, up to a limit. */
public final class FoundMerge {
  /**
   * Where the merged rows are.
   *
   * @param parts ordinal of the part of each row
   * @param rows ordinal in that part
   */
  record Picked(int[] parts, int[] rows) {}

  private FoundMerge() {}

  /** Answers of several nodes (or of the leader itself) as one. */
  public static Found merge(List<Found> found, long limit, boolean countOnly, long keyField) {
    long count = found.stream().mapToLong(Found::count).sum();
    if (countOnly) {
      return new Found(count, RowBatch.empty());
    }
    List<Found> parts = found.stream().filter(part -> part.rows().rows() > 0).toList();
    if (parts.size() <= 1) {
      return parts.isEmpty() ? found.getFirst() : parts.getFirst();
    }
    List<Keys> keys = new ArrayList<>();
    List<long[]> timestamps = new ArrayList<>();
    List<RowBatch> batches = new ArrayList<>();
    for (Found part : parts) {
      keys.add(part.rows().keys(keyField));
      timestamps.add(timestamps(part.rows()));
      batches.add(part.rows());
    }
    Picked picked = pick(keys, timestamps, limit);
    RowBatch rows = RowBatch.gather(batches, picked.parts(), picked.rows());
    return new Found(rows.rows(), rows);
  }

  /** The first {@code limit} keys (-1: all) of lists in key order, of equal keys the newest. */
  static Picked pick(List<Keys> keys, List<long[]> timestamps, long limit) {
    int total = keys.stream().mapToInt(Keys::size).sum();
    int most = limit < 0 ? total : (int) Math.min(limit, total);
    int[] parts = new int[most];
    int[] rows = new int[most];
    int[] cursors = new int[keys.size()];
    int count = 0;
    for (int next = first(keys, cursors); next >= 0; next = first(keys, cursors)) {
      int row = cursors[next]++;
      int last = count - 1;
      if (last >= 0
          && KeyOrder.compare(keys.get(parts[last]), rows[last], keys.get(next), row) == 0) {
        if (timestamps.get(next)[row] > timestamps.get(parts[last])[rows[last]]) {
          parts[last] = next;
          rows[last] = row;
        }
      } else if (count == most) {
        break;
      } else {
        parts[count] = next;
        rows[count++] = row;
      }
    }
    return new Picked(Arrays.copyOf(parts, count), Arrays.copyOf(rows, count));
  }

  private static int first(List<Keys> keys, int[] cursors) {
    int first = -1;
    for (int part = 0; part < cursors.length; part++) {
      if (cursors[part] < keys.get(part).size()
          && (first < 0
              || KeyOrder.compare(keys.get(part), cursors[part], keys.get(first), cursors[first])
                  < 0)) {
        first = part;
      }
    }
    return first;
  }

  private static long[] timestamps(RowBatch rows) {
    Column.Fixed column = (Column.Fixed) rows.get(CollectionSchema.TIMESTAMP_FIELD);
    long[] timestamps = new long[rows.rows()];
    for (int row = 0; row < timestamps.length; row++) {
      timestamps[row] = column.asLong(row);
    }
    return timestamps;
  }
}
