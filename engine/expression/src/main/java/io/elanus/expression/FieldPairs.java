package io.elanus.expression;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import java.lang.foreign.ValueLayout;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads two columns side by side; a null on either side makes a row unknown. */
final class FieldPairs {
  private FieldPairs() {}

  static Ternary compare(Filter.CompareFields fields, Rows rows, @Nullable Bits candidates) {
    Column left = Scan.column(fields.left(), rows);
    Column right = Scan.column(fields.right(), rows);
    Comparison comparison = fields.comparison();
    if (left instanceof Column.Fixed a
        && right instanceof Column.Fixed b
        && (a.type().isFloating() || b.type().isFloating())) {
      return both(
          left, right, candidates, row -> comparison.holds(a.asDouble(row), b.asDouble(row)));
    }
    IntUnaryOperator order = order(left, right);
    return both(left, right, candidates, row -> comparison.holds(order.applyAsInt(row)));
  }

  static Ternary startsWith(Filter.StartsWith filter, Rows rows, @Nullable Bits candidates) {
    Column.Variable text = (Column.Variable) Scan.column(filter.text(), rows);
    Column.Variable prefix = (Column.Variable) Scan.column(filter.prefix(), rows);
    return both(
        text,
        prefix,
        candidates,
        row ->
            text.length(row) >= prefix.length(row)
                && text.row(row).asSlice(0, prefix.length(row)).mismatch(prefix.row(row)) < 0);
  }

  private static IntUnaryOperator order(Column left, Column right) {
    return switch (left) {
      case Column.Fixed a -> {
        Column.Fixed b = (Column.Fixed) right;
        yield row -> Long.compare(a.asLong(row), b.asLong(row));
      }
      case Column.Bit a -> {
        Column.Bit b = (Column.Bit) right;
        yield row -> Boolean.compare(a.get(row), b.get(row));
      }
      case Column.Variable a -> {
        Column.Variable b = (Column.Variable) right;
        yield row -> TextScan.order(a, row, b.row(row).toArray(ValueLayout.JAVA_BYTE));
      }
      case Column.Array a -> throw new IllegalStateException("arrays have no order");
    };
  }

  private static Ternary both(
      Column left, Column right, @Nullable Bits candidates, Scan.RowTest test) {
    Bits unknown = Scan.nulls(right);
    Bits asked = candidates;
    if (unknown != null) {
      asked = candidates == null ? Bits.all(left.rows()) : candidates.copy();
      asked.andNot(unknown);
    }
    Ternary answer = Scan.rows(left, asked, test);
    Bits leftUnknown = answer.unknown();
    if (unknown == null) {
      return answer;
    }
    return new Ternary(answer.yes(), leftUnknown == null ? unknown : unknown.or(leftUnknown))
        .within(candidates);
  }
}
