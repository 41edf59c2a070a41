package io.elanus.proxy;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import java.util.List;

/** Puts the rows of several columns together. */
final class RowGather {
  private RowGather() {}

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
