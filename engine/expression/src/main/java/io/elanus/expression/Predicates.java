package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.List;

/** Types comparisons, ranges, lists and tests for null. */
final class Predicates {
  private final Typing typing;

  Predicates(Typing typing) {
    this.typing = typing;
  }

  Typed compare(Comparison comparison, Typed left, Typed right) {
    if (left instanceof Typed.Constant a && right instanceof Typed.Constant b) {
      Computations.noTwoTemplates(a, b, comparison.sign());
      return Typed.Constant.of(Constants.compare(comparison, a.value(), b.value()));
    }
    if (left instanceof Typed.Constant a) {
      return new Typed.Predicate(
          withConstant(right, comparison.mirrored(), a, notComparable(left, right)));
    }
    if (right instanceof Typed.Constant b) {
      return new Typed.Predicate(withConstant(left, comparison, b, notComparable(left, right)));
    }
    return new Typed.Predicate(withoutConstant(left, comparison, right));
  }

  Typed between(Syntax.Between between) {
    Typed low = typing.type(between.low());
    Typed middle = typing.type(between.middle());
    Typed high = typing.type(between.high());
    if (isUpward(between.first()) != isUpward(between.second())) {
      Typed first = compare(between.first(), low, middle);
      return compare(between.second(), first, high);
    }
    if (!(middle instanceof Typed.Reference reference)) {
      throw new FilterError("invalid range operations: the middle must be a field");
    }
    boolean upward = isUpward(between.first());
    Bound first = new Bound(low, between.first(), between.lowText());
    Bound second = new Bound(high, between.second(), between.highText());
    return new Typed.Predicate(range(reference, upward ? first : second, upward ? second : first));
  }

  Typed membership(Syntax.Membership membership) {
    Typed operand = typing.type(membership.operand());
    if (!(operand instanceof Typed.Reference reference)) {
      throw new FilterError(
          "'term' can only be used on single field, but got: " + membership.operandText());
    }
    Typed list = typing.type(membership.list());
    if (!(list instanceof Typed.Constant(Value.Many many, var template))) {
      throw notAList(list, membership.listText());
    }
    if (reference.isWholeArray() && !many.values().isEmpty()) {
      throw new FilterError(
          "an array cannot be in a list; use array_contains_any on " + reference.field().name());
    }
    if (reference.type() == DataType.JSON && many.values().isEmpty()) {
      // The empty list is not asked about, not even where the document is null.
      return Typed.Constant.of(new Value.Bool(membership.negated()));
    }
    Filter filter =
        Connectives.anyOf(
            reference.operand(),
            many.values().stream().map(value -> term(value, reference)).toList());
    return new Typed.Predicate(membership.negated() ? Typing.negated(filter) : filter);
  }

  Typed exists(Typed operand) {
    if (!(operand instanceof Typed.Reference reference) || reference.type() != DataType.JSON) {
      throw new FilterError(
          "exists operations are only supportted on json field, got:" + operand.typeName());
    }
    if (!(reference.operand() instanceof Operand.JsonPath path)) {
      throw new FilterError("exists operations are only supportted on json key");
    }
    return new Typed.Predicate(new Filter.Exists(path));
  }

  Typed nullTest(Syntax.NullTest test) {
    if (!(typing.type(test.operand()) instanceof Typed.Reference reference)) {
      throw new FilterError(
          "IsNull/IsNotNull operations can only be applied on a field, got: " + test.text());
    }
    if (reference.field().type().isVector()) {
      throw new FilterError("IsNull/IsNotNull operations are not supported on vector fields");
    }
    Filter isNull =
        switch (reference.operand()) {
          case Operand.Field field ->
              reference.field().nullable() || reference.field().dynamic()
                  ? new Filter.IsNull(field.fieldId())
                  : new Filter.Nothing();
          case Operand.JsonPath path -> new Filter.Not(new Filter.Exists(path));
          case Operand.Element element ->
              throw new FilterError(
                  "IsNull/IsNotNull operations are not supported on array element access, got: "
                      + test.text());
        };
    return new Typed.Predicate(test.negated() ? Typing.negated(isNull) : isNull);
  }

  static FilterError cannotCast(Value value, DataType type) {
    return new FilterError(
        "cannot cast value to " + type.wireName() + ", value: " + Constants.describe(value));
  }

  private record Bound(Typed value, Comparison comparison, String text) {
    boolean inclusive() {
      return comparison == Comparison.LESS_OR_EQUAL || comparison == Comparison.GREATER_OR_EQUAL;
    }

    Value constant(String side) {
      if (value instanceof Typed.Constant constant) {
        return constant.value();
      }
      throw new FilterError(side + " cannot be a non-const expression: " + text);
    }
  }

  private static boolean isUpward(Comparison comparison) {
    return comparison == Comparison.LESS || comparison == Comparison.LESS_OR_EQUAL;
  }

  private static FilterError notComparable(Typed left, Typed right) {
    return new FilterError(
        "comparisons between %s and %s are not supported"
            .formatted(left.typeName(), right.typeName()));
  }

