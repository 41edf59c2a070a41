package io.elanus.expression;

import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A superset of the values of one scalar field that a matching row can have. A node that says
 * nothing about the field leaves it unbounded.
 *
 * @param values the only values; their least and greatest are then the bounds
 * @param low inclusive; none when empty
 * @param high inclusive; none when empty
 */
record Bounds(Optional<Terms> values, Optional<Value> low, Optional<Value> high) {
  /** More values than this are not joined; their bounds still are. */
  private static final int MAX_JOINED = 1024;

  private static final Bounds NONE =
      new Bounds(Optional.empty(), Optional.empty(), Optional.empty());
  private static final Comparator<Value> ORDER = Constants::order;

  static Bounds of(Filter filter, long field) {
    return switch (filter) {
      case Filter.Compare(Operand.Field(long id, var type), Comparison comparison, Value value)
          when id == field && !(value instanceof Value.Many) ->
          compare(comparison, value);
      case Filter.AnyOf(Operand.Field(long id, var type), Terms terms) when id == field ->
          only(terms);
      case Filter.Range range
          when range.operand() instanceof Operand.Field(long id, var type) && id == field ->
          new Bounds(
              Optional.empty(),
              Optional.of(range.lowInclusive() ? range.low() : beside(range.low(), 1)),
              Optional.of(range.highInclusive() ? range.high() : beside(range.high(), -1)));
      case Filter.All all ->
          all.operands().stream()
              .map(operand -> of(operand, field))
              .reduce(NONE, Bounds::intersection);
      case Filter.Any any when !any.operands().isEmpty() ->
          any.operands().stream()
              .map(operand -> of(operand, field))
              .reduce(Bounds::union)
              .orElse(NONE);
      case Filter.Sample sample -> of(sample.filter(), field);
      case Filter.Nothing nothing -> only(Terms.none());
      default -> NONE;
    };
  }

  /** No value is left. */
  boolean isEmpty() {
    return values.map(Terms::isEmpty).orElse(false)
        || (low.isPresent() && high.isPresent() && Constants.order(low.get(), high.get()) > 0);
  }

  private static Bounds compare(Comparison comparison, Value value) {
    return switch (comparison) {
      case EQUAL -> only(Connectives.terms(List.of(value)));
      case LESS -> below(beside(value, -1));
      case LESS_OR_EQUAL -> below(value);
      case GREATER -> above(beside(value, 1));
      case GREATER_OR_EQUAL -> above(value);
      case NOT_EQUAL -> NONE;
    };
  }

  private static Bounds above(Value low) {
    return new Bounds(Optional.empty(), Optional.of(low), Optional.empty());
  }

  private static Bounds below(Value high) {
    return new Bounds(Optional.empty(), Optional.empty(), Optional.of(high));
  }

  /** The next integer; another value, and the last integer, stay, which only widens the bounds. */
  private static Value beside(Value value, int step) {
    boolean last = value.equals(new Value.Int(step > 0 ? Long.MAX_VALUE : Long.MIN_VALUE));
    return value instanceof Value.Int integer && !last
        ? new Value.Int(integer.value() + step)
        : value;
  }

  private static Bounds only(Terms terms) {
    List<Value> values = terms.values();
    return values.isEmpty()
        ? new Bounds(Optional.of(terms), Optional.empty(), Optional.empty())
        : new Bounds(
            Optional.of(terms), Optional.of(values.getFirst()), Optional.of(values.getLast()));
  }

  private Bounds intersection(Bounds other) {
    if (values.isPresent() || other.values.isPresent()) {
      List<Value> kept =
          values.or(other::values).orElseThrow().values().stream()
              .filter(value -> admits(value) && other.admits(value))
              .toList();
      return only(Connectives.terms(kept));
    }
    return new Bounds(Optional.empty(), most(low, other.low, 1), most(high, other.high, -1));
  }

  private boolean admits(Value value) {
    return values.map(terms -> holds(terms, value)).orElse(true)
        && low.map(bound -> Constants.order(bound, value) <= 0).orElse(true)
        && high.map(bound -> Constants.order(value, bound) <= 0).orElse(true);
  }

  private static boolean holds(Terms terms, Value value) {
    return switch (terms) {
      case Terms.Longs longs ->
          value instanceof Value.Int integer
              && Arrays.binarySearch(longs.sorted(), integer.value()) >= 0;
      case Terms.Texts texts ->
          value instanceof Value.Text text
              && Collections.binarySearch(texts.sorted(), text.value(), Utf8::compare) >= 0;
      case Terms.Doubles doubles -> doubles.values().contains(value);
      case Terms.Booleans booleans -> booleans.values().contains(value);
    };
  }

  private Bounds union(Bounds other) {
    if (isEmpty()) {
      return other;
    }
    if (other.isEmpty()) {
      return this;
    }
    Optional<Terms> both =
        values.flatMap(mine -> other.values.flatMap(theirs -> joined(mine, theirs)));
    return new Bounds(both, least(low, other.low), greatest(high, other.high));
  }

  private static Optional<Terms> joined(Terms left, Terms right) {
    if (left.size() + right.size() > MAX_JOINED) {
      return Optional.empty();
    }
    List<Value> values = new ArrayList<>(left.values());
    values.addAll(right.values());
    return Optional.of(Connectives.terms(values));
  }

  /** The stronger of two bounds: the greatest for sign 1, the least for -1. */
  private static Optional<Value> most(Optional<Value> left, Optional<Value> right, int sign) {
    return Stream.of(left, right)
        .flatMap(Optional::stream)
        .max(sign > 0 ? ORDER : ORDER.reversed());
  }

  private static Optional<Value> least(Optional<Value> left, Optional<Value> right) {
    return left.flatMap(a -> right.map(b -> ORDER.compare(a, b) <= 0 ? a : b));
  }

  private static Optional<Value> greatest(Optional<Value> left, Optional<Value> right) {
    return left.flatMap(a -> right.map(b -> ORDER.compare(a, b) >= 0 ? a : b));
  }
}
