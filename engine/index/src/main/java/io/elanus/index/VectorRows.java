package io.elanus.index;

import io.elanus.schema.Bits;
import io.elanus.schema.DataType;

/**
 * Rows of one vector column, borrowed by whoever receives them for the time of a build or the life
 * of an exact index.
 */
public sealed interface VectorRows permits DenseRows, SparseRows {
  DataType type();

  /** Rows, nulls counted. */
  int count();

  /** Rows that hold a vector; a null row is in no index and is never returned. */
  Bits present();
}
