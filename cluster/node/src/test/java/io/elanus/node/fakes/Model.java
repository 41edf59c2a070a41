package io.elanus.node.fakes;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What a table must hold, told by every acknowledged write. */
public final class Model {
  private record Row(long key, long timestamp, long version) {}

  private record Delete(long key, long timestamp) {}

  private final List<Row> rows = new ArrayList<>();
  private final List<Delete> deletes = new ArrayList<>();
  private long truncatedAt;

  public void insert(long timestamp, long[] keys, long[] versions) {
    for (int i = 0; i < keys.length; i++) {
      rows.add(new Row(keys[i], timestamp, versions[i]));
    }
  }

  public void delete(long timestamp, long... keys) {
    for (long key : keys) {
      deletes.add(new Delete(key, timestamp));
    }
  }

  public void upsert(long timestamp, long[] keys, long[] versions) {
    delete(timestamp, keys);
    insert(timestamp, keys, versions);
  }

  public void truncate(long timestamp) {
    truncatedAt = timestamp;
  }

  private boolean visible(Row row, long at) {
    if (row.timestamp() > at || row.timestamp() < truncatedAt) {
      return false;
    }
    for (Delete delete : deletes) {
      if (delete.key() == row.key()
          && delete.timestamp() > row.timestamp()
          && delete.timestamp() <= at) {
        return false;
      }
    }
    return true;
  }

  /** Visible rows, equal keys counted as often as they occur. */
  public long count(long at) {
    return rows.stream().filter(row -> visible(row, at)).count();
  }

  /** The newest visible version of each key. */
  public Map<Long, Long> all(long at) {
    Map<Long, Row> newest = new TreeMap<>();
    for (Row row : rows) {
      if (visible(row, at)) {
        newest.merge(row.key(), row, (a, b) -> b.timestamp() >= a.timestamp() ? b : a);
      }
    }
    Map<Long, Long> versions = new TreeMap<>();
    newest.forEach((key, row) -> versions.put(key, row.version()));
    return versions;
  }

  public boolean repeatsKeys(long at) {
    return count(at) != all(at).size();
  }

  /** Squared distances of the k nearest rows, ascending. */
  public List<Float> nearest(long at, float[] vector, int k) {
    return all(at).values().stream()
        .map(version -> distance(vector, TestTable.vector(version)))
        .sorted()
        .limit(k)
        .toList();
  }

  public static float distance(float[] a, float[] b) {
    float sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (a[i] - b[i]) * (a[i] - b[i]);
    }
    return sum;
  }
}
