package io.elanus.expression;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.re2j.Pattern;
import io.elanus.schema.DataType;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The meaning of a filter, one boxed row at a time and as plain as possible: true, false, or null
 * for UNKNOWN. Shares no code with the evaluator.
 */
record NaiveInterpreter(RowBatch batch) {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Nullable Boolean evaluate(Filter filter, int row) {
    return switch (filter) {
      case Filter.Everything f -> true;
      case Filter.Nothing f -> false;
      case Filter.Not f -> {
        Boolean inner = evaluate(f.operand(), row);
        yield inner == null ? null : !inner;
      }
      case Filter.Definite f -> {
        Boolean inner = evaluate(f.operand(), row);
        yield inner == null && batch.get(f.fieldId()).value(row) != null ? Boolean.FALSE : inner;
      }
      case Filter.All f -> {
        List<Boolean> all =
            Arrays.asList(f.operands().stream().map(o -> evaluate(o, row)).toArray(Boolean[]::new));
        yield all.contains(false) ? Boolean.FALSE : all.contains(null) ? null : Boolean.TRUE;
      }
      case Filter.Any f -> {
        List<Boolean> all =
            Arrays.asList(f.operands().stream().map(o -> evaluate(o, row)).toArray(Boolean[]::new));
        yield all.contains(true) ? Boolean.TRUE : all.contains(null) ? null : Boolean.FALSE;
      }
      case Filter.Sample f -> throw new IllegalArgumentException("chance has no meaning here");
      case Filter.IsNull f -> batch.get(f.fieldId()).value(row) == null;
      case Filter.Exists f -> {
        JsonNode node = node(f.path(), row);
        yield node != null && substantial(node);
      }
      case Filter.Compare f -> compare(read(f.operand(), row), f.comparison(), f.value());
      case Filter.Range f -> {
        Object value = read(f.operand(), row);
        Boolean low =
            compare(
                value,
                f.lowInclusive() ? Comparison.GREATER_OR_EQUAL : Comparison.GREATER,
                f.low());
        Boolean high =
            compare(
                value, f.highInclusive() ? Comparison.LESS_OR_EQUAL : Comparison.LESS, f.high());
        yield low == null || high == null ? null : low && high;
      }
      case Filter.AnyOf f -> {
        Object value = read(f.operand(), row);
        List<Boolean> answers =
            Arrays.asList(
                f.terms().values().stream()
                    .map(term -> compare(value, Comparison.EQUAL, term))
                    .toArray(Boolean[]::new));
        yield answers.isEmpty()
            ? (value == null ? null : Boolean.FALSE)
            : answers.contains(null) ? null : answers.contains(true);
      }
      case Filter.CompareFields f -> {
        Object left = read(f.left(), row);
        Object right = read(f.right(), row);
        yield left == null || right == null ? null : holds(f.comparison(), left, right);
      }
      case Filter.Arithmetic f -> arithmetic(f, read(f.operand(), row));
      case Filter.Like f ->
          read(f.operand(), row) instanceof String text ? like(text, f.pattern()) : null;
      case Filter.Regex f ->
          read(f.operand(), row) instanceof String text
              ? Pattern.compile(f.pattern(), Pattern.DOTALL).matcher(text).find()
              : null;
      case Filter.StartsWith f ->
          read(f.text(), row) instanceof String text
                  && read(f.prefix(), row) instanceof String prefix
              ? text.startsWith(prefix)
              : null;
      case Filter.Contains f -> {
        if (!(read(f.operand(), row) instanceof List<?> list)) {
          yield null;
        }
        List<Boolean> held =
            f.values().stream().map(v -> list.stream().anyMatch(e -> equal(e, v))).toList();
        yield f.quantifier() == Filter.Quantifier.ANY ? held.contains(true) : !held.contains(false);
      }
      case Filter.ArrayLength f ->
          read(f.operand(), row) instanceof List<?> list
              ? holds(f.comparison(), (long) list.size(), f.length())
              : null;
    };
  }

  /** Boolean, Long, Double, Float, String, List, a JSON object as JsonNode, or null. */
  private @Nullable Object read(Operand operand, int row) {
    Object value = batch.get(operand.fieldId()).value(row);
    if (value == null) {
      return null;
    }
    if (operand instanceof Operand.Element element) {
      List<?> list = (List<?>) value;
      return element.index() < list.size() ? list.get(element.index()) : null;
    }
    return operand.type() == DataType.JSON ? plain(node(operand, row)) : value;
  }

