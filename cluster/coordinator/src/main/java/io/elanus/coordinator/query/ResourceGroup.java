package io.elanus.coordinator.query;

import io.elanus.roles.ResourceGroups;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A set of query nodes that replicas keep to. Recorded, so that another coordinator leaves every
 * node where it is.
 *
 * @param nodes those it was given, some of which may be gone; none of the default group, which has
 *     all that no other has
 */
record ResourceGroup(String name, ResourceGroups.Config config, Set<Long> nodes)
    implements QueryEntry {
  /** The default group, as long as nobody said anything else of it; it may have all nodes. */
  static final ResourceGroup DEFAULT =
      new ResourceGroup(
          ResourceGroups.DEFAULT, ResourceGroups.Config.of(0, 1_000_000), new TreeSet<>());

  ResourceGroup {
    nodes = new TreeSet<>(nodes);
  }

  @Override
  public String key() {
    return "group/" + name;
  }

  boolean isDefault() {
    return name.equals(ResourceGroups.DEFAULT);
  }

  ResourceGroup with(ResourceGroups.Config other) {
    return new ResourceGroup(name, other, nodes);
  }

  ResourceGroup with(Set<Long> others) {
    return new ResourceGroup(name, config, others);
  }

  /** Whether a node with these labels may be in it. */
  boolean takes(Map<String, String> labels) {
    return labels.entrySet().containsAll(config.labels().entrySet());
  }
}
