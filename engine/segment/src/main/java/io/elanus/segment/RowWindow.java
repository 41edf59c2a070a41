package io.elanus.segment;

import io.elanus.expression.Rows;
import io.elanus.schema.Column;
import java.util.HashMap;
import java.util.Map;

/** Rows [from, to) of other rows, without indexes; {@code from} is a multiple of 64. */
final class RowWindow implements Rows {
  private final Rows rows;
  private final int from;
  private final int to;
  private final Map<Long, Column> columns = new HashMap<>();

  RowWindow(Rows rows, int from, int to) {
    this.rows = rows;
    this.from = from;
    this.to = to;
  }

  @Override
  public int count() {
    return to - from;
  }

  @Override
  public Column column(long fieldId) {
    return columns.computeIfAbsent(fieldId, id -> ColumnViews.slice(rows.column(id), from, to));
  }
}
