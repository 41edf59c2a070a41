package io.elanus.expression;

import io.elanus.schema.Bits;

/** Evaluates a filter over columns. */
public final class FilterEvaluator {
  private FilterEvaluator() {}

  public static Truth evaluate(Filter filter, Rows rows) {
    throw new UnsupportedOperationException("not written yet: " + filter + rows);
  }

  /**
   * @param candidates only these rows are asked about; the others are neither matching nor unknown
   */
  public static Truth evaluate(Filter filter, Rows rows, Bits candidates) {
    throw new UnsupportedOperationException("not written yet: " + filter + rows + candidates);
  }
}
