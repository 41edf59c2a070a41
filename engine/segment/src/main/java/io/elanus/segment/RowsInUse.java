package io.elanus.segment;

import io.elanus.expression.ColumnIndex;
import io.elanus.expression.Rows;
import io.elanus.schema.Column;
import java.util.List;
import java.util.Optional;

/** The rows of a sealed segment for one read, which keeps the parts that it touches. */
final class RowsInUse implements Rows {
  private final SealedRows rows;
  private final PartsInUse parts;

  RowsInUse(SealedRows rows, PartsInUse parts) {
    this.rows = rows;
    this.parts = parts;
  }

  @Override
  public int count() {
    return rows.count();
  }

  @Override
  public Column column(long fieldId) {
    return rows.column(fieldId, parts);
  }

  @Override
  public Optional<ColumnIndex> index(long fieldId, List<String> path) {
    return rows.index(new IndexedPath(fieldId, path), parts);
  }
}
