package io.elanus.segment;

import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Columns of fields that a segment was written without, made when first asked for. */
final class MissingColumns {
  private final int rows;
  private final Map<Long, Column> columns = new ConcurrentHashMap<>();

  MissingColumns(int rows) {
    this.rows = rows;
  }

  Column column(FieldSchema field) {
    return columns.computeIfAbsent(field.id(), id -> ConstantColumns.of(field, rows));
  }
}
