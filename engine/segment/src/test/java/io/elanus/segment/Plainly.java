package io.elanus.segment;

import io.elanus.expression.Filter;
import io.elanus.index.ScoreRange;
import io.elanus.schema.Column;
import io.elanus.schema.Metric;
import java.util.Map;
import java.util.Optional;

/** Reads with everything at its default: no range, no expiry, no groups, no limit. */
final class Plainly {
  private Plainly() {}

  /** Without a filter. */
  static SegmentSearch search(
      long fieldId, Metric metric, Column queries, int k, long readTimestamp) {
    return new SegmentSearch(
        fieldId,
        metric,
        queries,
        k,
        Map.of(),
        new Filter.Everything(),
        readTimestamp,
        0,
        ScoreRange.NONE,
        Optional.empty(),
        Optional.empty(),
        Float.NaN);
  }

  /** All rows that match, in key order. */
  static SegmentQuery query(Filter filter, long readTimestamp) {
    return new SegmentQuery(filter, readTimestamp, 0, -1, Optional.empty(), false);
  }

  /** The number of rows that match. */
  static SegmentQuery count(Filter filter, long readTimestamp) {
    return new SegmentQuery(filter, readTimestamp, 0, -1, Optional.empty(), true);
  }
}
