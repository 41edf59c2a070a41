package io.elanus.expression;

import io.elanus.schema.DataType;
import java.util.List;

/**
 * Gives a filter the answers that JSON predicates had before Milvus 3.0
 * (docs/decisions/0005-absent-json-by-client.md).
 */
final class AbsentIsFalse {
  private AbsentIsFalse() {}

  static Filter rewrite(Filter filter) {
    return switch (filter) {
      case Filter.Not not -> new Filter.Not(rewrite(not.operand()));
      case Filter.All all -> new Filter.All(rewrite(all.operands()));
      case Filter.Any any -> new Filter.Any(rewrite(any.operands()));
      case Filter.Sample sample -> new Filter.Sample(rewrite(sample.filter()), sample.fraction());
      case Filter.Compare compare -> compare(compare);
      case Filter.Range range -> definite(range, range.operand());
      case Filter.AnyOf anyOf -> definite(anyOf, anyOf.operand());
      case Filter.Arithmetic arithmetic -> definite(arithmetic, arithmetic.operand());
      case Filter.Like like -> definite(like, like.operand());
      case Filter.Regex regex -> definite(regex, regex.operand());
      case Filter.Contains contains -> definite(contains, contains.operand());
      case Filter.ArrayLength length -> definite(length, length.operand());
      case Filter.Everything everything -> everything;
      case Filter.Nothing nothing -> nothing;
      case Filter.CompareFields fields -> fields;
      case Filter.StartsWith startsWith -> startsWith;
      case Filter.IsNull isNull -> isNull;
      case Filter.Exists exists -> exists;
      case Filter.Definite definite -> definite;
    };
  }

  private static List<Filter> rewrite(List<Filter> filters) {
    return filters.stream().map(AbsentIsFalse::rewrite).toList();
  }

  /** What is not there is not equal to anything. */
  private static Filter compare(Filter.Compare compare) {
    if (compare.comparison() != Comparison.NOT_EQUAL) {
      return definite(compare, compare.operand());
    }
    Filter equal = new Filter.Compare(compare.operand(), Comparison.EQUAL, compare.value());
    Filter definite = definite(equal, compare.operand());
    return definite == equal ? compare : new Filter.Not(definite);
  }

  private static Filter definite(Filter leaf, Operand operand) {
    return operand.type() == DataType.JSON ? new Filter.Definite(leaf, operand.fieldId()) : leaf;
  }
}
