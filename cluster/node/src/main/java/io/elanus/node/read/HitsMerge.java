package io.elanus.node.read;

import io.elanus.roles.Reads.GroupBy;
import io.elanus.roles.Reads.Hits;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.NewestRows;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Merges the hits of parts (segments, nodes): of each query the best first, equal scores by key
 * ascending, a key once ({@link NewestRows}). With groups: the best k groups, of each the best
 * {@code size} rows.
 */
public final class HitsMerge {
  private final Metric metric;
  private final int k;
  private final Optional<GroupBy> groupBy;
  private final List<Hits> parts;
  private final int[] cursors;
  private final int[] ends;
  private final KeyList keys;
  private final Merged merged;

  private HitsMerge(Metric metric, int k, Optional<GroupBy> groupBy, List<Hits> parts) {
    this.metric = metric;
    this.k = k;
    this.groupBy = groupBy;
    this.parts = parts;
    this.cursors = new int[parts.size()];
    this.ends = new int[parts.size()];
    int most = parts.stream().mapToInt(part -> part.scores().length).sum();
    this.keys = new KeyList(most);
    this.merged = new Merged(most);
  }

  /**
   * @param queries number of queries; each part has the hits of all of them
   * @param k hits of each query, or groups
   */
  public static Hits merge(
      Metric metric, int queries, int k, Optional<GroupBy> groupBy, List<Hits> parts) {
    if (parts.size() == 1) {
      return parts.getFirst();
    }
    return new HitsMerge(metric, k, groupBy, parts).run(queries);
  }

  /** No hit for any of the queries. */
  public static Hits none(int queries) {
    return new Hits(
        new int[queries],
        new Keys.Longs(new long[0]),
        new float[0],
        new long[0],
        new long[0],
        new int[0],
        Optional.empty(),
        0);
  }

  private Hits run(int queries) {
    int[] counts = new int[queries];
    for (int query = 0; query < queries; query++) {
      for (int part = 0; part < parts.size(); part++) {
        ends[part] += parts.get(part).counts()[query];
      }
      counts[query] = groupBy.isPresent() ? mergeGroups(groupBy.get()) : mergeQuery();
      System.arraycopy(ends, 0, cursors, 0, ends.length);
    }
    long considered = parts.stream().mapToLong(Hits::considered).sum();
    return merged.build(counts, keys.build(), considered);
  }

  private int mergeQuery() {
    NewestRows newest = newest();
    int count = 0;
    for (int part = best(); part >= 0 && count < k; part = best()) {
      int at = cursors[part]++;
      if (newest.take(parts.get(part).keys().get(at), parts.get(part).timestamps()[at])) {
        take(part, at);
        count++;
      }
    }
    return count;
  }

  private int mergeGroups(GroupBy by) {
    NewestRows newest = newest();
    Map<Object, Integer> sizes = new HashMap<>();
    int count = 0;
    for (int part = best(); part >= 0; part = best()) {
      int at = cursors[part]++;
      Object group = group(parts.get(part), at);
      int size = sizes.getOrDefault(group, 0);
      boolean room = size == 0 ? sizes.size() < k : size < by.size();
      if (room && newest.take(parts.get(part).keys().get(at), parts.get(part).timestamps()[at])) {
        sizes.put(group, size + 1);
        take(part, at);
        count++;
      }
    }
    return count;
  }

  /** Of the query whose hits the cursors are at. */
  private NewestRows newest() {
    NewestRows newest = new NewestRows();
    for (int part = 0; part < cursors.length; part++) {
      Hits hits = parts.get(part);
      for (int at = cursors[part]; at < ends[part]; at++) {
        newest.add(hits.keys().get(at), hits.timestamps()[at]);
      }
    }
    return newest;
  }

  private static Object group(Hits part, int at) {
    Object value = part.groups().map(column -> column.value(at)).orElse(null);
    return value == null ? Optional.empty() : value;
  }

  /** The part whose next hit ranks first; -1 when all are used up. */
  private int best() {
    int best = -1;
    for (int part = 0; part < cursors.length; part++) {
      if (cursors[part] < ends[part] && (best < 0 || ranksBefore(part, best))) {
        best = part;
      }
    }
    return best;
  }

  private boolean ranksBefore(int part, int other) {
    Hits left = parts.get(part);
    Hits right = parts.get(other);
    float a = left.scores()[cursors[part]];
    float b = right.scores()[cursors[other]];
    return metric.better(a, b)
        || (a == b
            && KeyOrder.compare(left.keys(), cursors[part], right.keys(), cursors[other]) < 0);
  }

  private void take(int part, int at) {
    keys.add(parts.get(part).keys().get(at));
    merged.add(parts.get(part), at);
  }

  /** Hits taken, column by column. */
  private static final class Merged {
    private final float[] scores;
    private final long[] timestamps;
    private final long[] segments;
    private final int[] ordinals;
    private @Nullable ColumnBuilder groups;
    private int count;

    Merged(int most) {
      scores = new float[most];
      timestamps = new long[most];
      segments = new long[most];
      ordinals = new int[most];
    }

    void add(Hits from, int at) {
      scores[count] = from.scores()[at];
      timestamps[count] = from.timestamps()[at];
      segments[count] = from.segments()[at];
      ordinals[count] = from.ordinals()[at];
      count++;
      if (from.groups().isPresent()) {
        Column column = from.groups().get();
        if (groups == null) {
          groups = ColumnBuilder.like(column);
        }
        groups.addRow(column, at);
      }
    }

    Hits build(int[] counts, Keys keys, long considered) {
      return new Hits(
          counts,
          keys,
          Arrays.copyOf(scores, count),
          Arrays.copyOf(timestamps, count),
          Arrays.copyOf(segments, count),
          Arrays.copyOf(ordinals, count),
          groups == null ? Optional.empty() : Optional.of(groups.build()),
          considered);
    }
  }
}
