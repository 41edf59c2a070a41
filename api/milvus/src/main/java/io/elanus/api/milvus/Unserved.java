package io.elanus.api.milvus;

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
   * Fields of a protocol that is newer than ours. A request that carries one (a row-level security
   * principal, say) would be answered as if it were not there.
   */
  static ElanusException laterProtocol(String message, Set<Integer> fields) {
    return ElanusException.invalid(
        "request carries fields of a later protocol, their numbers: "
            + new TreeSet<>(fields)
            + " (in "
            + message
            + ")");
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
}
