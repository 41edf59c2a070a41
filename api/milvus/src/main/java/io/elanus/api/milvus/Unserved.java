package io.elanus.api.milvus;

import com.google.protobuf.Message;
import io.elanus.api.milvus.proto.HybridSearchRequest;
import io.elanus.api.milvus.proto.SearchRequest;
import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Request fields that are known but not built yet and would change the answer. They are refused by
 * name, never accepted and ignored.
 */
final class Unserved {
  private Unserved() {}

  static ElanusException field(String name) {
    return ElanusException.invalid("request field " + name + " is not supported yet");
  }

  /**
   * Fields of a protocol that is newer than ours. A read or write that carries one (a row-level
   * security principal, say) would be answered as if it were not there.
   */
  static void checkUnknown(Message request) {
    Set<Integer> unknown = request.getUnknownFields().asMap().keySet();
    if (!unknown.isEmpty()) {
      throw laterProtocol(unknown);
    }
  }

  static ElanusException laterProtocol(Set<Integer> fields) {
    return ElanusException.invalid(
        "request carries fields of a later protocol, their numbers: " + new TreeSet<>(fields));
  }

  static void check(SearchRequest request) {
    checkUnknown(request);
    refuse(!request.getNamespace().isEmpty(), "namespace");
    refuse(request.hasFunctionScore(), "function_score");
    refuse(request.getFunctionChainsCount() > 0, "function_chains");
    refuse(request.hasSearchAggregation(), "search_aggregation");
    refuse(request.hasHighlighter(), "highlighter");
    checkParameters(Pairs.map(request.getSearchParamsList()));
  }

  /** All but {@code function_score}, part of which is served: see {@link RankFunctions}. */
  static void check(HybridSearchRequest request) {
    checkUnknown(request);
    refuse(!request.getNamespace().isEmpty(), "namespace");
    refuse(request.getFunctionChainsCount() > 0, "function_chains");
  }

  /** Keys of search_params and query_params. */
  static void checkParameters(Map<String, String> parameters) {
    for (String key : new String[] {"order_by_fields", "analyzer_name", "time_fields"}) {
      String value = parameters.getOrDefault(key, "");
      if (!value.isEmpty()) {
        throw ElanusException.invalid(
            "parameter " + key + " is not supported yet, it was " + value);
      }
    }
  }

  static void refuse(boolean present, String name) {
    if (present) {
      throw field(name);
    }
  }
}
