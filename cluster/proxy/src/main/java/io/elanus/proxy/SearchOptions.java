package io.elanus.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Value;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The key-value parameters of a search, flat or inside {@code params} (milvus.proto,
 * SearchRequest.search_params), read one by one; a wrong one is refused with Milvus's text.
 */
final class SearchOptions {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Keys that say something to the proxy; all others belong to the index. */
  private static final Set<String> RESERVED =
      Set.of(
          "anns_field",
          "topk",
          "limit",
          "offset",
          "metric_type",
          "params",
          "round_decimal",
          "ignore_growing",
          "group_by_field",
          "group_by_fields",
          "group_size",
          "strict_group_size",
          "json_path",
          "json_type",
          "strict_cast",
          "order_by_fields",
          "iterator",
          "search_iter_v2",
          "search_iter_batch_size",
          "search_iter_id",
          "search_iter_last_bound",
          "collection_id",
          "hints",
          "analyzer_name",
          "timezone",
          "time_fields",
          "cluster_id",
          "radius",
          "range_filter",
          "rank_group_scorer",
          "strategy",
          "consistency_level",
          "guarantee_timestamp",
          "reduce_stop_for_best");

  private final Map<String, String> flat;
  private final Map<String, JsonNode> inner;

  private SearchOptions(Map<String, String> flat, Map<String, JsonNode> inner) {
    this.flat = flat;
    this.inner = inner;
  }

  static SearchOptions of(Map<String, String> parameters) {
    Map<String, JsonNode> inner = new HashMap<>();
    String params = parameters.getOrDefault("params", "");
    if (!params.isBlank()) {
      JsonNode node = object(params);
      node.properties().forEach(entry -> inner.put(entry.getKey(), entry.getValue()));
    }
    return new SearchOptions(parameters, inner);
  }

