package io.elanus.segment;

import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/** Primary keys in columns. */
final class KeyColumns {
  private KeyColumns() {}

  static int compare(Column left, int leftRow, Column right, int rightRow) {
    return switch (left) {
      case Column.Fixed fixed ->
          Long.compare(
              fixed.data().get(Column.LONG, 8L * leftRow),
              ((Column.Fixed) right).data().get(Column.LONG, 8L * rightRow));
      case Column.Variable texts -> {
        Column.Variable others = (Column.Variable) right;
        long from = texts.start(leftRow);
        long otherFrom = others.start(rightRow);
        yield compareBytes(
            texts.data(),
            from,
            from + texts.length(leftRow),
            others.data(),
            otherFrom,
            otherFrom + others.length(rightRow));
      }
      case Column.Bit bit -> throw noKey(bit);
      case Column.Array array -> throw noKey(array);
    };
  }

  static Comparable<?> key(Column column, int row) {
    return switch (column) {
      case Column.Fixed fixed -> fixed.asLong(row);
      case Column.Variable texts -> texts.text(row);
      case Column.Bit bit -> throw noKey(bit);
      case Column.Array array -> throw noKey(array);
    };
  }

  /** Lexicographic, bytes unsigned. */
  static int compareBytes(
      MemorySegment left,
      long leftFrom,
      long leftTo,
      MemorySegment right,
      long rightFrom,
      long rightTo) {
    long common = Math.min(leftTo - leftFrom, rightTo - rightFrom);
    for (long i = 0; i < common; i++) {
      int a = left.get(ValueLayout.JAVA_BYTE, leftFrom + i) & 0xFF;
      int b = right.get(ValueLayout.JAVA_BYTE, rightFrom + i) & 0xFF;
      if (a != b) {
        return a - b;
      }
    }
    return Long.compare(leftTo - leftFrom, rightTo - rightFrom);
  }

  static IllegalArgumentException noKey(Column column) {
    return new IllegalArgumentException("a primary key is Int64 or VarChar, not " + column.type());
  }
}
