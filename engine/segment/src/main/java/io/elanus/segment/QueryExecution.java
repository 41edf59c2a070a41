package io.elanus.segment;

import io.elanus.schema.Bits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import java.util.Arrays;

/** Runs one query over one view. */
final class QueryExecution {
  /** Rows evaluated at a time when the answer may be full before the end. */
  private static final int WINDOW_ROWS = 1 << 14;

  private final ReadView view;
  private final SegmentQuery query;
  private final Eligibility eligibility;

  QueryExecution(ReadView view, SegmentQuery query) {
    this.view = view;
    this.query = query;
    this.eligibility =
        new Eligibility(view, query.filter(), query.readTimestamp(), query.expiredBefore());
  }

  Matches run() {
    if (query.countOnly()) {
      long count =
          eligibility.unfiltered()
              ? eligibility.visible().count()
              : eligibility.rows().cardinality();
      return new Matches(count, new int[0], Keys.of(), new long[0]);
    }
    return matches(query.limit() == 0 ? new int[0] : find());
  }

  private int[] find() {
    boolean sorted = view.chunkShift() == SealedView.CHUNK_SHIFT;
    if (query.limit() > 0 && sorted && eligibility.worthWindows() && !eligibility.outside()) {
      return findByWindows();
    }
    return limited(newestInOrder(eligibility.rows()));
  }

  /** Sealed rows lie in key order: evaluates from the front until the limit is reached. */
  private int[] findByWindows() {
    int[] bounds = eligibility.bounds();
    int[] found = new int[0];
    int from = Math.max(bounds[0], firstAfterKey());
    while (from < bounds[1] && found.length < query.limit()) {
      int to = windowEnd(from, bounds[1]);
      int[] more = newestInOrder(eligibility.window(from, to));
      int[] joined = Arrays.copyOf(found, found.length + more.length);
      System.arraycopy(more, 0, joined, found.length, more.length);
      found = joined;
      from = to;
    }
    return limited(found);
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
        : view.keys()
            .range(query.afterKey(), java.util.Optional.empty())
            .map(range -> range[0])
            .orElse(0);
  }

  private int[] newestInOrder(Bits rows) {
    Bits kept = rows;
    if (view.keys().hasDuplicates()) {
      kept = rows.copy();
      view.keys().keepNewest(kept);
    }
    int[] ordinals = view.keys().inOrder(kept);
    return query.afterKey().isEmpty() ? ordinals : afterKey(ordinals);
  }

  private int[] afterKey(int[] ordinals) {
    Comparable<?> last = query.afterKey().orElseThrow();
    int low = 0;
    int high = ordinals.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (KeyOrder.compare(view.keys().key(ordinals[middle]), last) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Arrays.copyOfRange(ordinals, low, ordinals.length);
  }

  private int[] limited(int[] ordinals) {
    return query.limit() < 0 || ordinals.length <= query.limit()
        ? ordinals
        : Arrays.copyOf(ordinals, (int) query.limit());
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
