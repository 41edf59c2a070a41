package io.elanus.expression;

import com.google.re2j.Pattern;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Answers a leaf of a filter from a scalar index, where there is one that can. */
final class IndexAnswers {
  private IndexAnswers() {}

  static Optional<Ternary> answer(Filter leaf, Rows rows, @Nullable Bits candidates) {
    return switch (leaf) {
      case Filter.Compare compare when !(compare.value() instanceof Value.Many) ->
          index(compare.operand(), rows).flatMap(index -> compare(index, compare, candidates));
      case Filter.Range range ->
          index(range.operand(), rows)
              .flatMap(index ->
                  known(
                      index,
                      between(index, Interval.of(range, range.operand().type())),
                      range.low(),
                      candidates));
      case Filter.AnyOf anyOf when !anyOf.terms().isEmpty() ->
          index(anyOf.operand(), rows)
              .flatMap(index ->
                  known(
                      index,
                      index.anyOf(narrowed(anyOf)),
                      anyOf.terms().values().getFirst(),
                      candidates));
      case Filter.Like like ->
          index(like.operand(), rows).flatMap(index -> like(index, like.pattern(), candidates));
      case Filter.Regex regex ->
          index(regex.operand(), rows)
              .flatMap(index -> {
                Pattern pattern = Patterns.compile(regex.pattern());
                Predicate<String> test = text -> pattern.matcher(text).find();
                return known(index, index.texts("", test), new Value.Text(""), candidates);
              });
      case Filter.Contains contains when !contains.values().isEmpty() ->
          contains(contains, rows, candidates);
      default -> Optional.empty();
    };
  }

  private static Optional<ColumnIndex> index(Operand operand, Rows rows) {
    return switch (operand) {
      case Operand.Field field ->
          field.type() == DataType.ARRAY || field.type() == DataType.JSON
              ? Optional.empty()
              : rows.index(field.fieldId(), List.of());
      case Operand.JsonPath path -> rows.index(path.fieldId(), path.keys());
      case Operand.Element element -> Optional.empty();
    };
  }

  private static Optional<Ternary> compare(
      ColumnIndex index, Filter.Compare compare, @Nullable Bits candidates) {
    Optional<Bits> found = between(index, Interval.of(compare, compare.operand().type()));
    Optional<Ternary> answer = known(index, found, compare.value(), candidates);
    return compare.comparison() == Comparison.NOT_EQUAL
        ? answer.map(ternary -> ternary.negated(candidates))
        : answer;
  }

  private static Optional<Bits> between(ColumnIndex index, Interval interval) {
    boolean single =
        interval.lowInclusive()
            && interval.highInclusive()
            && interval.low().isPresent()
            && interval.low().equals(interval.high());
    return single
        ? index.anyOf(Connectives.terms(List.of(interval.low().get())))
        : index.range(
            interval.low(), interval.lowInclusive(), interval.high(), interval.highInclusive());
  }

  private static Optional<Ternary> like(
      ColumnIndex index, String pattern, @Nullable Bits candidates) {
    LikePattern like = LikePattern.of(pattern);
    Optional<Bits> found =
        like.exact().isPresent()
            ? index.anyOf(Terms.ofTexts(List.of(like.exact().get())))
            : index.texts(like.prefix(), like.isPrefix() ? text -> true : like::matches);
    return known(index, found, new Value.Text(""), candidates);
  }

  /** Arrays only: each question reads "some element …". */
  private static Optional<Ternary> contains(
      Filter.Contains contains, Rows rows, @Nullable Bits candidates) {
    if (!(contains.operand() instanceof Operand.Field field) || field.type() != DataType.ARRAY) {
      return Optional.empty();
    }
    Value example = contains.values().getFirst();
    return rows.index(field.fieldId(), List.of())
        .flatMap(index -> {
          Column.Array column = (Column.Array) rows.column(field.fieldId());
          DataType element = column.elements().type();
          return known(index, elements(index, contains, element), example, candidates);
        });
  }

  private static Optional<Bits> elements(
      ColumnIndex index, Filter.Contains contains, DataType element) {
    if (contains.quantifier() == Filter.Quantifier.ANY) {
      return index.anyOf(ArrayScan.terms(contains.values(), element));
    }
    Optional<Bits> all = Optional.of(Bits.all(index.count()));
    for (Value value : contains.values()) {
      Optional<Bits> one = index.anyOf(ArrayScan.terms(List.of(value), element));
      all = all.flatMap(bits -> one.map(bits::and));
    }
    return all;
  }

  private static Optional<Ternary> known(
      ColumnIndex index, Optional<Bits> found, Value example, @Nullable Bits candidates) {
    return found.flatMap(yes ->
        index.known(example).map(known -> new Ternary(yes, known.flip()).within(candidates)));
  }

  private static Terms narrowed(Filter.AnyOf anyOf) {
    DataType type = anyOf.operand().type();
    return type == DataType.FLOAT && anyOf.terms() instanceof Terms.Doubles doubles
        ? Terms.ofDoubles(Arrays.stream(doubles.sorted()).map(value -> (float) value).toArray())
        : anyOf.terms();
  }
}
