package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.math.BigInteger;
import java.util.stream.Collectors;

/** Folds expressions of constants and fits constants to the class of a column. */
final class Constants {
  private Constants() {}

  /** A constant of the class of {@code type}: integers widen to floating numbers, no other way. */
  static boolean fits(Value value, DataType type) {
    return switch (type) {
      case BOOL -> value instanceof Value.Bool;
      case INT8, INT16, INT32, INT64 -> value instanceof Value.Int;
      case FLOAT, DOUBLE -> isNumber(value);
      case VARCHAR -> value instanceof Value.Text;
      case JSON -> true;
      default -> false;
    };
  }

  /** The constant that {@link #fits}, in the form in which {@link Filter} carries it. */
  static Value fitted(Value value, DataType type) {
    return type.isFloating() && value instanceof Value.Int integer
        ? new Value.Real(integer.value())
        : value;
  }

  static boolean isNumber(Value value) {
    return value instanceof Value.Int || value instanceof Value.Real;
  }

  static double real(Value value) {
    return switch (value) {
      case Value.Int integer -> integer.value();
      case Value.Real real -> real.value();
      default -> throw new IllegalStateException("not a number: " + value);
    };
  }

  /** Order of two constants of one class: both numbers, both texts or both booleans. */
  static int order(Value left, Value right) {
    if (left instanceof Value.Int a && right instanceof Value.Int b) {
      return Long.compare(a.value(), b.value());
    }
    if (isNumber(left) && isNumber(right)) {
      return Double.compare(real(left) + 0.0, real(right) + 0.0);
    }
    if (left instanceof Value.Text a && right instanceof Value.Text b) {
      return Utf8.compare(a.value(), b.value());
    }
    if (left instanceof Value.Bool a && right instanceof Value.Bool b) {
      return Boolean.compare(a.value(), b.value());
    }
    throw new FilterError(
        "comparison operations cannot be applied to two incompatible operands: "
            + describe(left)
            + ", "
            + describe(right));
  }

  static Value compare(Comparison comparison, Value left, Value right) {
    if (left instanceof Value.Bool && comparison.isOrdering()) {
      throw new FilterError(
          "comparison operations cannot be applied to two incompatible operands: "
              + describe(left)
              + ", "
              + describe(right));
    }
    return new Value.Bool(comparison.holds(order(left, right)));
  }

  static Value arithmetic(ArithmeticOperator operator, Value left, Value right) {
    for (Value side : new Value[] {left, right}) {
      if (!isNumber(side)) {
        String kind =
            side instanceof Value.Bool ? "bool" : side instanceof Value.Text ? "string" : "array";
        throw new FilterError(operator.word() + " cannot apply on " + kind + " field");
      }
    }
    boolean integers = left instanceof Value.Int && right instanceof Value.Int;
    if (!integers && operator == ArithmeticOperator.MODULO) {
      throw new FilterError("modulo can only apply on integer");
    }
    if (!integers && operator.isBitwise()) {
      throw new FilterError(operator.word() + " can only apply on integer fields");
    }
    if (operator == ArithmeticOperator.DIVIDE && real(right) == 0) {
      throw new FilterError("cannot divide by zero");
    }
    if (operator == ArithmeticOperator.MODULO && real(right) == 0) {
      throw new FilterError("cannot modulo by zero");
    }
    return left instanceof Value.Int a && right instanceof Value.Int b
        ? new Value.Int(operator.apply(a.value(), b.value()))
        : new Value.Real(operator.apply(real(left), real(right)));
  }

  /** Integers stay integers while exponent and result allow it. */
  static Value power(Value base, Value exponent) {
    if (!isNumber(base) || !isNumber(exponent)) {
      throw new FilterError("power can only apply on constants");
    }
    double result = Math.pow(real(base), real(exponent));
    if (base instanceof Value.Int b
        && exponent instanceof Value.Int e
        && e.value() >= 0
        && Math.abs(result) < 0x1p63) {
      boolean small = Math.abs((double) b.value()) <= 1;
      int steps = (int) (small ? (e.value() & 1) | (e.value() > 0 ? 2 : 0) : e.value());
      BigInteger exact = BigInteger.valueOf(b.value()).pow(steps);
      return exact.bitLength() < 64 ? new Value.Int(exact.longValue()) : new Value.Real(result);
    }
    return new Value.Real(result);
  }

  static Value negate(Value value) {
    return switch (value) {
      case Value.Int integer -> new Value.Int(-integer.value());
      case Value.Real real -> new Value.Real(-real.value());
      default -> throw new FilterError("negative sign can only apply on a number");
    };
  }

  /** The value as error texts show it: {@code int64_val:1}. */
  static String describe(Value value) {
    return switch (value) {
      case Value.Bool bool -> "bool_val:" + bool.value();
      case Value.Int integer -> "int64_val:" + integer.value();
      case Value.Real real -> "float_val:" + real(real.value());
      case Value.Text text -> "string_val:\"" + FilterParser.shortened(text.value()) + "\"";
      case Value.Many many ->
          "array_val:{"
              + many.values().stream()
                  .limit(10)
                  .map(Constants::describe)
                  .collect(Collectors.joining(" "))
              + "}";
    };
  }

  private static String real(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }
}
