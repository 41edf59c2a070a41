package io.elanus.expression;

/** A fault found in the text of a filter; {@link FilterParser} puts the envelope around it. */
final class FilterError extends RuntimeException {
  private static final long serialVersionUID = 1L;

  FilterError(String sentence) {
    super(sentence, null, false, false);
  }

  String sentence() {
    return String.valueOf(getMessage());
  }
}
