package io.elanus.index.scalar;

import io.elanus.expression.JsonRow;
import io.elanus.index.scalar.ScalarIndexFormat.ValueClass;
import io.elanus.schema.Bits;
import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Collects the pairs of value and row that an index is built from. */
final class IndexedValues {
  private static final long EXACT_DOUBLES = 1L << 53;

  private final ValueClass values;
  private final Bits known;
  private int pairs;
  private int[] rows = new int[1024];
  private long[] longs = new long[1024];
  private byte[][] texts = new byte[0][];
  private boolean inexact;

  private IndexedValues(ValueClass values, int rows) {
    this.values = values;
    this.known = Bits.none(rows);
    if (values == ValueClass.TEXT) {
      texts = new byte[1024][];
    }
  }

  static IndexedValues of(Column column, ScalarIndexSpec spec) {
    DataType type =
        spec.cast()
            .map(ScalarIndexSpec.JsonCast::type)
            .orElseGet(() ->
                column instanceof Column.Array array ? array.elements().type() : column.type());
    IndexedValues collected = new IndexedValues(valueClass(type), column.rows());
    if (spec.cast().isPresent()) {
      collected.readJson((Column.Variable) column, spec);
    } else {
      collected.readColumn(column);
    }
    return collected;
  }

  ValueClass valueClass() {
    return values;
  }

  /** Rows with a value of the class. */
  Bits known() {
    return known;
  }

  /** A JSON integer was met that is not itself as a double. */
  boolean inexact() {
    return inexact;
  }

  int pairs() {
    return pairs;
  }

  int row(int pair) {
    return rows[pair];
  }

  long number(int pair) {
    return longs[pair];
  }

  byte[] text(int pair) {
    return texts[pair];
  }

  private static ValueClass valueClass(DataType type) {
    return switch (type) {
      case BOOL -> ValueClass.BOOLEAN;
      case INT8, INT16, INT32, INT64 -> ValueClass.INTEGER;
      case FLOAT, DOUBLE -> ValueClass.FLOATING;
      case VARCHAR -> ValueClass.TEXT;
      default -> throw new IllegalArgumentException("no scalar index on " + type.wireName());
    };
  }

  private void readColumn(Column column) {
    for (int row = 0; row < column.rows(); row++) {
      if (column.isNull(row)) {
        continue;
      }
      known.set(row);
      if (column instanceof Column.Array array) {
        for (int i = array.start(row); i < array.start(row + 1); i++) {
          readElement(array.elements(), i, row);
        }
      } else {
        readElement(column, row, row);
      }
    }
  }

  private void readElement(Column column, int at, int row) {
    switch (column) {
      case Column.Bit bit -> add(bit.get(at) ? 1 : 0, row);
      case Column.Variable text -> add(text.row(at).toArray(ValueLayout.JAVA_BYTE), row);
      case Column.Fixed fixed -> {
        if (values == ValueClass.INTEGER) {
          add(fixed.asLong(at), row);
        } else {
          addDouble(fixed.asDouble(at), row);
        }
      }
      case Column.Array array -> throw new IllegalStateException("an array has no arrays");
    }
  }

  private void readJson(Column.Variable column, ScalarIndexSpec spec) {
    JsonRow reader = new JsonRow(column, spec.path());
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row)) {
        int at = row;
        reader.value(row).ifPresent(value -> addJson(value, at));
      }
    }
  }

  private void addJson(Object value, int row) {
    switch (value) {
      case Boolean bool when values == ValueClass.BOOLEAN -> {
        known.set(row);
        add(bool ? 1 : 0, row);
      }
      case String text when values == ValueClass.TEXT -> {
        known.set(row);
        add(text.getBytes(StandardCharsets.UTF_8), row);
      }
      case Number number when values == ValueClass.FLOATING -> {
        known.set(row);
        inexact |=
            number instanceof Long integer && (integer > EXACT_DOUBLES || integer < -EXACT_DOUBLES);
        addDouble(number.doubleValue(), row);
      }
      default -> {}
    }
  }

  private void addDouble(double value, int row) {
    if (!Double.isNaN(value)) {
      add(SortableDoubles.encode(value), row);
    }
  }

  private void add(long value, int row) {
    next(row);
    if (longs.length < pairs) {
      longs = Arrays.copyOf(longs, rows.length);
    }
    longs[pairs - 1] = value;
  }

  private void add(byte[] text, int row) {
    next(row);
    if (texts.length < pairs) {
      texts = Arrays.copyOf(texts, rows.length);
    }
    texts[pairs - 1] = text;
  }

  private void next(int row) {
    if (pairs == rows.length) {
      rows = Arrays.copyOf(rows, rows.length * 2);
    }
    rows[pairs++] = row;
  }
}