  private static JsonNode object(String text) {
    try {
      JsonNode node = JSON.readTree(text);
      if (node != null && node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid(
          "failed to unmarshal params, not a json object: " + shortened(text));
    }
    throw ElanusException.invalid(
        "failed to unmarshal params, not a json object: " + shortened(text));
  }

  private static String shortened(String text) {
    return text.length() <= 200 ? text : text.substring(0, 200) + "…";
  }

  /** A parameter as text, from the top level, else from {@code params}. */
  Optional<String> text(String key) {
    String value = flat.get(key);
    if (value != null && !value.isEmpty()) {
      return Optional.of(value);
    }
    JsonNode node = inner.get(key);
    return node == null || node.isNull() || (node.isTextual() && node.textValue().isEmpty())
        ? Optional.empty()
        : Optional.of(node.isValueNode() ? node.asText() : node.toString());
  }

  boolean has(String key) {
    return text(key).isPresent();
  }

  /** A flag, in any letter case. */
  boolean flag(String key) {
    String value = text(key).orElse("false");
    if (value.equalsIgnoreCase("true")) {
      return true;
    }
    if (value.equalsIgnoreCase("false")) {
      return false;
    }
    if (key.equals("ignore_growing")) {
      throw ElanusException.invalid("parse ignore growing field failed");
    }
    throw ElanusException.invalid("parse %s failed: %s is no boolean".formatted(key, value));
  }

  Optional<Long> wholeNumber(String key, String label) {
    return text(key)
        .map(value -> {
          try {
            return Long.parseLong(value.strip());
          } catch (NumberFormatException e) {
            throw ElanusException.invalid("%s [%s] is invalid".formatted(label, value));
          }
        });
  }

  /** How many hits are wanted; clients say {@code topk} or {@code limit}. */
  int limit(int max) {
    Optional<Long> asked = wholeNumber("topk", "topk");
    if (asked.isEmpty()) {
      asked = wholeNumber("limit", "limit");
    }
    long limit =
        asked.orElseThrow(
            () -> new ElanusException(ErrorCode.MISSING_PARAMETER, "topk is required"));
    if (limit < 1 || limit > max) {
      throw ElanusException.invalid(
          "topk [%d] is invalid, it should be in range [1, %d], but got %d"
              .formatted(limit, max, limit));
    }
    return (int) limit;
  }

  int offset(int limit, int max) {
    long offset = wholeNumber("offset", "offset").orElse(0L);
    if (offset < 0) {
      throw ElanusException.invalid(
          "offset [%d] is invalid, should be gte than 0".formatted(offset));
    }
    checkWindow(offset, limit, max);
    return (int) offset;
  }

  static void checkWindow(long offset, long limit, int max) {
    if (offset > max || offset + limit > max || offset + limit < 1) {
      throw ElanusException.invalid(
          ("invalid max query result window, (offset+limit) should be in range [1, %d], but got"
                  + " %d")
              .formatted(max, offset + limit));
    }
  }

  /** Digits to round to; -1: not at all. */
  int roundDecimal() {
    String given = text("round_decimal").orElse("-1");
    long digits = -2;
    try {
      digits = Long.parseLong(given.strip());
    } catch (NumberFormatException e) {
      digits = -2;
    }
    if (digits < -1 || digits > 6) {
      throw ElanusException.invalid(
          "round_decimal [%s] is invalid, should be -1 or an integer in range [0, 6]"
              .formatted(given));
    }
    return (int) digits;
  }

  /**
   * A number of {@code params}; JSON of another type is refused, also null, which is how clients
   * write a number that is none.
   */
  Optional<Float> number(String key) {
    JsonNode node = inner.get(key);
    if (node != null && !node.isNumber()) {
      throw notANumber(key, node.toString());
    }
    return text(key)
        .map(value -> {
          try {
            float number = Float.parseFloat(value.strip());
            if (!Float.isFinite(number)) {
              throw notFinite(key, node == null ? value : node.toString());
            }
            return number;
          } catch (NumberFormatException e) {
            throw notANumber(key, value);
          }
        });
  }

  private static ElanusException notFinite(String key, String value) {
    return ElanusException.invalid(
        "param '%s' (%s) should be a finite number, from %s to %s"
            .formatted(key, value, -Float.MAX_VALUE, Float.MAX_VALUE));
  }

  private static ElanusException notANumber(String key, String value) {
    return ElanusException.invalid(
        "Type conflict in json: param '%s' (%s) should be a number".formatted(key, value));
  }

  void checkCollectionId(long id) {
    Optional<Long> given = wholeNumber("collection_id", "collection_id");
    if (given.isPresent() && given.get() != id) {
      throw ElanusException.invalid(
          "collection id:%d is not consistent to that in the search context,alias or database may"
                  .formatted(given.get())
              + " have been changed");
    }
  }

  void checkHints() {
    text("hints")
        .ifPresent(hint -> {
          if (!hint.equals("iterative_filter") && !hint.equals("disable")) {
            throw ElanusException.invalid("hints: " + hint + " not supported");
          }
        });
  }

  void refuse(String key, String what) {
    if (has(key)) {
      String value = text(key).orElse("");
      throw ElanusException.invalid(what + " is not supported yet: " + key + " = " + value);
    }
  }

  /** What the index is told. */
  Map<String, Value> indexParameters() {
    Map<String, Value> result = new HashMap<>();
    flat.forEach((key, value) -> {
      if (!RESERVED.contains(key)) {
        result.put(key, typed(value));
      }
    });
    inner.forEach((key, node) -> {
      if (!RESERVED.contains(key)) {
        result.put(key, typed(node));
      }
    });
    return result;
  }

  private static Value typed(JsonNode node) {
    if (node.isBoolean()) {
      return new Value.Bool(node.booleanValue());
    }
    if (node.isIntegralNumber() && node.canConvertToLong()) {
      return new Value.Int(node.longValue());
    }
    if (node.isNumber()) {
      return new Value.Real(node.doubleValue());
    }
    // a list, an object or null is no value: whoever knows the key refuses it
    return new Value.Text(node.isTextual() ? node.textValue() : node.toString());
  }

  private static Value typed(String text) {
    if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
      return new Value.Bool(text.equalsIgnoreCase("true"));
    }
    try {
      return new Value.Int(Long.parseLong(text));
    } catch (NumberFormatException notWhole) {
      try {
        return new Value.Real(Double.parseDouble(text));
      } catch (NumberFormatException noNumber) {
        return new Value.Text(text);
      }
    }
  }
}
