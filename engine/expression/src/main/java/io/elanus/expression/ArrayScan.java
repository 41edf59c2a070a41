package io.elanus.expression;

import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads columns of arrays. A question about elements is asked of the column of all elements first;
 * a row then looks at its own range of the answers.
 */
final class ArrayScan {
  private ArrayScan() {}

  /** Element {@code index} of each row as a column; null where the row has no such element. */
  static Column elements(Column.Array arrays, int index) {
    ColumnBuilder gathered = ColumnBuilder.like(arrays.elements());
    for (int row = 0; row < arrays.rows(); row++) {
      if (arrays.isNull(row) || arrays.length(row) <= index) {
        gathered.addNull();
      } else {
        gathered.addRow(arrays.elements(), arrays.start(row) + index);
      }
    }
    return gathered.build();
  }

  static Ternary length(Filter.ArrayLength length, Column.Array column, @Nullable Bits candidates) {
    return Scan.rows(
        column,
        candidates,
        row -> length.comparison().holds(Long.compare(column.length(row), length.length())));
  }

  static Ternary contains(
      Filter.Contains contains, Column.Array column, @Nullable Bits candidates) {
    DataType element = column.elements().type();
    if (contains.quantifier() == Filter.Quantifier.ANY) {
      return holdsAny(column, terms(contains.values(), element), candidates);
    }
    Ternary answer = Scan.settle(Bits.all(column.rows()), column, candidates);
    for (Value value : contains.values()) {
      answer.yes().and(holdsAny(column, terms(List.of(value), element), candidates).yes());
    }
    return answer;
  }

  /** Rows whose elements are these values in this order. */
  static Ternary equal(Column.Array column, Value.Many many, @Nullable Bits candidates) {
    List<Value> values =
        many.values().stream()
            .map(value -> Interval.narrowed(value, column.elements().type()))
            .toList();
    return Scan.rows(
        column,
        candidates,
        row -> {
          if (column.length(row) != values.size()) {
            return false;
          }
          for (int i = 0; i < values.size(); i++) {
            if (!equal(column.elements(), column.start(row) + i, values.get(i))) {
              return false;
            }
          }
          return true;
        });
  }

  static Terms terms(List<Value> values, DataType element) {
    return Connectives.terms(
        values.stream().map(value -> Interval.narrowed(value, element)).toList());
  }

  private static Ternary holdsAny(Column.Array column, Terms terms, @Nullable Bits candidates) {
    Bits found = Scan.terms(column.elements(), terms, null).yes();
    return Scan.rows(
        column,
        candidates,
        row -> {
          int first = found.next(column.start(row));
          return first >= 0 && first < column.start(row + 1);
        });
  }

  private static boolean equal(Column elements, int at, Value value) {
    return switch (value) {
      case Value.Bool bool -> ((Column.Bit) elements).get(at) == bool.value();
      case Value.Int integer -> ((Column.Fixed) elements).asLong(at) == integer.value();
      case Value.Real real -> ((Column.Fixed) elements).asDouble(at) == real.value();
      case Value.Text text ->
          TextScan.equal((Column.Variable) elements, at, Utf8.bytes(text.value()));
      case Value.Many many -> false;
    };
  }
}
