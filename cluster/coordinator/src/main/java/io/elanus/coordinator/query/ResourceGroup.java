package io.elanus.coordinator.query;

/** Names of sets of query nodes that replicas keep to. */
final class ResourceGroup {
  /** Where nodes are that no other group has. */
  static final String DEFAULT = "__default_resource_group";

  private ResourceGroup() {}
}
