package io.elanus.expression;

import io.elanus.schema.DataType;
import io.elanus.schema.Value;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Types function calls. Functions that need types or analyzers not served here are refused. */
final class Calls {
  private static final Set<String> TEXT = Set.of("text_match", "text_match_fuzzy", "phrase_match");
  private static final Set<String> ELEMENTS =
      Set.of(
          "element_filter", "match_any", "match_all", "match_least", "match_most", "match_exact");
  private static final Set<String> GEOMETRY =
      Set.of(
          "st_equals",
          "st_touches",
          "st_overlaps",
          "st_crosses",
          "st_contains",
          "st_intersects",
          "st_within",
          "st_dwithin",
          "st_isvalid");
  private static final double SAMPLE_EDGE = 1e-10;

  private final Typing typing;

  Calls(Typing typing) {
    this.typing = typing;
  }

  static boolean isSample(Syntax syntax) {
    return syntax instanceof Syntax.Call call && keyword(call.name()).equals("random_sample");
  }

  /** Times have a type of their own, which no field here has. */
  static FilterError noTime(Syntax.Time time) {
    return new FilterError("no field of this collection is a timestamptz datatype: " + time.text());
  }

  /** A comparison with a time on one side. */
  static boolean isTime(Syntax.Relation relation) {
    return relation.left() instanceof Syntax.Time || relation.right() instanceof Syntax.Time;
  }

  /** The refusal of a comparison with a time names the field. */
  static FilterError noTime(Syntax.Relation relation) {
    for (Syntax side : List.of(relation.left(), relation.right())) {
      Syntax operand = side instanceof Syntax.Arithmetic sum ? sum.left() : side;
      if (operand instanceof Syntax.Name name) {
        return new FilterError("field '" + name.name() + "' is not a timestamptz datatype");
      }
    }
    return new FilterError("a time can only be compared with a timestamptz field");
  }

  /** The fraction of {@link #isSample a sample}. */
  double fraction(Syntax syntax) {
    Syntax.Call call = (Syntax.Call) syntax;
    if (call.arguments().size() == 1
        && call.arguments().getFirst() instanceof Syntax.Constant(Value.Real fraction)
        && fraction.value() > SAMPLE_EDGE
        && fraction.value() < 1 - SAMPLE_EDGE) {
      return fraction.value();
    }
    throw new FilterError(
        "the sample factor should be between 0 and 1 and not too close to 0 or 1, got: "
            + String.join(", ", call.texts()));
  }

  Typed call(Syntax.Call call) {
    String keyword = keyword(call.name());
    if (TEXT.contains(keyword)) {
      throw textMatch(call);
    }
    if (ELEMENTS.contains(keyword)) {
      throw new FilterError("array field not found: " + firstText(call));
    }
    if (GEOMETRY.contains(keyword)) {
      throw new FilterError(
          "spatial operation are only supported on geometry fields now, got: " + firstText(call));
    }
    if (!call.options().isEmpty()) {
      throw new FilterError(
          "mismatched input '"
              + call.options().getFirst().name()
              + "': "
              + call.name()
              + " takes no option");
    }
    return switch (keyword) {
      case "json_contains", "array_contains" -> contains(call, Filter.Quantifier.ANY, false);
      case "json_contains_any", "array_contains_any" -> contains(call, Filter.Quantifier.ANY, true);
      case "json_contains_all", "array_contains_all" -> contains(call, Filter.Quantifier.ALL, true);
      case "array_length" -> length(call);
      case "random_sample" ->
          throw new FilterError(
              "random sample expression can only be the last expression in the logical and"
                  + " expression");
      default -> function(call);
    };
  }

  /** The name of a function that is a keyword: all lower or all upper case. */
  private static String keyword(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return name.equals(lower) || name.equals(name.toUpperCase(Locale.ROOT)) ? lower : "";
  }