  private @Nullable JsonNode node(Operand operand, int row) {
    Object document = batch.get(operand.fieldId()).value(row);
    if (document == null) {
      return null;
    }
    try {
      JsonNode node = JSON.readTree((String) document);
      List<String> keys = operand instanceof Operand.JsonPath path ? path.keys() : List.of();
      for (String key : keys) {
        JsonNode parent = node;
        node =
            parent.isArray() && key.matches("0|[1-9][0-9]*")
                ? parent.get(Integer.parseInt(key))
                : parent.get(key);
        if (node == null) {
          return null;
        }
      }
      return node;
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static @Nullable Object plain(@Nullable JsonNode node) {
    if (node == null || node.isNull()) {
      return null;
    }
    if (node.isBoolean()) {
      return node.booleanValue();
    }
    if (node.isTextual()) {
      return node.textValue();
    }
    if (node.isNumber()) {
      return node.isIntegralNumber() && node.canConvertToLong()
          ? (Object) node.longValue()
          : (Object) node.doubleValue();
    }
    if (node.isArray()) {
      return Arrays.asList(node.valueStream().map(NaiveInterpreter::plain).toArray());
    }
    return node;
  }

  private static boolean substantial(JsonNode node) {
    return node.isContainerNode()
        ? node.valueStream().anyMatch(NaiveInterpreter::substantial)
        : !node.isNull();
  }

  private static @Nullable Boolean compare(
      @Nullable Object value, Comparison comparison, Value constant) {
    Object right = plain(constant);
    if (value instanceof Float single && right instanceof Number number) {
      return holds(comparison, (double) single, (double) (float) number.doubleValue());
    }
    if (value instanceof List<?> list && constant instanceof Value.Many many) {
      return (comparison == Comparison.EQUAL) == equal(list, many);
    }
    boolean sameClass =
        (value instanceof Number && right instanceof Number)
            || (value instanceof String && right instanceof String)
            || (value instanceof Boolean && right instanceof Boolean);
    return sameClass ? holds(comparison, Objects.requireNonNull(value), right) : null;
  }

  private static boolean equal(@Nullable Object element, Value value) {
    return Boolean.TRUE.equals(compare(element, Comparison.EQUAL, value));
  }

  private static boolean equal(List<?> list, Value.Many many) {
    if (list.size() != many.values().size()) {
      return false;
    }
    for (int i = 0; i < list.size(); i++) {
      if (!equal(list.get(i), many.values().get(i))) {
        return false;
      }
    }
    return true;
  }

  private static Object plain(Value value) {
    return switch (value) {
      case Value.Bool bool -> bool.value();
      case Value.Int integer -> integer.value();
      case Value.Real real -> real.value();
      case Value.Text text -> text.value();
      case Value.Many many -> many;
    };
  }

  private static boolean holds(Comparison comparison, Object left, Object right) {
    int order;
    if (left instanceof Long a && right instanceof Long b) {
      order = Long.compare(a, b);
    } else if (left instanceof Number a && right instanceof Number b) {
      order = new BigDecimal(a.doubleValue()).compareTo(new BigDecimal(b.doubleValue()));
    } else if (left instanceof String a && right instanceof String b) {
      order =
          Arrays.compareUnsigned(
              a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    } else {
      order = Boolean.compare((Boolean) left, (Boolean) right);
    }
    return switch (comparison) {
      case EQUAL -> order == 0;
      case NOT_EQUAL -> order != 0;
      case LESS -> order < 0;
      case LESS_OR_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_OR_EQUAL -> order >= 0;
    };
  }

  private static @Nullable Boolean arithmetic(Filter.Arithmetic f, @Nullable Object value) {
    if (!(value instanceof Number number)) {
      return null;
    }
    if (value instanceof Long a
        && f.right() instanceof Value.Int b
        && f.value() instanceof Value.Int wanted) {
      long result =
          switch (f.operator()) {
            case ADD -> a + b.value();
            case SUBTRACT -> a - b.value();
            case MULTIPLY -> a * b.value();
            case DIVIDE -> a / b.value();
            case MODULO -> a % b.value();
            case BIT_AND -> a & b.value();
            case BIT_OR -> a | b.value();
            case BIT_XOR -> a ^ b.value();
          };
      return holds(f.comparison(), result, wanted.value());
    }
    double a = number.doubleValue();
    double b = ((Number) plain(f.right())).doubleValue();
    double result =
        switch (f.operator()) {
          case ADD -> a + b;
          case SUBTRACT -> a - b;
          case MULTIPLY -> a * b;
          case DIVIDE -> a / b;
          case MODULO -> a % b;
          case BIT_AND -> (long) a & (long) b;
          case BIT_OR -> (long) a | (long) b;
          case BIT_XOR -> (long) a ^ (long) b;
        };
    return holds(f.comparison(), result, ((Number) plain(f.value())).doubleValue());
  }

  private static boolean like(String text, String pattern) {
    var regex = new StringBuilder();
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c == '%') {
        regex.append(".*");
      } else if (c == '_') {
        regex.append('.');
      } else {
        char literal = c == '\\' ? pattern.charAt(++i) : c;
        regex.append(java.util.regex.Pattern.quote(String.valueOf(literal)));
      }
    }
    return java.util.regex.Pattern.compile(regex.toString(), java.util.regex.Pattern.DOTALL)
        .matcher(text)
        .matches();
  }
}
