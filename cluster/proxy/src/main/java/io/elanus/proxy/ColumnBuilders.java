package io.elanus.proxy;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** Columns that the proxy makes itself. */
final class ColumnBuilders {
  private ColumnBuilders() {}

  static Column empty(FieldSchema field) {
    return ColumnBuilder.of(field).build();
  }

  /** {@code rows} times the same value. */
  static Column repeated(FieldSchema field, Object value, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (int row = 0; row < rows; row++) {
      builder.add(value);
    }
    return builder.build();
  }

  static Column nulls(FieldSchema field, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    for (int row = 0; row < rows; row++) {
      builder.addNull();
    }
    return builder.build();
  }

  /** Consecutive numbers as keys: Int64, or their decimal text. */
  static Column sequence(FieldSchema field, long first, int rows) {
    if (field.type() == DataType.VARCHAR) {
      ColumnBuilder builder = ColumnBuilder.of(field);
      for (int row = 0; row < rows; row++) {
        builder.add(Long.toString(first + row));
      }
      return builder.build();
    }
    MemorySegment data = MemorySegment.ofArray(new byte[8 * rows]);
    for (int row = 0; row < rows; row++) {
      data.set(Column.LONG, 8L * row, first + row);
    }
    return new Column.Fixed(DataType.INT64, 0, rows, null, data);
  }

  static Column keys(Keys keys) {
    ColumnBuilder builder =
        new ColumnBuilder(
            keys instanceof Keys.Longs ? DataType.INT64 : DataType.VARCHAR, 0, Optional.empty());
    for (int i = 0; i < keys.size(); i++) {
      builder.add(keys.get(i));
    }
    return builder.build();
  }

  static Column count(long count) {
    return new ColumnBuilder(DataType.INT64, 0, Optional.empty()).add(count).build();
  }
}