  private Typed contains(Syntax.Call call, Filter.Quantifier quantifier, boolean list) {
    arity(call, 2);
    Typed target = typing.type(call.arguments().get(0));
    String name =
        list ? (quantifier == Filter.Quantifier.ALL ? "ContainsAll" : "ContainsAny") : "Contains";
    boolean array =
        target instanceof Typed.Reference reference
            && (reference.isWholeArray() || reference.type() == DataType.JSON);
    if (!array) {
      throw new FilterError(
          "contains operation are only supported on json or array fields now, got: "
              + call.texts().get(0));
    }
    if (!(typing.type(call.arguments().get(1)) instanceof Typed.Constant constant)) {
      throw new FilterError(
          "contains operation are only supported explicitly specified element, got: "
              + call.texts().get(1));
    }
    if (list && !(constant.value() instanceof Value.Many)) {
      throw new FilterError(name + " operation element must be an array");
    }
    List<Value> values =
        list ? ((Value.Many) constant.value()).values() : List.of(constant.value());
    Typed.Reference reference = (Typed.Reference) target;
    if (reference.type() == DataType.JSON && values.isEmpty()) {
      return Typed.Constant.of(new Value.Bool(quantifier == Filter.Quantifier.ALL));
    }
    return new Typed.Predicate(
        new Filter.Contains(reference.operand(), quantifier, fitted(name, reference, values)));
  }

  private static List<Value> fitted(String name, Typed.Reference reference, List<Value> values) {
    if (!reference.isWholeArray()) {
      return values;
    }
    DataType element = reference.elementType();
    for (Value value : values) {
      if (!Constants.fits(value, element)) {
        throw new FilterError(
            "%s operation can't compare between array element type: %s and %s"
                .formatted(name, element.wireName(), Typed.Constant.of(value).typeName()));
      }
    }
    return values.stream().map(value -> Constants.fitted(value, element)).toList();
  }

  private Typed length(Syntax.Call call) {
    arity(call, 1);
    Typed target = typing.type(call.arguments().getFirst());
    if (target instanceof Typed.Reference reference
        && (reference.isWholeArray() || reference.type() == DataType.JSON)) {
      return new Typed.Length(reference);
    }
    throw new FilterError(
        "array_length operation are only supported on json or array fields now, got: "
            + target.typeName());
  }

  private Typed function(Syntax.Call call) {
    List<Typed> arguments = call.arguments().stream().map(typing::type).toList();
    String name = call.name().toLowerCase(Locale.ROOT);
    boolean texts = arguments.stream().allMatch(argument -> argument.typeName().equals("VarChar"));
    if (name.equals("empty")
        && texts
        && arguments.size() == 1
        && arguments.getFirst() instanceof Typed.Reference text) {
      return new Typed.Predicate(
          new Filter.Compare(text.operand(), Comparison.EQUAL, new Value.Text("")));
    }
    if (name.equals("starts_with") && texts && arguments.size() == 2) {
      return startsWith(arguments.get(0), arguments.get(1));
    }
    String types = arguments.stream().map(Calls::engineType).collect(Collectors.joining(", "));
    throw new FilterError("function " + name + "(" + types + ") not found.");
  }

  private static Typed startsWith(Typed text, Typed prefix) {
    if (text instanceof Typed.Reference column && prefix instanceof Typed.Reference other) {
      return new Typed.Predicate(new Filter.StartsWith(column.operand(), other.operand()));
    }
    if (text instanceof Typed.Reference column
        && prefix instanceof Typed.Constant(Value.Text constant, var template)) {
      String escaped = constant.value().replaceAll("([\\\\%_])", "\\\\$1");
      return new Typed.Predicate(new Filter.Like(column.operand(), escaped + "%"));
    }
    throw new FilterError("the first argument of starts_with must be a field");
  }

  private FilterError textMatch(Syntax.Call call) {
    if (call.arguments().isEmpty()
        || !(typing.type(call.arguments().getFirst()) instanceof Typed.Reference reference)
        || reference.type() != DataType.VARCHAR) {
      return new FilterError("text match operation on non-string is unsupported");
    }
    boolean enabled = "true".equalsIgnoreCase(reference.field().parameters().get("enable_match"));
    return enabled
        ? new FilterError(call.name() + " is not supported yet")
        : new FilterError("field \"" + reference.field().name() + "\" does not enable match");
  }

  private static void arity(Syntax.Call call, int arguments) {
    if (call.arguments().size() != arguments) {
      throw new FilterError(
          "mismatched input: "
              + call.name()
              + " takes "
              + arguments
              + " arguments, got "
              + call.arguments().size());
    }
  }

  private static String firstText(Syntax.Call call) {
    return call.texts().isEmpty() ? "nothing" : call.texts().getFirst();
  }

  private static String engineType(Typed typed) {
    return switch (typed.typeName()) {
      case "Int8" -> "int8_t";
      case "Int16" -> "int16_t";
      case "Int32" -> "int32_t";
      case "Int64" -> "int64_t";
      default -> typed.typeName().toLowerCase(Locale.ROOT);
    };
  }
}
