package io.elanus.schema;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rows as columns, keyed by field id. The rows of a request, of a log record, of a growing
 * segment's chunk and of an answer.
 *
 * @param rows in each column
 * @param columns in field order; every column has {@code rows} rows
 */
public record RowBatch(int rows, Map<Long, Column> columns) {
  public RowBatch {
    columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
    for (Column column : columns.values()) {
      if (column.rows() != rows) {
        throw new IllegalArgumentException(
            "column has " + column.rows() + " rows, batch has " + rows);
      }
    }
  }

  public static RowBatch empty() {
    return new RowBatch(0, Map.of());
  }

  public Optional<Column> column(long fieldId) {
    return Optional.ofNullable(columns.get(fieldId));
  }

  /** The column of a field that must be there. */
  public Column get(long fieldId) {
    Column column = columns.get(fieldId);
    if (column == null) {
      throw new IllegalArgumentException("batch has no column of field " + fieldId);
    }
    return column;
  }

  /** The rows at these ordinals, in that order, copied to the heap. */
  public RowBatch take(int[] ordinals) {
    Map<Long, Column> taken = new LinkedHashMap<>();
    columns.forEach((field, column) -> taken.put(field, column.take(ordinals)));
    return new RowBatch(ordinals.length, taken);
  }

  /**
   * Rows of several batches together: row i of the answer is row {@code rows[i]} of batch {@code
   * batches[i]}.
   *
   * @param parts with the same columns
   */
  public static RowBatch gather(List<RowBatch> parts, int[] batches, int[] rows) {
    if (batches.length == 0) {
      return parts.isEmpty() ? empty() : parts.getFirst().take(rows);
    }
    Map<Long, Column> columns = new LinkedHashMap<>();
    for (Map.Entry<Long, Column> first : parts.get(batches[0]).columns().entrySet()) {
      ColumnBuilder builder = ColumnBuilder.like(first.getValue());
      for (int i = 0; i < rows.length; i++) {
        builder.addRow(parts.get(batches[i]).get(first.getKey()), rows[i]);
      }
      columns.put(first.getKey(), builder.build());
    }
    return new RowBatch(rows.length, columns);
  }

  /** This batch with one more (or another) column. */
  public RowBatch with(long fieldId, Column column) {
    Map<Long, Column> more = new LinkedHashMap<>(columns);
    more.put(fieldId, column);
    return new RowBatch(rows, more);
  }

  /** The keys of the primary-key column {@code fieldId}. */
  public Keys keys(long fieldId) {
    return switch (get(fieldId)) {
      case Column.Fixed fixed when fixed.type() == DataType.INT64 ->
          new Keys.Longs(fixed.data().asSlice(0, 8L * rows).toArray(Column.LONG));
      case Column.Fixed other -> throw noKeys(other);
      case Column.Variable texts -> {
        String[] keys = new String[rows];
        for (int row = 0; row < rows; row++) {
          keys[row] = texts.text(row);
        }
        yield new Keys.Texts(List.of(keys));
      }
      case Column.Bit bit -> throw noKeys(bit);
      case Column.Array array -> throw noKeys(array);
    };
  }

  private static IllegalArgumentException noKeys(Column column) {
    return new IllegalArgumentException("a primary key is Int64 or VarChar, not " + column.type());
  }
}
