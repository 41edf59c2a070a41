package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import java.math.BigDecimal;
import java.util.Optional;

/** The bounds of a range search (Milvus documentation, "Range Search"). */
final class RangeOptions {
  private RangeOptions() {}

  static Reads.Range of(SearchOptions options, Metric metric) {
    Optional<Float> radius = options.number("radius");
    Optional<Float> filter = options.number("range_filter");
    if (filter.isPresent() && radius.isEmpty()) {
      throw ElanusException.invalid(
          "range_filter requires radius to be set; range_filter alone is not a valid range search"
              + " parameter");
    }
    if (radius.isEmpty()) {
      return Reads.Range.NONE;
    }
    if (filter.isPresent()) {
      float bound = filter.get();
      float from = radius.get();
      if (metric.largerIsBetter() ? bound <= from : bound >= from) {
        throw ElanusException.invalid(
            "metric type (%s), range_filter(%s) must be %s than radius(%s)"
                .formatted(
                    metric,
                    print(bound),
                    metric.largerIsBetter() ? "greater" : "less",
                    print(from)));
      }
    }
    return new Reads.Range(radius, filter);
  }

  private static String print(float number) {
    return Float.isInfinite(number)
        ? Float.toString(number)
        : new BigDecimal(Float.toString(number)).stripTrailingZeros().toPlainString();
  }
}
