package io.elanus.api.milvus;

import io.elanus.api.milvus.proto.KeyValuePair;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Key-value lists of the protocol as maps; of equal keys the last wins. */
final class Pairs {
  private Pairs() {}

  static Map<String, String> map(List<KeyValuePair> pairs) {
    Map<String, String> map = new LinkedHashMap<>();
    for (KeyValuePair pair : pairs) {
      map.put(pair.getKey(), pair.getValue());
    }
    return map;
  }

  /** Sorted by key. */
  static List<KeyValuePair> list(Map<String, String> map) {
    return new TreeMap<>(map)
        .entrySet().stream().map(entry -> pair(entry.getKey(), entry.getValue())).toList();
  }

  static KeyValuePair pair(String key, String value) {
    return KeyValuePair.newBuilder().setKey(key).setValue(value).build();
  }
}
