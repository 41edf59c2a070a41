package io.elanus.proxy;

import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether one field of a schema is well formed: name, type parameters, null and default. */
final class FieldChecks {
  private static final List<String> ANALYSIS =
      List.of("enable_analyzer", "enable_match", "analyzer_params", "multi_analyzer_params");

  /** Type parameters that are read, and those that say how a field is held. */
  private static final Set<String> KNOWN =
      Set.of(
          "dim",
          "max_length",
          "max_capacity",
          "mmap.enabled",
          "warmup",
          "field.description",
          "enable_analyzer",
          "enable_match",
          "analyzer_params",
          "multi_analyzer_params",
          "field.skipLoad",
          "local_format");

  private final ProxyConfig config;

  FieldChecks(ProxyConfig config) {
    this.config = config;
  }

  void check(String collection, FieldSchema field) {
    NameChecks.checkField(field.name());
    checkTypeParameters(collection, field);
    checkNullable(field);
    field.defaultValue().ifPresent(value -> checkDefault(field, value));
    checkUnbuilt(field.parameters(), field.name());
  }

  private void checkTypeParameters(String collection, FieldSchema field) {
    switch (field.type()) {
      case FLOAT_VECTOR, FLOAT16_VECTOR, BFLOAT16_VECTOR, INT8_VECTOR ->
          checkDimension(field, 2, config.maxDimension());
      case BINARY_VECTOR -> checkBinaryDimension(field);
      case SPARSE_FLOAT_VECTOR -> {
        if (field.parameters().containsKey("dim")) {
          throw ElanusException.invalid(
              "dim should not be specified for sparse vector field %s(%d)"
                  .formatted(field.name(), field.id()));
        }
      }
      case VARCHAR -> checkMaxLength(collection, field);
      case ARRAY -> checkArray(collection, field);
      case BOOL, INT8, INT16, INT32, INT64, FLOAT, DOUBLE, JSON -> {}
    }
  }

  private void checkBinaryDimension(FieldSchema field) {
    String text = dimensionText(field);
    long dimension = parseDimension(text, field);
    if (dimension % 8 != 0) {
      throw ElanusException.invalid(
          "invalid dimension: %d of field %s. binary vector dimension should be multiple of 8. "
              .formatted(dimension, field.name()));
    }
    checkDimension(field, 8, config.maxDimension() * 8L);
  }

  private static String dimensionText(FieldSchema field) {
    String text = field.parameters().get("dim");
    if (text == null) {
      throw ElanusException.invalid(
          ("dimension is not defined in field type params of field %s, check type param `dim` for"
                  + " vector field")
              .formatted(field.name()));
    }
    return text;
  }

