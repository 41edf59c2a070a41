package io.elanus.expression;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.jspecify.annotations.Nullable;

/** Answers a leaf of a filter by reading the column. */
final class Scan {
  private Scan() {}

  /** What a row that is not null answers. */
  @FunctionalInterface
  interface RowTest {
    boolean test(int row);
  }

  static Ternary scan(Filter leaf, Rows rows, @Nullable Bits candidates) {
    return switch (leaf) {
      case Filter.IsNull isNull -> isNull(rows, isNull, candidates);
      case Filter.Exists exists -> JsonScan.scan(exists, exists.path(), rows, candidates);
      case Filter.Compare compare -> compare(compare, rows, candidates);
      case Filter.Range range -> {
        Operand operand = range.operand();
        yield isJson(operand)
            ? JsonScan.scan(range, operand, rows, candidates)
            : range(column(operand, rows), Interval.of(range, operand.type()), candidates);
      }
      case Filter.AnyOf anyOf -> anyOf(anyOf, rows, candidates);
      case Filter.CompareFields fields -> FieldPairs.compare(fields, rows, candidates);
      case Filter.StartsWith startsWith -> FieldPairs.startsWith(startsWith, rows, candidates);
      case Filter.Arithmetic arithmetic ->
          isJson(arithmetic.operand())
              ? JsonScan.scan(arithmetic, arithmetic.operand(), rows, candidates)
              : arithmetic(arithmetic, rows, candidates);
      case Filter.Like like ->
          isJson(like.operand())
              ? JsonScan.scan(like, like.operand(), rows, candidates)
              : TextScan.like(texts(like.operand(), rows), like.pattern(), candidates);
      case Filter.Regex regex ->
          isJson(regex.operand())
              ? JsonScan.scan(regex, regex.operand(), rows, candidates)
              : TextScan.regex(texts(regex.operand(), rows), regex.pattern(), candidates);
      case Filter.Contains contains ->
          isJson(contains.operand())
              ? JsonScan.scan(contains, contains.operand(), rows, candidates)
              : ArrayScan.contains(contains, array(contains.operand(), rows), candidates);
      case Filter.ArrayLength length ->
          isJson(length.operand())
              ? JsonScan.scan(length, length.operand(), rows, candidates)
              : ArrayScan.length(length, array(length.operand(), rows), candidates);
      case Filter.Everything everything -> throw notALeaf(leaf);
      case Filter.Nothing nothing -> throw notALeaf(leaf);
      case Filter.Not not -> throw notALeaf(leaf);
      case Filter.Definite definite -> throw notALeaf(leaf);
      case Filter.All all -> throw notALeaf(leaf);
      case Filter.Any any -> throw notALeaf(leaf);
      case Filter.Sample sample -> throw notALeaf(leaf);
    };
  }

  /** The column that an operand reads; elements of an array are gathered into one of their own. */
  static Column column(Operand operand, Rows rows) {
    Column column = rows.column(operand.fieldId());
    return operand instanceof Operand.Element element
        ? ArrayScan.elements((Column.Array) column, element.index())
        : column;
  }

  /** Rows for which {@code test} holds; null rows are unknown. */
  static Ternary rows(Column column, @Nullable Bits candidates, RowTest test) {
    Bits unknown = nulls(column);
    Bits asked = candidates == null ? Bits.all(column.rows()) : candidates.copy();
    if (unknown != null) {
      asked.andNot(unknown);
    }
    for (int row = asked.next(0); row >= 0; row = asked.next(row + 1)) {
      if (!test.test(row)) {
        asked.clear(row);
      }
    }
    return new Ternary(asked, unknown).within(candidates);
  }

  /** An answer over all rows, placeholders of null rows included, put right. */
  static Ternary settle(Bits yes, Column column, @Nullable Bits candidates) {
    Bits unknown = nulls(column);
    if (unknown != null) {
      yes.andNot(unknown);
    }
    return new Ternary(yes, unknown).within(candidates);
  }

  /** The null rows; null when the column has no validity buffer. */
  static @Nullable Bits nulls(Column column) {
    MemorySegment validity = column.validity();
    if (validity == null) {
      return null;
    }
    Bits valid = Bits.none(column.rows());
    copyBits(validity, valid);
    return valid.flip();
  }

  /** Copies {@code to.size()} bits of a buffer. */
  static void copyBits(MemorySegment from, Bits to) {
    long[] words = to.words();
    int bytes = (to.size() + 7) >>> 3;
    for (int i = 0; i < bytes >>> 3; i++) {
      words[i] = from.get(Column.LONG, 8L * i);
    }
    for (int i = bytes & ~7; i < bytes; i++) {
      words[i >>> 3] |= (from.get(ValueLayout.JAVA_BYTE, i) & 0xffL) << (8 * (i & 7));
    }
    if ((to.size() & 63) != 0) {
      words[words.length - 1] &= -1L >>> (64 - (to.size() & 63));
    }
  }

