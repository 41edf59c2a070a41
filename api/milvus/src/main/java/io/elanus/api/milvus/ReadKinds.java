package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.KeyValuePair;
import io.elanus.api.milvus.proto.QueryRequest;
import io.elanus.api.milvus.proto.SearchRequest;

/**
 * What reads have in common that take about the same time: collection, shape of the filter (its
 * literals left out), number of queries, bytes, and what else decides how much there is to do.
 * Pages of an iterator are no kind: they remember what they have shown.
 */
final class ReadKinds {
  private ReadKinds() {}

  static int of(SearchRequest request) {
    int kind = mix(request.getDbName().hashCode(), request.getCollectionName().hashCode());
    kind = mix(kind, shape(request.getDsl()));
    kind = mix(kind, sizeClass(request.getDsl().length()));
    kind = mix(kind, sizeClass(request.getPlaceholderGroup().size()));
    kind = mix(kind, request.hasIds() ? sizeClass(request.getIds().getSerializedSize()) : 0);
    for (KeyValuePair parameter : request.getSearchParamsList()) {
      switch (parameter.getKey()) {
        case "iterator", "search_iter_v2" -> {
          return UnaryCall.MAY_WAIT;
        }
        case "topk", "limit", "offset" -> kind = mix(kind, parameter.getValue().length());
        case "params" -> kind = mix(kind, shape(parameter.getValue()));
        default -> kind = mix(kind, parameter.getKey().hashCode());
      }
    }
    return kind & Integer.MAX_VALUE;
  }

  static int of(QueryRequest request) {
    int kind = mix(request.getDbName().hashCode(), request.getCollectionName().hashCode());
    kind = mix(kind, shape(request.getExpr()));
    kind = mix(kind, request.getOutputFieldsList().hashCode());
    kind = mix(kind, sizeClass(request.getExpr().length()));
    for (KeyValuePair parameter : request.getQueryParamsList()) {
      if (parameter.getKey().equals("iterator")) {
        return UnaryCall.MAY_WAIT;
      }
      kind = mix(kind, parameter.getKey().hashCode());
      kind = mix(kind, parameter.getValue().length());
    }
    return kind & Integer.MAX_VALUE;
  }

  private static int mix(int kind, int more) {
    return kind * 31 + more;
  }

  /** Of parts: the size of a whole message with a map in it needs the protocol's descriptors. */
  private static int sizeClass(int bytes) {
    return Integer.numberOfLeadingZeros(bytes);
  }

  /** The hash of a text without its digits and without what stands in quotes. */
  static int shape(String text) {
    int hash = 0;
    char quote = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quote != 0) {
        quote = c == quote ? 0 : quote;
      } else if (c == '"' || c == '\'') {
        quote = c;
      } else if (c < '0' || c > '9') {
        hash = hash * 31 + c;
      }
    }
    return hash;
  }
}