  private static long parseDimension(String text, FieldSchema field) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      throw ElanusException.invalid(
          "invalid dimension: %s of field %s. ".formatted(text, field.name()));
    }
  }

  private static void checkDimension(FieldSchema field, long low, long high) {
    long dimension = parseDimension(dimensionText(field), field);
    if (dimension < low || dimension > high) {
      throw ElanusException.invalid(
          "invalid dimension: %d of field %s. should be in range %d ~ %d"
              .formatted(dimension, field.name(), low, high));
    }
  }

  private static void checkMaxLength(String collection, FieldSchema field) {
    String text = field.parameters().get("max_length");
    if (text == null) {
      throw new ElanusException(
          ErrorCode.MISSING_PARAMETER,
          "type param(max_length) should be specified for the field(%s) of collection %s"
              .formatted(field.name(), collection));
    }
    checkMaxLength(field.name(), text);
  }

  static void checkMaxLength(String field, String text) {
    @Nullable Long length = wholeNumber(text);
    if (length == null || length < 1 || length > 65535) {
      throw ElanusException.invalid(
          ("the maximum length specified for the field(%s) should be in (0, 65535], but got %s"
                  + " instead")
              .formatted(field, text));
    }
  }

  private static void checkArray(String collection, FieldSchema field) {
    DataType element =
        field
            .elementType()
            .orElseThrow(() -> ElanusException.invalid("element data type None is not valid"));
    if (element.isVector()) {
      throw ElanusException.invalid("array of vector can only be in the struct array field");
    }
    if (element == DataType.ARRAY) {
      throw ElanusException.invalid("nested array is not supported");
    }
    if (element == DataType.JSON) {
      throw ElanusException.invalid("element type " + element.wireName() + " is not supported");
    }
    String capacity = field.parameters().get("max_capacity");
    if (capacity == null) {
      throw new ElanusException(
          ErrorCode.MISSING_PARAMETER,
          "type param(max_capacity) should be specified for array field %s of collection %s"
              .formatted(field.name(), collection));
    }
    checkCapacity(field.name(), capacity);
    if (element == DataType.VARCHAR) {
      checkMaxLength(collection, field);
    }
  }

  static void checkCapacity(String field, String text) {
    @Nullable Long capacity = wholeNumber(text);
    if (capacity == null) {
      throw ElanusException.invalid(
          "the value for max_capacity of field %s must be an integer".formatted(field));
    }
    if (capacity < 1 || capacity > 4096) {
      throw ElanusException.invalid(
          "the maximum capacity specified for a Array should be in (0, 4096]");
    }
  }

  private static @Nullable Long wholeNumber(String text) {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private static void checkNullable(FieldSchema field) {
    if (field.primaryKey() && field.nullable()) {
      throw ElanusException.invalid("primary field not support null");
    }
    if (field.primaryKey() && field.defaultValue().isPresent()) {
      throw ElanusException.invalid("primary field not support default_value");
    }
    if (field.partitionKey() && field.nullable()) {
      throw ElanusException.invalid("partition key field not support nullable");
    }
  }

  private static void checkDefault(FieldSchema field, Value value) {
    switch (field.type()) {
      case BOOL -> require(value instanceof Value.Bool, field, value);
      case INT8 -> checkInteger(field, value, Byte.MIN_VALUE, Byte.MAX_VALUE);
      case INT16 -> checkInteger(field, value, Short.MIN_VALUE, Short.MAX_VALUE);
      case INT32 -> checkInteger(field, value, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case INT64 -> require(value instanceof Value.Int, field, value);
      case FLOAT, DOUBLE -> {
        require(value instanceof Value.Real, field, value);
        if (value instanceof Value.Real real && !Double.isFinite(real.value())) {
          throw ElanusException.invalid(
              "value '%s' is not a number or infinity, field %s"
                  .formatted(real.value(), field.name()));
        }
      }
      case VARCHAR -> checkText(field, value);
      case ARRAY,
          JSON,
          BINARY_VECTOR,
          FLOAT_VECTOR,
          FLOAT16_VECTOR,
          BFLOAT16_VECTOR,
          SPARSE_FLOAT_VECTOR,
          INT8_VECTOR ->
          throw ElanusException.invalid(
              "type not support default_value, type:%s, name:%s"
                  .formatted(field.type().wireName(), field.name()));
    }
  }

  private static void checkInteger(FieldSchema field, Value value, long low, long high) {
    require(value instanceof Value.Int, field, value);
    if (value instanceof Value.Int number && (number.value() < low || number.value() > high)) {
      throw ElanusException.invalid(
          "[%d] exceeds the range of [%d, %d], field %s"
              .formatted(number.value(), low, high, field.name()));
    }
  }

  private static void checkText(FieldSchema field, Value value) {
    require(value instanceof Value.Text, field, value);
    if (value instanceof Value.Text text) {
      int bytes = text.value().getBytes(StandardCharsets.UTF_8).length;
      if (bytes > field.maxLength()) {
        throw new ElanusException(
                ErrorCode.INVALID_PARAMETER,
                "the length (%d) of string exceeds max length (%d)"
                    .formatted(bytes, field.maxLength()))
            .with("expected", "valid length string")
            .with("actual", "string length exceeds max length");
      }
    }
  }

  private static void require(boolean fits, FieldSchema field, Value value) {
    if (!fits) {
      throw ElanusException.invalid(
          "type (%s) of field (%s) is not equal to the type(%s) of default_value"
              .formatted(field.type().wireName(), field.name(), wireName(value)));
    }
  }

  private static String wireName(Value value) {
    return switch (value) {
      case Value.Bool bool -> "Bool";
      case Value.Int number -> "Int64";
      case Value.Real real -> "Double";
      case Value.Text text -> "VarChar";
      case Value.Many many -> "Array";
    };
  }

  /** Refuses what would change answers or resources and is not built. */
  private static void checkUnbuilt(Map<String, String> parameters, String field) {
    for (String key : ANALYSIS) {
      String value = parameters.get(key);
      if (value != null && !value.equalsIgnoreCase("false")) {
        throw new ElanusException(
            ErrorCode.INVALID_PARAMETER, key + " of field " + field + " is not supported yet");
      }
    }
    if (parameters.getOrDefault("field.skipLoad", "false").equalsIgnoreCase("true")) {
      throw ElanusException.invalid("field.skipLoad of field " + field + " is not supported yet");
    }
    String format = parameters.getOrDefault("local_format", "raw");
    if (!format.equalsIgnoreCase("raw")) {
      throw ElanusException.invalid(
          "local_format=" + format + " of field " + field + " is not supported yet");
    }
    for (String key : parameters.keySet()) {
      if (!KNOWN.contains(key)) {
        throw ElanusException.invalid("type param " + key + " of field " + field + " is not known");
      }
    }
    PropertyChecks.checkLoading(parameters);
  }
}
