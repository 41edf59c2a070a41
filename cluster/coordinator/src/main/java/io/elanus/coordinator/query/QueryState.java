package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Wishes, resource groups, and what replicas were assigned, in memory. */
final class QueryState implements State<QueryEntry> {
  private final Map<Long, Wish> wishes = new TreeMap<>();
  private final NavigableMap<ReplicaKey, Assigned> assigned = new TreeMap<>();
  private final Map<String, ResourceGroup> groups = new TreeMap<>();

  QueryState() {
    groups.put(ResourceGroup.DEFAULT.name(), ResourceGroup.DEFAULT);
  }

  @Override
  public void apply(Change<QueryEntry> change) {
    boolean put = change instanceof Change.Put;
    switch (change.entry()) {
      case Wish wish when put -> wishes.put(wish.collectionId(), wish);
      case Wish wish -> wishes.remove(wish.collectionId());
      case Assigned replica when put -> assigned.put(replica.replica(), replica);
      case Assigned replica -> assigned.remove(replica.replica());
      case ResourceGroup group when put -> groups.put(group.name(), group);
      case ResourceGroup group -> groups.remove(group.name());
    }
  }

  Optional<ResourceGroup> group(String name) {
    return Optional.ofNullable(groups.get(name));
  }

  /** By name; the default one is always among them. */
  List<ResourceGroup> groups() {
    return List.copyOf(groups.values());
  }

  /** Of these nodes those that each group has; the default one has what no other has. */
  Map<String, Set<Long>> nodesByGroup(Set<Long> nodes) {
    Map<String, Set<Long>> byGroup = new TreeMap<>();
    Set<Long> free = new TreeSet<>(nodes);
    for (ResourceGroup group : groups.values()) {
      Set<Long> own = new TreeSet<>(group.nodes());
      own.retainAll(free);
      free.removeAll(own);
      byGroup.put(group.name(), own);
    }
    byGroup.put(ResourceGroup.DEFAULT.name(), free);
    return byGroup;
  }

  /** The group that each wished replica keeps to. */
  Map<ReplicaKey, String> groupsOfReplicas() {
    Map<ReplicaKey, String> byReplica = new TreeMap<>();
    for (Wish wish : wishes.values()) {
      List<ReplicaKey> replicas = wish.replicas();
      for (int ordinal = 0; ordinal < replicas.size(); ordinal++) {
        byReplica.put(replicas.get(ordinal), wish.group(ordinal));
      }
    }
    return byReplica;
  }

  Stream<ReplicaKey> replicasIn(String group) {
    return groupsOfReplicas().entrySet().stream()
        .filter(entry -> entry.getValue().equals(group))
        .map(Map.Entry::getKey);
  }

  Optional<Wish> wish(long collectionId) {
    return Optional.ofNullable(wishes.get(collectionId));
  }

  List<Long> collections() {
    return List.copyOf(wishes.keySet());
  }

  Optional<Assigned> assigned(ReplicaKey replica) {
    return Optional.ofNullable(assigned.get(replica));
  }

  /** Of one collection. */
  List<Assigned> assigned(long collectionId) {
    return List.copyOf(
        assigned
            .subMap(
                new ReplicaKey(collectionId, Long.MIN_VALUE),
                true,
                new ReplicaKey(collectionId, Long.MAX_VALUE),
                true)
            .values());
  }

  /** Of all collections. */
  List<Assigned> assigned() {
    return List.copyOf(assigned.values());
  }
}
