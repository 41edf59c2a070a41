package io.elanus.expression;

import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Connectives filters by and, or. Equalities on one operand become one {@code in}, which a long
 * chain of them needs to be fast; they are UNKNOWN for the same rows, so that the result is the
 * same.
 */
final class Connectives {
  private Connectives() {}

  static Filter join(boolean conjunction, List<Filter> filters) {
    List<Filter> joined = merged(conjunction, filters);
    if (joined.size() == 1) {
      return joined.getFirst();
    }
    return conjunction ? new Filter.All(joined) : new Filter.Any(joined);
  }

  /** What equalities must share to become one list. */
  private record Place(Operand operand, Class<? extends Value> kind) {}

  private static List<Filter> merged(boolean conjunction, List<Filter> filters) {
    Map<Place, List<Value>> lists = new LinkedHashMap<>();
    List<Filter> others = new ArrayList<>();
    for (Filter filter : filters) {
      Comparison mergeable = conjunction ? Comparison.NOT_EQUAL : Comparison.EQUAL;
      if (filter instanceof Filter.Compare compare
          && compare.comparison() == mergeable
          && !(compare.value() instanceof Value.Many)) {
        Place place = new Place(compare.operand(), compare.value().getClass());
        lists.computeIfAbsent(place, key -> new ArrayList<>()).add(compare.value());
      } else {
        others.add(filter);
      }
    }
    List<Filter> joined = new ArrayList<>();
    lists.forEach((place, values) -> {
      Filter any = anyOf(place.operand(), values);
      joined.add(conjunction ? Typing.negated(any) : any);
    });
    joined.addAll(others);
    return joined;
  }

  /** {@code operand in [values]}; values of one class, numbers possibly mixed. */
  static Filter anyOf(Operand operand, List<Value> values) {
    return values.size() == 1
        ? new Filter.Compare(operand, Comparison.EQUAL, values.getFirst())
        : new Filter.AnyOf(operand, terms(values));
  }

  static Terms terms(List<Value> values) {
    if (values.isEmpty()) {
      return Terms.none();
    }
    if (values.stream().allMatch(Value.Int.class::isInstance)) {
      return Terms.ofLongs(
          values.stream().mapToLong(value -> ((Value.Int) value).value()).toArray());
    }
    if (values.stream().allMatch(Constants::isNumber)) {
      return Terms.ofDoubles(values.stream().mapToDouble(Constants::real).toArray());
    }
    if (values.stream().allMatch(Value.Text.class::isInstance)) {
      return Terms.ofTexts(values.stream().map(value -> ((Value.Text) value).value()).toList());
    }
    if (values.stream().allMatch(Value.Bool.class::isInstance)) {
      return Terms.ofBooleans(
          values.contains(new Value.Bool(false)), values.contains(new Value.Bool(true)));
    }
    throw new FilterError("the values of one list must be of one type");
  }
}
