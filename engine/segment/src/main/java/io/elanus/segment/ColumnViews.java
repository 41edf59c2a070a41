package io.elanus.segment;

import io.elanus.schema.Column;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Rows [from, to) of a column without a copy; {@code from} is a multiple of 8. */
final class ColumnViews {
  private ColumnViews() {}

  static Column slice(Column column, int from, int to) {
    if (from == 0 && to == column.rows()) {
      return column;
    }
    int rows = to - from;
    MemorySegment validity = bits(column.validity(), from, rows);
    return switch (column) {
      case Column.Fixed fixed -> {
        long rowBytes = fixed.rowBytes();
        yield new Column.Fixed(
            fixed.type(),
            fixed.dimension(),
            rows,
            validity,
            fixed.data().asSlice(from * rowBytes, rows * rowBytes));
      }
      case Column.Bit bit ->
          new Column.Bit(rows, validity, bit.data().asSlice(from / 8, (rows + 7) / 8));
      case Column.Variable texts ->
          new Column.Variable(
              texts.type(), rows, validity, offsets(texts.offsets(), from, rows), texts.data());
      case Column.Array array ->
          new Column.Array(rows, validity, offsets(array.offsets(), from, rows), array.elements());
    };
  }

  private static MemorySegment offsets(MemorySegment offsets, int from, int rows) {
    return offsets.asSlice(4L * from, 4L * rows + 4);
  }

  private static @Nullable MemorySegment bits(@Nullable MemorySegment bits, int from, int rows) {
    return bits == null ? null : bits.asSlice(from / 8, (rows + 7) / 8);
  }
}
