package io.elanus.expression;

/** A node of a type-checked filter. Column names are already resolved to field ids. */
public sealed interface Filter {
  /** Every row matches. */
  record Everything() implements Filter {}

  /** No row matches. */
  record Nothing() implements Filter {}
}
