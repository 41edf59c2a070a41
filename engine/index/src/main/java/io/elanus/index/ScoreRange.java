package io.elanus.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import java.util.Map;
import java.util.OptionalDouble;

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
   * The range that the keys {@code radius} and {@code range_filter} of a search's parameters ask
   * for.
   */
  public static ScoreRange of(Metric metric, Map<String, Object> params) {
    OptionalDouble radius = bound(params, "radius");
    OptionalDouble rangeFilter = bound(params, "range_filter");
    if (radius.isEmpty()) {
      if (rangeFilter.isPresent()) {
        throw ElanusException.invalid(
            "range_filter requires radius to be set; range_filter alone is not a valid range search parameter");
      }
      return NONE;
    }
    float outer = (float) radius.getAsDouble();
    if (metric.largerIsBetter()) {
      float inner = (float) rangeFilter.orElse(Double.POSITIVE_INFINITY);
      checkOrder(metric, inner > outer, "greater", rangeFilter, radius);
      return new ScoreRange(outer, false, inner, true);
    }
    float inner = (float) rangeFilter.orElse(Double.NEGATIVE_INFINITY);
    checkOrder(metric, inner < outer, "less", rangeFilter, radius);
    return new ScoreRange(inner, true, outer, false);
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

  private static OptionalDouble bound(Map<String, Object> params, String key) {
    Object value = params.get(key);
    return value == null
        ? OptionalDouble.empty()
        : OptionalDouble.of(ParameterValue.number(key, value));
  }

  private static void checkOrder(
      Metric metric,
      boolean ordered,
      String relation,
      OptionalDouble rangeFilter,
      OptionalDouble radius) {
    if (!ordered) {
      throw ElanusException.invalid(
          "metric type (%s), range_filter(%s) must be %s than radius(%s)"
              .formatted(
                  metric,
                  ParameterValue.print(rangeFilter.orElse(Double.NaN)),
                  relation,
                  ParameterValue.print(radius.orElseThrow())));
    }
  }
}
