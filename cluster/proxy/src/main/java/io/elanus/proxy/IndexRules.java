package io.elanus.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Type, metric and parameters of an index to be created: merged, completed, checked. */
final class IndexRules {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int MAX_BYTES = 102_400;

  /** Keys that are not parameters of the build. */
  private static final Set<String> APART =
      Set.of(
          "index_type",
          "metric_type",
          "params",
          "dim",
          "mmap.enabled",
          "warmup",
          "indexoffsetcache.enabled",
          "load_priority");

  private IndexRules() {}

  /** The parameters to keep: as given, with type and metric always there. */
  static Map<String, String> checked(FieldSchema field, Map<String, String> given) {
    checkSize(given);
    Map<String, String> all = merged(given);
    PropertyRules.checkLoading(all);
    String type = all.getOrDefault("index_type", "");
    Map<String, String> build = new HashMap<>(all);
    build.keySet().removeAll(APART);
    Map<String, String> kept = new HashMap<>(given);
    if (field.type().isVector()) {
      IndexSpec spec =
          IndexParameters.validate(
              field.type(), field.dimension(), type, all.getOrDefault("metric_type", ""), build);
      kept.put("metric_type", spec.metric().name());
    } else {
      checkScalar(field, type, build);
    }
    if (type.isEmpty()) {
      kept.put("index_type", IndexType.AUTOINDEX.name());
    }
    return kept;
  }

  private static void checkSize(Map<String, String> given) {
    int size = 0;
    for (Map.Entry<String, String> entry : given.entrySet()) {
      size += entry.getKey().length() + entry.getValue().length();
    }
    if (size > MAX_BYTES) {
      throw ElanusException.invalid("index params size exceeds limit " + MAX_BYTES);
    }
  }

  /** Flat keys with those inside {@code params}, should a door have left them there. */
  private static Map<String, String> merged(Map<String, String> given) {
    Map<String, String> all = new HashMap<>(given);
    String params = given.getOrDefault("params", "");
    if (params.isBlank()) {
      return all;
    }
    try {
      for (Map.Entry<String, JsonNode> entry : JSON.readTree(params).properties()) {
        JsonNode value = entry.getValue();
        all.putIfAbsent(entry.getKey(), value.isValueNode() ? value.asText() : value.toString());
      }
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("failed to unmarshal index params, not a json object");
    }
    return all;
  }

  private static void checkScalar(FieldSchema field, String name, Map<String, String> build) {
    if (field.type() == DataType.JSON) {
      checkJson(build);
    }
    IndexType type =
        name.isEmpty()
            ? IndexType.AUTOINDEX
            : IndexType.ofName(name)
                .orElseThrow(() ->
                    new ElanusException(ErrorCode.INVALID_PARAMETER)
                        .with("expected", "valid index")
                        .with("actual", "invalid index type: " + name));
    switch (type) {
      case AUTOINDEX -> {}
      case INVERTED -> {
        if (field.type() == DataType.JSON) {
          throw ElanusException.invalid(
              "INVERTED are not supported on " + field.type().wireName() + " field");
        }
      }
      case BITMAP -> checkBitmap(field);
      case STL_SORT -> {
        if (!field.type().isNumeric() && field.type() != DataType.VARCHAR) {
          throw ElanusException.invalid(
              "STL_SORT are only supported on numeric, varchar or timestamptz field, got "
                  + field.type().wireName());
        }
      }
      case TRIE -> {
        if (field.type() != DataType.VARCHAR) {
          throw ElanusException.invalid("TRIE are only supported on varchar field");
        }
      }
      case FLAT, IVF_FLAT, HNSW, BIN_FLAT, SPARSE_INVERTED_INDEX ->
          throw ElanusException.invalid(
              "index %s do not support data type: %s".formatted(type, field.type().wireName()));
    }
  }

  private static void checkJson(Map<String, String> build) {
    if (!build.containsKey("json_cast_type")) {
      throw new ElanusException(ErrorCode.MISSING_PARAMETER, "json index must specify cast type");
    }
    throw ElanusException.invalid("index on a json path is not supported yet");
  }

  private static void checkBitmap(FieldSchema field) {
    if (field.primaryKey()) {
      throw ElanusException.invalid("create bitmap index on primary key not supported");
    }
    DataType type = field.elementType().orElse(field.type());
    boolean fits = type == DataType.BOOL || type.isInteger() || type == DataType.VARCHAR;
    if (!fits) {
      throw ElanusException.invalid(
          field.type() == DataType.ARRAY
              ? "bitmap index are only supported on bool, int, string for array field"
              : "bitmap index are only supported on bool, int, string and array field");
    }
  }
}
