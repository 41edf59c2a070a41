package io.elanus.expression;

import io.elanus.schema.Column;
import io.elanus.schema.RowBatch;
import java.util.List;
import java.util.Optional;

/** The rows that a filter is evaluated over: a segment, or one chunk of a growing one. */
public interface Rows {
  int count();

  /**
   * The column of a field, with {@link #count} rows. A field that these rows lack reads as its
   * default or as nulls.
   */
  Column column(long fieldId);

  /**
   * An index over the field that covers exactly these rows.
   *
   * @param path keys of a JSON path; empty for the field itself
   */
  default Optional<ColumnIndex> index(long fieldId, List<String> path) {
    return Optional.empty();
  }

  /** Rows without an index. */
  static Rows of(RowBatch batch) {
    return new Rows() {
      @Override
      public int count() {
        return batch.rows();
      }

      @Override
      public Column column(long fieldId) {
        return batch.get(fieldId);
      }
    };
  }
}
