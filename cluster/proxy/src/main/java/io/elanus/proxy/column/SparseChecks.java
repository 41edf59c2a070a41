package io.elanus.proxy.column;

import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;

/** Sparse vectors: rows of (uint32 index, float32 value) pairs, little-endian. */
final class SparseChecks {
  private static final long MAX_INDEX = 0xffffffffL;

  private SparseChecks() {}

  static void check(String field, Column.Variable column) {
    for (int row = 0; row < column.rows(); row++) {
      if (!column.isNull(row)) {
        checkRow(field, column, row);
      }
    }
  }

  private static void checkRow(String field, Column.Variable column, int row) {
    int length = column.length(row);
    if (length % 8 != 0) {
      throw at("invalid data length in sparse float vector: " + length, field, row);
    }
    int start = column.start(row);
    long previous = -1;
    for (int at = start; at < start + length; at += 8) {
      long index = Integer.toUnsignedLong(column.data().get(Column.INT, at));
      float value = column.data().get(Column.FLOAT, at + 4L);
      if (index == MAX_INDEX) {
        throw at("invalid index in sparse float vector: must be less than 2^32-1", field, row);
      }
      if (index <= previous) {
        throw at("unsorted or same indices in sparse float vector", field, row);
      }
      if (!Float.isFinite(value)) {
        throw at("invalid value in sparse float vector: NaN or infinity", field, row);
      }
      if (value < 0) {
        throw at("negative value in sparse float vector", field, row);
      }
      previous = index;
    }
  }

  private static ElanusException at(String sentence, String field, int row) {
    return ElanusException.invalid("%s, field: %s, row number: %d".formatted(sentence, field, row));
  }
}
