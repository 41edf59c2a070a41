package io.elanus.proxy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a hybrid search does with its parts (milvus.proto, HybridSearchRequest.rank_params).
 *
 * @param grouping keys of a grouping, handed to each part
 */
record HybridOptions(
    int limit,
    int offset,
    int roundDecimal,
    HybridRanker ranker,
    GroupScorer groupScorer,
    Map<String, String> grouping) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> GROUPING =
      List.of(
          "group_by_field",
          "group_by_fields",
          "group_size",
          "strict_group_size",
          "json_path",
          "json_type",
          "strict_cast");

  /** How a group ranks among groups, from the fused scores of its hits. */
  enum GroupScorer {
    MAX,
    SUM,
    AVG
  }

  HybridOptions {
    grouping = Map.copyOf(grouping);
  }

  static HybridOptions of(Map<String, String> rankParameters, int parts, ProxyConfig config) {
    Map<String, String> outer = new HashMap<>(rankParameters);
    String params = outer.remove("params");
    SearchOptions options = SearchOptions.of(outer);
    if (!options.has("limit")) {
      throw new ElanusException(ErrorCode.MISSING_PARAMETER, "limit not found in rank_params");
    }
    if (options.has("order_by_fields")) {
      throw ElanusException.invalid("order_by is not supported for hybrid search");
    }
    int limit = options.limit(config.maxTopK());
    int offset = options.offset(limit, config.maxTopK());
    Map<String, String> grouping = new HashMap<>();
    for (String key : GROUPING) {
      options.text(key).ifPresent(value -> grouping.put(key, value));
    }
    return new HybridOptions(
        limit,
        offset,
        options.roundDecimal(),
        ranker(options.text("strategy").orElse("rrf"), node(params), parts),
        scorer(options.text("rank_group_scorer").orElse("max")),
        grouping);
  }

  private static JsonNode node(@org.jspecify.annotations.Nullable String params) {
    if (params == null || params.isBlank()) {
      return JSON.createObjectNode();
    }
    try {
      JsonNode node = JSON.readTree(params);
      if (node.isObject()) {
        return node;
      }
    } catch (JsonProcessingException e) {
      throw ElanusException.invalid("parse rank params failed: not a json object");
    }
    throw ElanusException.invalid("parse rank params failed: not a json object");
  }

  private static GroupScorer scorer(String name) {
    try {
      return GroupScorer.valueOf(name.toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw ElanusException.invalid(
          "input group scorer type:" + name + " is not supported, should be max, sum or avg");
    }
  }

  private static HybridRanker ranker(String strategy, JsonNode params, int parts) {
    return switch (strategy.toLowerCase(Locale.ROOT)) {
      case "rrf" -> rrf(params);
      case "weighted" -> weighted(params, parts);
      default -> throw ElanusException.invalid("unsupported rank type " + strategy);
    };
  }

  private static HybridRanker rrf(JsonNode params) {
    JsonNode k = params.get("k");
    if (k == null || k.isNull()) {
      return new HybridRanker.ReciprocalRank(60);
    }
    if (!k.isNumber()) {
      throw ElanusException.invalid("The type of rank param k should be float");
    }
    double value = k.doubleValue();
    if (!(value > 0 && value < 16384)) {
      throw ElanusException.invalid(
          "The rank params k should be in range (0, 16384), got " + k.asText());
    }
    return new HybridRanker.ReciprocalRank(value);
  }

  private static HybridRanker weighted(JsonNode params, int parts) {
    JsonNode weights = params.get("weights");
    if (weights == null || weights.isNull()) {
      throw ElanusException.invalid("must set weight params for weighted reranker");
    }
    if (!weights.isArray()) {
      throw ElanusException.invalid("The weights param should be an array");
    }
    if (weights.size() != parts) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER,
              "the length of weights param mismatch with ann search requests")
          .with("expected", parts)
          .with("actual", weights.size());
    }
    double[] values = new double[parts];
    for (int i = 0; i < parts; i++) {
      JsonNode weight = weights.get(i);
      if (!weight.isNumber()) {
        throw ElanusException.invalid("The type of rank param weight should be float");
      }
      values[i] = weight.doubleValue();
      if (!(values[i] >= 0 && values[i] <= 1)) {
        throw ElanusException.invalid("rank param weight should be in range [0, 1]");
      }
    }
    JsonNode norm = params.get("norm_score");
    if (norm != null && !norm.isNull() && !norm.isBoolean()) {
      throw ElanusException.invalid("Weighted rerank err, norm_score should been bool type");
    }
    return new HybridRanker.Weighted(values, norm != null && norm.booleanValue());
  }
}