  /** Rows of a scalar column with a value in the interval. */
  static Ternary range(Column column, Interval interval, @Nullable Bits candidates) {
    return switch (column) {
      case Column.Fixed fixed -> NumberScan.range(fixed, interval, candidates);
      case Column.Variable texts -> TextScan.range(texts, interval, candidates);
      case Column.Bit bit -> throw new IllegalStateException("booleans have no order");
      case Column.Array array -> throw new IllegalStateException("arrays have no order");
    };
  }

  /** Rows of a scalar column with one of the values. */
  static Ternary terms(Column column, Terms terms, @Nullable Bits candidates) {
    if (terms.isEmpty()) {
      return settle(Bits.none(column.rows()), column, candidates);
    }
    return switch (column) {
      case Column.Fixed fixed -> NumberScan.terms(fixed, terms, candidates);
      case Column.Variable texts -> TextScan.terms(texts, (Terms.Texts) terms, candidates);
      case Column.Bit bit -> booleans(bit, (Terms.Booleans) terms, candidates);
      case Column.Array array -> throw new IllegalStateException("an array is no term");
    };
  }

  private static Ternary booleans(Column.Bit bit, Terms.Booleans terms, @Nullable Bits candidates) {
    Bits yes = Bits.none(bit.rows());
    if (terms.containsTrue()) {
      copyBits(bit.data(), yes);
    }
    if (terms.containsFalse()) {
      Bits no = Bits.none(bit.rows());
      copyBits(bit.data(), no);
      yes.or(no.flip());
    }
    return settle(yes, bit, candidates);
  }

  private static Ternary isNull(Rows rows, Filter.IsNull isNull, @Nullable Bits candidates) {
    Bits nulls = nulls(rows.column(isNull.fieldId()));
    return Ternary.of(nulls == null ? Bits.none(rows.count()) : nulls).within(candidates);
  }

  private static Ternary compare(Filter.Compare compare, Rows rows, @Nullable Bits candidates) {
    Operand operand = compare.operand();
    if (isJson(operand)) {
      return JsonScan.scan(compare, operand, rows, candidates);
    }
    Column column = column(operand, rows);
    boolean negated = compare.comparison() == Comparison.NOT_EQUAL;
    Ternary answer =
        switch (compare.value()) {
          case Value.Many many -> ArrayScan.equal((Column.Array) column, many, candidates);
          case Value.Bool bool ->
              terms(column, Terms.ofBooleans(!bool.value(), bool.value()), candidates);
          default -> range(column, Interval.of(compare, operand.type()), candidates);
        };
    return negated ? answer.negated(candidates) : answer;
  }

  private static Ternary anyOf(Filter.AnyOf anyOf, Rows rows, @Nullable Bits candidates) {
    return isJson(anyOf.operand())
        ? JsonScan.scan(anyOf, anyOf.operand(), rows, candidates)
        : terms(column(anyOf.operand(), rows), anyOf.terms(), candidates);
  }

  private static Ternary arithmetic(
      Filter.Arithmetic arithmetic, Rows rows, @Nullable Bits candidates) {
    Column.Fixed column = (Column.Fixed) column(arithmetic.operand(), rows);
    ArithmeticOperator operator = arithmetic.operator();
    Comparison comparison = arithmetic.comparison();
    if (arithmetic.right() instanceof Value.Int right
        && arithmetic.value() instanceof Value.Int value) {
      long constant = right.value();
      long wanted = value.value();
      return rows(
          column,
          candidates,
          row ->
              comparison.holds(Long.compare(operator.apply(column.asLong(row), constant), wanted)));
    }
    double constant = Constants.real(arithmetic.right());
    double wanted = Constants.real(arithmetic.value());
    return rows(
        column,
        candidates,
        row -> comparison.holds(operator.apply(column.asDouble(row), constant), wanted));
  }

  private static Column.Variable texts(Operand operand, Rows rows) {
    return (Column.Variable) column(operand, rows);
  }

  private static Column.Array array(Operand operand, Rows rows) {
    return (Column.Array) rows.column(operand.fieldId());
  }

  private static boolean isJson(Operand operand) {
    return operand.type() == DataType.JSON;
  }

  private static IllegalStateException notALeaf(Filter filter) {
    return new IllegalStateException("not a leaf: " + filter.getClass());
  }
}
