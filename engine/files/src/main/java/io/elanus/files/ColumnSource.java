package io.elanus.files;

import io.elanus.schema.Column;
import io.elanus.schema.DataType;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Optional;

/**
 * One field to be written: its identity and the parts that a {@link RowOrder} picks rows from.
 *
 * @param dimension of dense vectors; 0 otherwise
 * @param elementType of arrays; empty otherwise
 * @param parts columns of {@code type}; borrowed while writing. A {@link Column.Fixed} whose rows
 *     are all null may come without data
 */
public record ColumnSource(
    long fieldId,
    String name,
    DataType type,
    int dimension,
    Optional<DataType> elementType,
    boolean nullable,
    List<Column> parts) {
  public ColumnSource {
    parts = List.copyOf(parts);
    for (Column part : parts) {
      if (part.type() != type) {
        throw new IllegalArgumentException("part is " + part.type() + ", field is " + type);
      }
    }
  }

  public static ColumnSource of(FieldSchema field, List<Column> parts) {
    return new ColumnSource(
        field.id(),
        field.name(),
        field.type(),
        field.dimension(),
        field.elementType(),
        field.nullable(),
        parts);
  }

  /** A field of type Int64 that is never null. */
  public static ColumnSource int64(long fieldId, String name, List<Column> parts) {
    return new ColumnSource(fieldId, name, DataType.INT64, 0, Optional.empty(), false, parts);
  }
}
