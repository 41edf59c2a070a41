package io.elanus.expression;

import io.elanus.schema.Value;
import java.util.List;

/**
 * What a text says before names and types are known; independent of any schema, so that it can be
 * kept for the next request. Its depth is bounded by {@link SyntaxReader}.
 */
sealed interface Syntax {
  record Constant(Value value) implements Syntax {}

  record Template(String name) implements Syntax {}

  record Name(String name) implements Syntax {}

  /** {@code name["a"][0]}. */
  record Subscripted(String name, List<Subscript> subscripts) implements Syntax {}

  /**
   * One key in brackets.
   *
   * @param quoted a text in quotes; otherwise a decimal integer
   */
  record Subscript(String key, boolean quoted) {}

  /** {@code name[sub]} or {@code name[0][sub]}. */
  record StructField(String name, String subField, String text) implements Syntax {}

  /** {@code $[sub]}. */
  record ElementField(String text) implements Syntax {}

  /** A list with elements that are not plain literals. */
  record ListOf(List<Syntax> elements, List<String> texts) implements Syntax {}

  enum Sign {
    PLUS,
    MINUS,
    COMPLEMENT,
    NOT
  }

  record Prefix(Sign sign, Syntax operand) implements Syntax {}

  record Exists(Syntax operand) implements Syntax {}

  record NullTest(Syntax operand, boolean negated, String text) implements Syntax {}

  record Arithmetic(ArithmeticOperator operator, Syntax left, Syntax right) implements Syntax {}

  record Power(Syntax base, Syntax exponent) implements Syntax {}

  record Relation(Comparison comparison, Syntax left, Syntax right) implements Syntax {}

  /** {@code low first middle second high}, for example {@code 1 < f <= 2}. */
  record Between(
      Syntax low,
      Comparison first,
      Syntax middle,
      Comparison second,
      Syntax high,
      String lowText,
      String highText)
      implements Syntax {}

  record Membership(
      Syntax operand, boolean negated, Syntax list, String operandText, String listText)
      implements Syntax {}

  record Like(Syntax operand, Syntax pattern, String patternText) implements Syntax {}

  record Matching(Syntax operand, boolean negated, Syntax pattern, String patternText)
      implements Syntax {}

  /**
   * Operands joined by {@code and} or {@code or}.
   *
   * @param operands at least two
   */
  record Chain(boolean conjunction, List<Syntax> operands) implements Syntax {}

  record Call(String name, List<Syntax> arguments, List<String> texts, List<Option> options)
      implements Syntax {}

  /** {@code threshold=2} inside a call. */
  record Option(String name, Syntax value) {}

  /** {@code ISO '…'} or {@code INTERVAL '…'}. */
  record Time(String text) implements Syntax {}
}
