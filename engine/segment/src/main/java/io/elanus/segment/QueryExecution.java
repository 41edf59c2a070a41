package io.elanus.segment;

import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import java.util.Arrays;
import java.util.Optional;

/** Runs one query over one view. */
final class QueryExecution {
  /** Rows evaluated at a time when the answer may be full before the end. */
  private static final int WINDOW_ROWS = 1 << 14;

  private final ReadView view;
  private final SegmentQuery query;
  private final Eligibility eligibility;
  private final Optional<KeyProbe> after;
  private final int limit;

  QueryExecution(ReadView view, SegmentQuery query) {
    this.view = view;
    this.query = query;
    this.eligibility =
        new Eligibility(view, query.filter(), query.readTimestamp(), query.expiredBefore());
    this.after = query.afterKey().map(KeyProbe::of);
    this.limit =
        query.limit() < 0 ? Integer.MAX_VALUE : (int) Math.min(query.limit(), Integer.MAX_VALUE);
  }

  Matches run() {
    if (query.countOnly()) {
      long count =
          eligibility.unfiltered()
              ? eligibility.visible().count()
              : eligibility.rows().cardinality();
      return new Matches(count, new int[0], Keys.of(), new long[0]);
    }
    return matches(limit == 0 ? new int[0] : find());
  }

  private int[] find() {
    if (query.limit() > 0
        && view.sortedByKey()
        && eligibility.worthWindows()
        && !eligibility.outside()) {
      return findByWindows();
    }
    return view.keys().inOrder(eligibility.newestRows(), after, limit);
  }

  /** Rows lie in key order: evaluates from the front until the limit is reached. */
  private int[] findByWindows() {
    int[] bounds = eligibility.bounds();
    int[] found = new int[0];
    int from = Math.max(bounds[0], firstAfterKey());
    while (from < bounds[1] && found.length < limit) {
      int to = windowEnd(from, bounds[1]);
      Bits rows = eligibility.window(from, to);
      if (view.keys().hasDuplicates()) {
        view.keys().keepNewest(rows);
      }
      int[] more = view.keys().inOrder(rows, after, limit - found.length);
      int old = found.length;
      found = Arrays.copyOf(found, old + more.length);
      System.arraycopy(more, 0, found, old, more.length);
      from = to;
    }
    return found;
  }

  /** Rows of one key stay in one window. */
  private int windowEnd(int from, int end) {
    int to = Math.min(end, (from & -64) + WINDOW_ROWS);
    while (to < end && view.keys().older(to) == to - 1) {
      to++;
    }
    return to;
  }

  private int firstAfterKey() {
    return query.afterKey().isEmpty()
        ? 0
        : view.keys().range(query.afterKey(), Optional.empty()).map(range -> range[0]).orElse(0);
  }

  private Matches matches(int[] ordinals) {
    ChunkedColumn times = view.column(CollectionSchema.TIMESTAMP_FIELD);
    long[] timestamps = new long[ordinals.length];
    for (int i = 0; i < ordinals.length; i++) {
      timestamps[i] = times.asLong(ordinals[i]);
    }
    return new Matches(ordinals.length, ordinals, view.keys().take(ordinals), timestamps);
  }
}
