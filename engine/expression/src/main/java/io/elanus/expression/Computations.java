package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;

/** Arithmetic in a filter: constants are folded, and one operator may stand at a field. */
final class Computations {
  private Computations() {}

  static Typed arithmetic(ArithmeticOperator operator, Typed left, Typed right) {
    if (left instanceof Typed.Constant a && right instanceof Typed.Constant b) {
      noTwoTemplates(a, b, operator.sign());
      return Typed.Constant.of(Constants.arithmetic(operator, a.value(), b.value()));
    }
    if (left instanceof Typed.Reference reference && right instanceof Typed.Constant constant) {
      return computed(reference, operator, constant);
    }
    if (left instanceof Typed.Constant constant && right instanceof Typed.Reference reference) {
      if (!operator.isCommutative()) {
        throw new FilterError("module field is not yet supported");
      }
      return computed(reference, operator, constant);
    }
    if (left instanceof Typed.Predicate || right instanceof Typed.Predicate) {
      throw new FilterError(
          "'%s' can only be used between integer or floating expressions"
              .formatted(operator.word()));
    }
    if (left instanceof Typed.Reference && right instanceof Typed.Reference) {
      throw new FilterError("not supported to do arithmetic operations between multiple fields");
    }
    throw new FilterError("complicated arithmetic operations are not supported");
  }

  static Typed power(Typed base, Typed exponent) {
    if (base instanceof Typed.Constant a && exponent instanceof Typed.Constant b) {
      noTwoTemplates(a, b, "**");
      return Typed.Constant.of(Constants.power(a.value(), b.value()));
    }
    throw new FilterError("power can only apply on constants");
  }

  static void noTwoTemplates(Typed.Constant left, Typed.Constant right, String sign) {
    if (left.template().isPresent() && right.template().isPresent()) {
      throw new FilterError(
          "placeholder was not supported between two constants with operator: " + sign);
    }
  }

  private static Typed computed(
      Typed.Reference reference, ArithmeticOperator operator, Typed.Constant constant) {
    DataType type = reference.type();
    Value right = constant.value();
    boolean arithmetic = type.isNumeric() || type == DataType.JSON;
    if (!arithmetic || !Constants.isNumber(right)) {
      throw new FilterError(
          "'%s' cannot perform arithmetic between %s field and %s"
              .formatted(operator.word(), reference.typeName(), constant.typeName()));
    }
    boolean floating = type.isFloating() || right instanceof Value.Real;
    if (floating && operator == ArithmeticOperator.MODULO) {
      throw new FilterError("modulo can only apply on integer types");
    }
    if (floating && operator.isBitwise()) {
      throw new FilterError("bitwise operations can only apply on integer types");
    }
    if (!Constants.fits(right, type)) {
      throw Predicates.cannotCast(right, type);
    }
    boolean divides =
        operator == ArithmeticOperator.DIVIDE || operator == ArithmeticOperator.MODULO;
    if (divides && Constants.real(right) == 0) {
      throw new FilterError("division or modulus by zero");
    }
    return new Typed.Computed(reference, operator, Constants.fitted(right, type));
  }
}
