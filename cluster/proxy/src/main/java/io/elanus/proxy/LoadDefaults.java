package io.elanus.proxy;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How often and where a collection is loaded of which a request does not say it: what its own
 * properties say, or else its database's.
 *
 * @param replicas at least 1
 * @param groups empty: the default one
 */
record LoadDefaults(int replicas, List<String> groups) {
  private static final String REPLICAS = ".replica.number";
  private static final String GROUPS = ".resource_groups";

  /**
   * @param own properties of the collection
   * @param inherited those of its database
   */
  static LoadDefaults of(Map<String, String> own, Map<String, String> inherited) {
    int replicas = replicas(own, "collection");
    List<String> groups = groups(own, "collection");
    return new LoadDefaults(
        Math.max(1, replicas > 0 ? replicas : replicas(inherited, "database")),
        groups.isEmpty() ? groups(inherited, "database") : groups);
  }

  /** 0: not said. */
  private static int replicas(Map<String, String> properties, String of) {
    return Integer.parseInt(properties.getOrDefault(of + REPLICAS, "0").strip());
  }

  /** Names between commas. */
  static List<String> groups(Map<String, String> properties, String of) {
    return Arrays.stream(properties.getOrDefault(of + GROUPS, "").split(","))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .toList();
  }
}
