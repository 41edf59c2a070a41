package io.elanus.segment;

import io.elanus.schema.Column;

/**
 * A mapped column of vectors.
 *
 * @param exact over the same rows
 */
record VectorColumn(Column column, ExactVectors exact) {
  static VectorColumn of(Column column) {
    return new VectorColumn(column, new ExactVectors(() -> VectorColumns.rows(column)));
  }
}
