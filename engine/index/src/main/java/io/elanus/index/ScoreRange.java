package io.elanus.index;

import io.elanus.schema.Metric;
import java.util.Optional;

/**
 * The interval of scores a range search accepts (Milvus documentation, "Range Search"). For
 * larger-is-better metrics it is (radius, range_filter], for the others [range_filter, radius).
 *
 * @param low smallest score; excluded unless {@code lowIncluded}
 * @param high largest score; excluded unless {@code highIncluded}
 */
public record ScoreRange(float low, boolean lowIncluded, float high, boolean highIncluded) {
  /** Every score. */
  public static final ScoreRange NONE =
      new ScoreRange(Float.NEGATIVE_INFINITY, true, Float.POSITIVE_INFINITY, true);

  /**
   * The range between the two bounds of a search, none where neither is given.
   *
   * @param radius the far end, left out
   * @param rangeFilter the near end
   */
  public static ScoreRange of(Metric metric, Optional<Float> radius, Optional<Float> rangeFilter) {
    if (radius.isEmpty() && rangeFilter.isEmpty()) {
      return NONE;
    }
    boolean open = radius.isEmpty();
    return metric.largerIsBetter()
        ? new ScoreRange(
            radius.orElse(Float.NEGATIVE_INFINITY),
            open,
            rangeFilter.orElse(Float.POSITIVE_INFINITY),
            true)
        : new ScoreRange(
            rangeFilter.orElse(Float.NEGATIVE_INFINITY),
            true,
            radius.orElse(Float.POSITIVE_INFINITY),
            open);
  }

  public boolean accepts(float score) {
    return (score > low || (lowIncluded && score == low))
        && (score < high || (highIncluded && score == high));
  }

  /** Whether a score is better than all that it accepts. */
  public boolean isTooNear(Metric metric, float score) {
    return !accepts(score) && (metric.largerIsBetter() ? score >= high : score <= low);
  }

  /** Whether rows may be too near for it, so that it begins somewhere out. */
  public boolean leavesOutNearest(Metric metric) {
    return switch (metric) {
      case IP -> high < Float.POSITIVE_INFINITY;
      case COSINE, MHJACCARD -> high < 1;
      default -> low > 0;
    };
  }
}
