package io.elanus.segment;

import io.elanus.index.Neighbors;
import io.elanus.schema.Bits;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Finds the best k groups and the best rows of each by searching again and again, each time without
 * the rows that can no longer count: those that were seen, those of full groups and, once k groups
 * are known, those of all others. Each round finds at least one row that counts, so it ends, and it
 * is exact where the searches are.
 */
final class GroupedSearch {
  /** The best k of some rows. */
  interface Search {
    Neighbors best(int k, Bits rows);
  }

  private final GroupValues values;
  private final int size;
  private final boolean strict;
  private final int groups;
  private final Bits eligible;
  private final Map<Optional<Object>, Integer> counts = new HashMap<>();
  private int[] rows = new int[16];
  private float[] scores = new float[16];
  private int found;
  private int full;

  GroupedSearch(GroupValues values, GroupBy groupBy, int k, Bits eligible) {
    this.values = values;
    this.size = groupBy.size();
    this.strict = groupBy.strict();
    this.groups = k;
    this.eligible = eligible.copy();
  }

  Neighbors run(Search search) {
    int depth = (int) Math.min((long) groups * size, eligible.size());
    while (true) {
      Neighbors best = search.best(Math.max(1, depth), eligible);
      for (int i = 0; i < best.count(); i++) {
        take(best.rows()[i], best.scores()[i]);
      }
      if (best.count() < depth || done()) {
        return new Neighbors(Arrays.copyOf(rows, found), Arrays.copyOf(scores, found));
      }
      exclude();
      if (eligible.isEmpty()) {
        return new Neighbors(Arrays.copyOf(rows, found), Arrays.copyOf(scores, found));
      }
    }
  }

  private boolean done() {
    return counts.size() == groups && (!strict || full == groups);
  }

  private void take(int row, float score) {
    eligible.clear(row);
    Optional<Object> group = values.group(row);
    int count = counts.getOrDefault(group, 0);
    if (count == size || (count == 0 && counts.size() == groups)) {
      return;
    }
    counts.put(group, count + 1);
    full += count + 1 == size ? 1 : 0;
    if (found == rows.length) {
      rows = Arrays.copyOf(rows, 2 * found);
      scores = Arrays.copyOf(scores, 2 * found);
    }
    rows[found] = row;
    scores[found++] = score;
  }

  private void exclude() {
    boolean known = counts.size() == groups;
    for (int row = eligible.next(0); row >= 0; row = eligible.next(row + 1)) {
      int count = counts.getOrDefault(values.group(row), 0);
      if (count == size || (known && count == 0)) {
        eligible.clear(row);
      }
    }
  }
}
