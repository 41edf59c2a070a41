package io.elanus.api.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.ByteString;
import io.elanus.api.milvus.proto.TemplateArrayValue;
import io.elanus.api.milvus.proto.TemplateValue;
import io.elanus.expression.FilterParser;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Template values of filters (schema.proto, TemplateValue). */
final class Values {
  private Values() {}

  /**
   * Values for a filter.
   *
   * @param filter names them in braces
   * @param templates not asked for when it names none: a map in a message, even an empty one, has
   *     the descriptors of the whole protocol built, a quarter of a second in a young process
   */
  static Map<String, Value> templates(
      Caller caller, String filter, Supplier<Map<String, TemplateValue>> templates) {
    Map<String, Value> values = new LinkedHashMap<>();
    if (filter.indexOf('{') >= 0) {
      templates.get().forEach((name, template) -> values.put(name, value(name, template)));
    }
    if (caller.absentIsFalse()) {
      values.put(FilterParser.ABSENT_IS_FALSE, new Value.Bool(true));
    }
    return values;
  }

  private static Value value(String name, TemplateValue template) {
    return switch (template.getValCase()) {
      case BOOL_VAL -> new Value.Bool(template.getBoolVal());
      case INT64_VAL -> new Value.Int(template.getInt64Val());
      case FLOAT_VAL -> new Value.Real(template.getFloatVal());
      case STRING_VAL -> new Value.Text(template.getStringVal());
      case ARRAY_VAL -> many(template.getArrayVal());
      case BYTES_VAL ->
          throw ElanusException.invalid(
              "template value of bytes (a bloom filter) is not supported yet, name: " + name);
      case VAL_NOT_SET -> throw ElanusException.invalid("template value is not set, name: " + name);
    };
  }

  private static Value many(TemplateArrayValue array) {
    List<Value> values = new ArrayList<>();
    switch (array.getDataCase()) {
      case BOOL_DATA ->
          array.getBoolData().getDataList().forEach(v -> values.add(new Value.Bool(v)));
      case LONG_DATA ->
          array.getLongData().getDataList().forEach(v -> values.add(new Value.Int(v)));
      case DOUBLE_DATA ->
          array.getDoubleData().getDataList().forEach(v -> values.add(new Value.Real(v)));
      case STRING_DATA ->
          array.getStringData().getDataList().forEach(v -> values.add(new Value.Text(v)));
      case ARRAY_DATA -> array.getArrayData().getDataList().forEach(v -> values.add(many(v)));
      case JSON_DATA -> array.getJsonData().getDataList().forEach(v -> values.add(json(v)));
      case DATA_NOT_SET -> {} // an empty Python list
    }
    return new Value.Many(values);
  }

  private static Value json(ByteString text) {
    try {
      return json(Json.MAPPER.readTree(text.toStringUtf8()));
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("template value is not valid JSON: " + text.toStringUtf8());
    }
  }

  private static Value json(JsonNode node) {
    return switch (node.getNodeType()) {
      case BOOLEAN -> new Value.Bool(node.booleanValue());
      case NUMBER ->
          node.canConvertToLong() && node.isIntegralNumber()
              ? new Value.Int(node.longValue())
              : new Value.Real(node.doubleValue());
      case STRING -> new Value.Text(node.textValue());
      case ARRAY -> {
        List<Value> values = new ArrayList<>();
        node.forEach(element -> values.add(json(element)));
        yield new Value.Many(values);
      }
      default -> throw ElanusException.invalid("template value of this JSON type: " + node);
    };
  }

  /** Made at first use. */
  static final class Json {
    static final ObjectMapper MAPPER = new ObjectMapper();

    private Json() {}
  }
}
