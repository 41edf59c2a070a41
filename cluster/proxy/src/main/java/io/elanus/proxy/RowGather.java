package io.elanus.proxy;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.RowBatch;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Copies rows out of columns, sized in advance for dense vectors and numbers. */
final class RowGather {
  private RowGather() {}

  static RowBatch rows(RowBatch batch, int[] ordinals) {
    Map<Long, Column> taken = new LinkedHashMap<>();
    batch.columns().forEach((field, column) -> taken.put(field, rows(column, ordinals)));
    return new RowBatch(ordinals.length, taken);
  }

  static Column rows(Column column, int[] ordinals) {
    if (column instanceof Column.Fixed fixed && !fixed.hasNulls()) {
      int width = fixed.rowBytes();
      MemorySegment target =
          MemorySegment.ofArray(new byte[Math.multiplyExact(width, ordinals.length)]);
      for (int i = 0; i < ordinals.length; i++) {
        MemorySegment.copy(
            fixed.data(), (long) ordinals[i] * width, target, (long) i * width, width);
      }
      return new Column.Fixed(fixed.type(), fixed.dimension(), ordinals.length, null, target);
    }
    ColumnBuilder builder = ColumnBuilder.like(column);
    for (int ordinal : ordinals) {
      builder.addRow(column, ordinal);
    }
    return builder.build();
  }

  /** Row {@code rowOf[i]} of {@code pieces[pieceOf[i]]} for each i. */
  static Column scattered(List<Column> pieces, int[] pieceOf, int[] rowOf, ColumnBuilder builder) {
    if (pieces.size() == 1 && isWhole(rowOf, pieces.getFirst().rows())) {
      return pieces.getFirst();
    }
    for (int i = 0; i < pieceOf.length; i++) {
      builder.addRow(pieces.get(pieceOf[i]), rowOf[i]);
    }
    return builder.build();
  }

  private static boolean isWhole(int[] ordinals, int rows) {
    if (ordinals.length != rows) {
      return false;
    }
    for (int i = 0; i < rows; i++) {
      if (ordinals[i] != i) {
        return false;
      }
    }
    return true;
  }

  static long bytes(Column column) {
    long validity = column.hasNulls() ? (column.rows() + 7) / 8 : 0;
    return validity
        + switch (column) {
          case Column.Fixed fixed -> (long) fixed.rows() * fixed.rowBytes();
          case Column.Bit bit -> (bit.rows() + 7) / 8;
          case Column.Variable variable ->
              variable.start(variable.rows()) - variable.start(0) + 4L * variable.rows();
          case Column.Array array -> bytes(array.elements()) + 4L * array.rows();
        };
  }
}
