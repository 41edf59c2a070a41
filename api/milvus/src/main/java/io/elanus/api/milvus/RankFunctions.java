package io.elanus.api.milvus;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.elanus.api.milvus.proto.FunctionSchema;
import io.elanus.api.milvus.proto.FunctionScore;
import io.elanus.schema.ElanusException;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * The rerank functions {@code rrf} and {@code weighted} of a hybrid search say the same as
 * rank_params (milvus.proto, HybridSearchRequest) and are translated to them; the others are
 * refused by name.
 */
final class RankFunctions {
  private static final Set<String> KNOWN = Set.of("decay", "model", "boost");

  private RankFunctions() {}

  /**
   * @param rankParameters limit, offset and the like; a strategy in them gives way to the function
   */
  static Map<String, String> merge(Map<String, String> rankParameters, FunctionScore score) {
    if (score.getFunctionsCount() != 1) {
      throw ElanusException.invalid(
          "a hybrid search takes one rerank function, got " + score.getFunctionsCount());
    }
    FunctionSchema function = score.getFunctions(0);
    Map<String, String> parameters = new LinkedHashMap<>();
    Pairs.map(function.getParamsList()).forEach((key, value) -> parameters.put(lower(key), value));
    String name = lower(parameters.getOrDefault("reranker", ""));
    ObjectNode params = Values.Json.MAPPER.createObjectNode();
    switch (name) {
      case "rrf" -> copy(parameters, params, "k");
      case "weighted" -> {
        copy(parameters, params, "weights");
        copy(parameters, params, "norm_score");
      }
      case "" -> throw ElanusException.invalid("reranker name not specified");
      default ->
          throw ElanusException.invalid(
              KNOWN.contains(name)
                  ? "reranker " + name + " is not supported yet"
                  : "unsupported reranker " + name);
    }
    Map<String, String> merged = new LinkedHashMap<>(rankParameters);
    merged.put("strategy", name);
    merged.put("params", params.toString());
    return merged;
  }

  /** Values are JSON in text form; {@code True} is Python's way to say it. */
  private static void copy(Map<String, String> from, ObjectNode to, String key) {
    String value = from.get(key);
    if (value == null) {
      return;
    }
    boolean isBoolean = value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false");
    try {
      JsonNode node = Values.Json.MAPPER.readTree(isBoolean ? lower(value) : value);
      to.set(key, node);
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("rank param " + key + " cannot be read: " + value);
    }
  }

  private static String lower(String text) {
    return text.toLowerCase(Locale.ROOT);
  }
}
