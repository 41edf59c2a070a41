package io.elanus.segment;

import io.elanus.expression.Filter;
import io.elanus.index.ScoreRange;
import io.elanus.schema.Column;
import io.elanus.schema.Metric;
import java.util.Map;
import java.util.Optional;

/**
 * A search of one segment.
 *
 * @param queries vectors of the field's type, one a row: {@link Column.Fixed} for dense, {@link
 *     Column.Variable} for sparse ones
 * @param k hits wanted for each query, or groups with {@code groupBy}
 * @param parameters of the index as the client gave them: ef, nprobe, …
 * @param readTimestamp rows written and not deleted up to it are seen
 * @param expiredBefore rows written before it have outlived their time; 0: none have
 * @param after iterator: only hits that rank strictly after this score
 * @param toBeat score of the k-th best hit of other segments, of each query alike; NaN: not known
 */
public record SegmentSearch(
    long fieldId,
    Metric metric,
    Column queries,
    int k,
    Map<String, Object> parameters,
    Filter filter,
    long readTimestamp,
    long expiredBefore,
    ScoreRange range,
    Optional<Float> after,
    Optional<GroupBy> groupBy,
    float toBeat) {
  private static final int FEW_ROWS = 500;

  public SegmentSearch {
    parameters = Map.copyOf(parameters);
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k);
    }
  }

  /**
   * See {@link Segment#quick}.
   *
   * @param rows of the segment
   * @param scanned of them, in no index
   */
  boolean quick(int rows, int scanned) {
    boolean plain = queries.rows() == 1 && filter instanceof Filter.Everything;
    return rows <= FEW_ROWS || (plain && scanned <= FEW_ROWS);
  }

  /**
   * Whether another search asks for the same by another vector, so that one pass over the rows may
   * serve both; their read timestamps may differ.
   */
  public boolean sharesPassWith(SegmentSearch other) {
    return fieldId == other.fieldId
        && metric == other.metric
        && k == other.k
        && expiredBefore == other.expiredBefore
        && range.equals(other.range)
        && after.equals(other.after)
        && groupBy.equals(other.groupBy)
        && queries.rows() == other.queries.rows()
        && queries.type() == other.queries.type()
        && parameters.equals(other.parameters)
        && filter.equals(other.filter);
  }

  /** The same, where k hits of other segments have at least this score. */
  public SegmentSearch against(float kthScore) {
    return new SegmentSearch(
        fieldId,
        metric,
        queries,
        k,
        parameters,
        filter,
        readTimestamp,
        expiredBefore,
        range,
        after,
        groupBy,
        kthScore);
  }

  /** The scores that count: the range and, for an iterator, what ranks after its bound. */
  ScoreRange scores() {
    if (after.isEmpty()) {
      return range;
    }
    float bound = after.get();
    if (metric.largerIsBetter()) {
      return bound <= range.high()
          ? new ScoreRange(range.low(), range.lowIncluded(), bound, false)
          : range;
    }
    return bound >= range.low()
        ? new ScoreRange(bound, false, range.high(), range.highIncluded())
        : range;
  }
}
