package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Columns of a field that rows were written without: its default in every row, or null. */
final class ConstantColumns {
  private ConstantColumns() {}

  static Column of(FieldSchema field, int rows) {
    ColumnBuilder builder = ColumnBuilder.of(field);
    Object value = value(field);
    for (int row = 0; row < rows; row++) {
      builder.add(value);
    }
    return builder.build();
  }

  /** Null in every row, for a writer: dense vectors come without data. */
  static Column nulls(FieldSchema field, int rows) {
    if (!field.type().isDenseVector()) {
      return of(field, rows);
    }
    MemorySegment validity = MemorySegment.ofArray(new byte[(rows + 7) / 8]);
    return new Column.Fixed(field.type(), field.dimension(), rows, validity, MemorySegment.NULL);
  }

  /** What every row reads as, in the form {@link Column#value} has. */
  static @Nullable Object value(FieldSchema field) {
    return field.defaultValue().map(Value::plain).orElse(null);
  }
}
