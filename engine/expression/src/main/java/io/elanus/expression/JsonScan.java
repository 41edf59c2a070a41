package io.elanus.expression;

import com.google.re2j.Pattern;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON columns. A predicate sees only values of its constant's class (number, text, boolean,
 * array); for others, as for missing paths and null rows, it is UNKNOWN. Two integers compare
 * exactly, any other two numbers as doubles.
 */
final class JsonScan {
  /** TRUE or FALSE for a value of the right class; empty otherwise. */
  @FunctionalInterface
  private interface ValueTest {
    Optional<Boolean> test(Object value);
  }

  private JsonScan() {}

  static Ternary scan(Filter leaf, Operand operand, Rows rows, @Nullable Bits candidates) {
    Column.Variable column = (Column.Variable) rows.column(operand.fieldId());
    List<String> keys = operand instanceof Operand.JsonPath path ? path.keys() : List.of();
    JsonRow reader = new JsonRow(column, keys);
    if (leaf instanceof Filter.Exists) {
      Ternary answer = Scan.rows(column, candidates, reader::exists);
      return Ternary.of(answer.yes());
    }
    ValueTest test = test(leaf);
    Bits unknown = candidates == null ? Bits.all(column.rows()) : candidates.copy();
    Bits yes = Bits.none(column.rows());
    for (int row = unknown.next(0); row >= 0; row = unknown.next(row + 1)) {
      if (column.isNull(row)) {
        continue;
      }
      Optional<Boolean> answer = reader.value(row).flatMap(test::test);
      if (answer.isPresent()) {
        unknown.clear(row);
        if (answer.get()) {
          yes.set(row);
        }
      }
    }
    return new Ternary(yes, unknown);
  }

  private static ValueTest test(Filter leaf) {
    return switch (leaf) {
      case Filter.Compare compare -> value -> compare(compare.comparison(), value, compare.value());
      case Filter.Range range -> {
        Comparison low = range.lowInclusive() ? Comparison.GREATER_OR_EQUAL : Comparison.GREATER;
        Comparison high = range.highInclusive() ? Comparison.LESS_OR_EQUAL : Comparison.LESS;
        yield value ->
            compare(low, value, range.low())
                .map(above -> above && compare(high, value, range.high()).orElse(false));
      }
      case Filter.AnyOf anyOf -> anyOf(anyOf.terms());
      case Filter.Arithmetic arithmetic -> value -> arithmetic(arithmetic, value);
      case Filter.Like like -> {
        LikePattern pattern = LikePattern.of(like.pattern());
        yield text(pattern::matches);
      }
      case Filter.Regex regex -> {
        Pattern pattern = Patterns.compile(regex.pattern());
        yield text(value -> pattern.matcher(value).find());
      }
      case Filter.Contains contains ->
          value ->
              value instanceof List<?> list
                  ? Optional.of(contains(contains, list))
                  : Optional.empty();
      case Filter.ArrayLength length ->
          value ->
              value instanceof List<?> list
                  ? Optional.of(
                      length.comparison().holds(Long.compare(list.size(), length.length())))
                  : Optional.empty();
      default -> throw new IllegalStateException("not a question to JSON: " + leaf.getClass());
    };
  }

  private static ValueTest text(Predicate<String> test) {
    return value -> value instanceof String text ? Optional.of(test.test(text)) : Optional.empty();
  }

  private static Optional<Boolean> compare(Comparison comparison, Object value, Value constant) {
    return switch (constant) {
      case Value.Bool bool ->
          value instanceof Boolean other
              ? Optional.of(comparison.holds(Boolean.compare(other, bool.value())))
              : Optional.empty();
      case Value.Text text ->
          value instanceof String other
              ? Optional.of(comparison.holds(Utf8.compare(other, text.value())))
              : Optional.empty();
      case Value.Many many ->
          value instanceof List<?> list
              ? Optional.of(comparison.holds(equal(list, many) ? 0 : 1))
              : Optional.empty();
      case Value.Int integer ->
          value instanceof Long other
              ? Optional.of(comparison.holds(Long.compare(other, integer.value())))
              : asDouble(comparison, value, (double) integer.value());
      case Value.Real real -> asDouble(comparison, value, real.value());
    };
  }

  private static Optional<Boolean> asDouble(Comparison comparison, Object value, double constant) {
    return value instanceof Number number
        ? Optional.of(comparison.holds(number.doubleValue(), constant))
        : Optional.empty();
  }

  private static ValueTest anyOf(Terms terms) {
    return switch (terms) {
      case Terms.Booleans booleans ->
          value ->
              value instanceof Boolean other
                  ? Optional.of(other ? booleans.containsTrue() : booleans.containsFalse())
                  : Optional.empty();
      case Terms.Texts texts -> {
        var set = new HashSet<>(texts.sorted());
        yield text(set::contains);
      }
      case Terms.Doubles doubles -> {
        LongSet set = LongSet.ofDoubles(doubles, false);
        yield value -> inDoubles(set, value);
      }
      case Terms.Longs longs -> {
        LongSet exact = LongSet.of(longs);
        double[] rounded = Arrays.stream(longs.sorted()).asDoubleStream().toArray();
        LongSet asDoubles = LongSet.ofDoubles((Terms.Doubles) Terms.ofDoubles(rounded), false);
        yield value ->
            value instanceof Long integer
                ? Optional.of(exact.contains(integer))
                : inDoubles(asDoubles, value);
      }
    };
  }

  private static Optional<Boolean> inDoubles(LongSet set, Object value) {
    return value instanceof Number number
        ? Optional.of(set.contains(Double.doubleToLongBits(number.doubleValue() + 0.0)))
        : Optional.empty();
  }

  private static Optional<Boolean> arithmetic(Filter.Arithmetic arithmetic, Object value) {
    ArithmeticOperator operator = arithmetic.operator();
    if (value instanceof Long integer
        && arithmetic.right() instanceof Value.Int right
        && arithmetic.value() instanceof Value.Int wanted) {
      long result = operator.apply(integer, right.value());
      return Optional.of(arithmetic.comparison().holds(Long.compare(result, wanted.value())));
    }
    if (!(value instanceof Number number)) {
      return Optional.empty();
    }
    double result = operator.apply(number.doubleValue(), Constants.real(arithmetic.right()));
    return Optional.of(arithmetic.comparison().holds(result, Constants.real(arithmetic.value())));
  }

  private static boolean contains(Filter.Contains contains, List<?> list) {
    Predicate<Value> held = value -> list.stream().anyMatch(element -> equal(element, value));
    return contains.quantifier() == Filter.Quantifier.ANY
        ? contains.values().stream().anyMatch(held)
        : contains.values().stream().allMatch(held);
  }

  private static boolean equal(Object element, Value value) {
    return compare(Comparison.EQUAL, element, value).orElse(false);
  }

  private static boolean equal(List<?> list, Value.Many many) {
    if (list.size() != many.values().size()) {
      return false;
    }
    for (int i = 0; i < list.size(); i++) {
      if (!equal(list.get(i), many.values().get(i))) {
        return false;
      }
    }
    return true;
  }
}
