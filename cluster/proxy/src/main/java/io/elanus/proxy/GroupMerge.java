package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.Column;
import io.elanus.schema.Metric;
import io.elanus.schema.NewestRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Merges the hits of shards group by group: groups in the order of their best hit, within a group
 * best first. Null is a group of its own.
 */
final class GroupMerge {
  private GroupMerge() {}

  /**
   * @param skip groups left out at the beginning of each query
   * @param limit groups of each query
   */
  static Winners merge(
      List<Reads.Hits> pieces, int queries, int skip, int limit, int groupSize, Metric metric) {
    Winners.Builder builder = Winners.Builder.of(pieces);
    int[] counts = new int[queries];
    int[] starts = new int[pieces.size()];
    for (int query = 0; query < queries; query++) {
      int before = builder.size();
      List<int[]> ranked = ranked(pieces, starts, query, metric);
      NewestRows newest = new NewestRows();
      for (int p = 0; p < starts.length; p++) {
        SearchMerge.addTo(newest, pieces.get(p), starts[p], pieces.get(p).counts()[query]);
      }
      emit(pieces, ranked, newest, skip, limit, groupSize, builder);
      counts[query] = builder.size() - before;
      for (int p = 0; p < starts.length; p++) {
        starts[p] += pieces.get(p).counts()[query];
      }
    }
    return builder.build(counts);
  }

  /** (piece, row) of all hits of a query, best first. */
  private static List<int[]> ranked(
      List<Reads.Hits> pieces, int[] starts, int query, Metric metric) {
    List<int[]> all = new ArrayList<>();
    for (int p = 0; p < starts.length; p++) {
      for (int i = 0; i < pieces.get(p).counts()[query]; i++) {
        all.add(new int[] {p, starts[p] + i});
      }
    }
    all.sort((a, b) ->
        SearchMerge.before(pieces, a[0], a[1], b[0], b[1], metric)
            ? -1
            : SearchMerge.before(pieces, b[0], b[1], a[0], a[1], metric) ? 1 : 0);
    return all;
  }

  private static void emit(
      List<Reads.Hits> pieces,
      List<int[]> ranked,
      NewestRows newest,
      int skip,
      int limit,
      int groupSize,
      Winners.Builder builder) {
    Map<Optional<Object>, List<int[]>> groups = new LinkedHashMap<>();
    for (int[] hit : ranked) {
      Optional<Object> value = value(pieces.get(hit[0]), hit[1]);
      List<int[]> members = groups.get(value);
      boolean room = members == null ? groups.size() < skip + limit : members.size() < groupSize;
      Reads.Hits hits = pieces.get(hit[0]);
      if (room && newest.take(hits.keys().get(hit[1]), hits.timestamps()[hit[1]])) {
        groups.computeIfAbsent(value, absent -> new ArrayList<>()).add(hit);
      }
    }
    groups.values().stream()
        .skip(skip)
        .flatMap(List::stream)
        .forEach(hit -> builder.add(hit[0], hit[1], pieces.get(hit[0]).scores()[hit[1]]));
  }

  /** The value a hit is grouped by; empty for null. */
  static Optional<Object> value(Reads.Hits hits, int row) {
    Column groups = hits.groups().orElseThrow();
    return Optional.ofNullable(groups.value(row));
  }
}
