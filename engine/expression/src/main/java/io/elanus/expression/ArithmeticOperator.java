package io.elanus.expression;

/**
 * The operators that may stand between a field and a constant. Integers are computed in 64 bits
 * with wraparound, division truncates, the remainder has the sign of the dividend. The order is
 * part of {@link FilterCodec}'s form.
 */
public enum ArithmeticOperator {
  ADD("+", "add"),
  SUBTRACT("-", "subtract"),
  MULTIPLY("*", "multiply"),
  DIVIDE("/", "divide"),
  MODULO("%", "modulo"),
  BIT_AND("&", "bitand"),
  BIT_OR("|", "bitor"),
  BIT_XOR("^", "bitxor");

  private final String sign;
  private final String word;

  ArithmeticOperator(String sign, String word) {
    this.sign = sign;
    this.word = word;
  }

  public String sign() {
    return sign;
  }

  /** The operator's name in error texts. */
  public String word() {
    return word;
  }

  public boolean isBitwise() {
    return this == BIT_AND || this == BIT_OR || this == BIT_XOR;
  }

  public boolean isCommutative() {
    return this == ADD || this == MULTIPLY;
  }

  /** The integer result; the divisor is not zero. */
  public long apply(long left, long right) {
    return switch (this) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case BIT_AND -> left & right;
      case BIT_OR -> left | right;
      case BIT_XOR -> left ^ right;
    };
  }

  /** The floating result; bitwise operators truncate both sides to 64 bit integers first. */
  public double apply(double left, double right) {
    return switch (this) {
      case ADD -> left + right;
      case SUBTRACT -> left - right;
      case MULTIPLY -> left * right;
      case DIVIDE -> left / right;
      case MODULO -> left % right;
      case BIT_AND, BIT_OR, BIT_XOR -> apply((long) left, (long) right);
    };
  }
}
