package io.elanus.expression;

import io.elanus.schema.Value;
import java.util.List;

/**
 * A node of a type-checked filter. Column names are already resolved to field ids, and constants
 * have the class of what they are compared with: an integer column meets {@link Value.Int}, a
 * floating one {@link Value.Real}, a text {@link Value.Text}.
 *
 * <p>Each node is TRUE, FALSE or UNKNOWN for a row (Kleene's logic); a null, a missing JSON path, a
 * JSON value of another class and an array index beyond the end make a node UNKNOWN unless its
 * comment says otherwise. Rows for which the whole filter is TRUE match.
 */
public sealed interface Filter {
  /** Every row matches. */
  record Everything() implements Filter {}

  /** No row matches. */
  record Nothing() implements Filter {}

  /**
   * {@code operand < value}.
   *
   * @param value a {@link Value.Many} only for whole arrays and JSON, with EQUAL or NOT_EQUAL
   */
  record Compare(Operand operand, Comparison comparison, Value value) implements Filter {}

  /** {@code low < operand <= high}, with either bound open or closed. */
  record Range(Operand operand, Value low, boolean lowInclusive, Value high, boolean highInclusive)
      implements Filter {}

  /** {@code operand in [terms]}; FALSE, not UNKNOWN, for values that are there if no term is. */
  record AnyOf(Operand operand, Terms terms) implements Filter {}

  /** {@code left < right}, two columns (or elements of array columns) of one row; never JSON. */
  record CompareFields(Operand left, Comparison comparison, Operand right) implements Filter {}

  /**
   * {@code operand + right == value}.
   *
   * @param right not zero for a division or a remainder
   */
  record Arithmetic(
      Operand operand, ArithmeticOperator operator, Value right, Comparison comparison, Value value)
      implements Filter {}

  /** {@code operand like pattern}; the whole value, with {@code %}, {@code _} and {@code \}. */
  record Like(Operand operand, String pattern) implements Filter {}

  /** {@code operand =~ pattern}: RE2 syntax, found anywhere in the value. */
  record Regex(Operand operand, String pattern) implements Filter {}

  /** {@code starts_with(text, prefix)} with a column as prefix. */
  record StartsWith(Operand text, Operand prefix) implements Filter {}

  /** The column's row is null; never UNKNOWN. */
  record IsNull(long fieldId) implements Filter {}

  /** The path leads to something that is not deeply empty; never UNKNOWN. */
  record Exists(Operand.JsonPath path) implements Filter {}

  /**
   * How many of the values of {@link Contains} an array must hold. The order is part of {@link
   * FilterCodec}'s form.
   */
  enum Quantifier {
    ANY,
    ALL
  }

  /**
   * The array (a whole array column, or a JSON array) holds any or all of the values.
   *
   * @param values may be {@link Value.Many} for JSON arrays in a JSON array
   */
  record Contains(Operand operand, Quantifier quantifier, List<Value> values) implements Filter {
    public Contains {
      values = List.copyOf(values);
    }
  }

  /** {@code array_length(operand) >= length}. */
  record ArrayLength(Operand operand, Comparison comparison, long length) implements Filter {}

  record Not(Filter operand) implements Filter {}

  /**
   * FALSE where the operand, a predicate over JSON, is UNKNOWN because the path is missing or the
   * value is of another class. UNKNOWN where the whole document is null.
   */
  record Definite(Filter operand, long fieldId) implements Filter {}

  /** Conjunction; Everything when empty. */
  record All(List<Filter> operands) implements Filter {
    public All {
      operands = List.copyOf(operands);
    }
  }

  /** Disjunction; Nothing when empty. */
  record Any(List<Filter> operands) implements Filter {
    public Any {
      operands = List.copyOf(operands);
    }
  }

  /**
   * {@code filter and random_sample(fraction)}: of the n rows that match, max(1, floor(n ×
   * fraction)) by chance. Only at the root of a filter.
   *
   * @param fraction in (0, 1)
   */
  record Sample(Filter filter, double fraction) implements Filter {}
}
