package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.Optional;

/**
 * The values between two bounds, each open, closed or absent. Every comparison of a scalar with a
 * constant is one of these; {@code !=} is the complement of {@code ==}.
 */
record Interval(
    Optional<Value> low, boolean lowInclusive, Optional<Value> high, boolean highInclusive) {

  /**
   * @param type of the column; constants are narrowed to what it can hold
   */
  static Interval of(Filter.Range range, DataType type) {
    return new Interval(
        Optional.of(narrowed(range.low(), type)),
        range.lowInclusive(),
        Optional.of(narrowed(range.high(), type)),
        range.highInclusive());
  }

  /** The values for which the comparison holds, for NOT_EQUAL those for which it does not. */
  static Interval of(Filter.Compare compare, DataType type) {
    Optional<Value> value = Optional.of(narrowed(compare.value(), type));
    return switch (compare.comparison()) {
      case EQUAL, NOT_EQUAL -> new Interval(value, true, value, true);
      case LESS -> new Interval(Optional.empty(), false, value, false);
      case LESS_OR_EQUAL -> new Interval(Optional.empty(), false, value, true);
      case GREATER -> new Interval(value, false, Optional.empty(), false);
      case GREATER_OR_EQUAL -> new Interval(value, true, Optional.empty(), false);
    };
  }

  /** A double constant meets a FLOAT column as the float nearest to it. */
  static Value narrowed(Value value, DataType type) {
    return type == DataType.FLOAT && value instanceof Value.Real real
        ? new Value.Real((double) (float) real.value())
        : value;
  }

  /** The least integer inside; greater than {@link #longHigh} when none is. */
  long longLow() {
    if (low.isEmpty()) {
      return Long.MIN_VALUE;
    }
    long bound = ((Value.Int) low.get()).value();
    return lowInclusive ? bound : bound + 1;
  }

  long longHigh() {
    if (high.isEmpty()) {
      return Long.MAX_VALUE;
    }
    long bound = ((Value.Int) high.get()).value();
    return highInclusive ? bound : bound - 1;
  }

  /** No integer is inside, because a bound excludes the last of them. */
  boolean excludesAllLongs() {
    boolean aboveAll =
        !lowInclusive && low.isPresent() && low.get().equals(new Value.Int(Long.MAX_VALUE));
    boolean belowAll =
        !highInclusive && high.isPresent() && high.get().equals(new Value.Int(Long.MIN_VALUE));
    return aboveAll || belowAll;
  }

  /** The least number inside, negative infinity without a bound. */
  double doubleLow() {
    double bound = low.map(Constants::real).orElse(Double.NEGATIVE_INFINITY);
    return lowInclusive || low.isEmpty() ? bound : above(bound);
  }

  double doubleHigh() {
    double bound = high.map(Constants::real).orElse(Double.POSITIVE_INFINITY);
    return highInclusive || high.isEmpty() ? bound : -above(-bound);
  }

  /** The next number; NaN, which nothing equals or exceeds, above infinity. */
  private static double above(double bound) {
    return bound == Double.POSITIVE_INFINITY ? Double.NaN : Math.nextUp(bound);
  }
}