  private static Filter withConstant(
      Typed operand, Comparison comparison, Typed.Constant constant, FilterError mismatch) {
    Value value = constant.value();
    return switch (operand) {
      case Typed.Reference reference ->
          reference.isWholeArray()
              ? wholeArray(reference, comparison, value)
              : new Filter.Compare(
                  reference.operand(),
                  comparison,
                  comparable(reference, comparison, value, mismatch));
      case Typed.Computed computed -> {
        if (!Constants.isNumber(value)) {
          throw mismatch;
        }
        DataType type = computed.reference().type();
        if (!Constants.fits(value, type)) {
          throw cannotCast(value, type);
        }
        yield new Filter.Arithmetic(
            computed.reference().operand(),
            computed.operator(),
            computed.right(),
            comparison,
            Constants.fitted(value, type));
      }
      case Typed.Length length -> {
        if (!(value instanceof Value.Int integer)) {
          throw Constants.isNumber(value) ? cannotCast(value, DataType.INT64) : mismatch;
        }
        yield new Filter.ArrayLength(length.reference().operand(), comparison, integer.value());
      }
      case Typed.Predicate predicate -> throw mismatch;
      case Typed.Constant other -> throw mismatch;
    };
  }

  private static Value comparable(
      Typed.Reference reference, Comparison comparison, Value value, FilterError mismatch) {
    DataType type = reference.type();
    boolean bothNumbers = type.isNumeric() && Constants.isNumber(value);
    if (!Constants.fits(value, type)) {
      throw bothNumbers ? cannotCast(value, type) : mismatch;
    }
    if (comparison.isOrdering() && value instanceof Value.Bool) {
      throw new FilterError("invalid range operations on boolean expr");
    }
    if (comparison.isOrdering() && value instanceof Value.Many) {
      throw new FilterError("can not comparisons array fields directly");
    }
    return Constants.fitted(value, type);
  }

  private static Filter wholeArray(Typed.Reference reference, Comparison comparison, Value value) {
    if (comparison.isOrdering() || !(value instanceof Value.Many many) || many.values().isEmpty()) {
      throw new FilterError("can not comparisons array fields directly");
    }
    DataType element = reference.elementType();
    for (Value each : many.values()) {
      if (!Constants.fits(each, element)) {
        throw cannotCast(each, element);
      }
    }
    List<Value> fitted =
        many.values().stream().map(each -> Constants.fitted(each, element)).toList();
    return new Filter.Compare(reference.operand(), comparison, new Value.Many(fitted));
  }

  private static Filter withoutConstant(Typed left, Comparison comparison, Typed right) {
    if (left instanceof Typed.Computed || right instanceof Typed.Computed) {
      throw new FilterError("not supported to do arithmetic operations between multiple fields");
    }
    if (!(left instanceof Typed.Reference a) || !(right instanceof Typed.Reference b)) {
      throw notComparable(left, right);
    }
    if (a.type() == DataType.JSON || b.type() == DataType.JSON) {
      throw new FilterError("two column comparison with JSON type is not supported");
    }
    if (a.isWholeArray() || b.isWholeArray()) {
      throw new FilterError("can not comparisons array fields directly");
    }
    boolean numbers = a.type().isNumeric() && b.type().isNumeric();
    boolean same = a.type() == b.type() && !a.type().isVector();
    if (!numbers && !same) {
      throw notComparable(left, right);
    }
    if (a.type() == DataType.BOOL && comparison.isOrdering()) {
      throw new FilterError("invalid range operations on boolean expr");
    }
    return new Filter.CompareFields(a.operand(), comparison, b.operand());
  }

  private static Filter range(Typed.Reference reference, Bound lower, Bound upper) {
    Value low = lower.constant("lowerbound");
    Value high = upper.constant("upperbound");
    DataType type = reference.type();
    if (reference.isWholeArray()) {
      throw new FilterError("can not comparisons array fields directly");
    }
    if (type == DataType.BOOL || low instanceof Value.Bool || high instanceof Value.Bool) {
      throw new FilterError("invalid range operations on boolean expr");
    }
    boolean oneClass =
        (Constants.isNumber(low) && Constants.isNumber(high))
            || (low instanceof Value.Text && high instanceof Value.Text);
    if (!oneClass || !Constants.fits(low, type) || !Constants.fits(high, type)) {
      throw new FilterError("invalid range operations");
    }
    int order = Constants.order(low, high);
    if (order > 0 || (order == 0 && !(lower.inclusive() && upper.inclusive()))) {
      throw new FilterError("invalid range: lowerbound is greater than upperbound");
    }
    return new Filter.Range(
        reference.operand(),
        Constants.fitted(low, type),
        lower.inclusive(),
        Constants.fitted(high, type),
        upper.inclusive());
  }

  private static FilterError notAList(Typed list, String text) {
    return list instanceof Typed.Constant constant && constant.template().isPresent()
        ? new FilterError(
            "the value of term expression template variable {"
                + constant.template().get()
                + "} is not array")
        : new FilterError("the right-hand side of 'in' must be a list, but got: " + text);
  }

  private static Value term(Value value, Typed.Reference reference) {
    DataType type = reference.type();
    boolean fits = Constants.fits(value, type) && !(value instanceof Value.Many);
    if (!fits) {
      throw new FilterError(
          "value '%s' in list cannot be casted to %s"
              .formatted(Constants.describe(value), type.wireName()));
    }
    return Constants.fitted(value, type);
  }
}
