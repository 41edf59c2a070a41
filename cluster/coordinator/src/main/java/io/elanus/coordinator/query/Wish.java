package io.elanus.coordinator.query;

import io.elanus.roles.ResourceGroups;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What a user wants to be loaded. What is served is derived.
 *
 * @param partitions empty: the whole collection
 * @param fields empty: all
 * @param replicaId of the first replica, whose leaders are the owners of the channels
 * @param further ids of the others, in the order of their making
 * @param groups resource groups of all of them, in their order; empty: the default one
 */
record Wish(
    long collectionId,
    Set<Long> partitions,
    Set<Long> fields,
    long replicaId,
    List<Long> further,
    List<String> groups)
    implements QueryEntry {
  Wish {
    partitions = Set.copyOf(partitions);
    fields = Set.copyOf(fields);
    further = List.copyOf(further);
    groups = List.copyOf(groups);
  }

  /** One replica in the default group. */
  Wish(long collectionId, Set<Long> partitions, Set<Long> fields, long replicaId) {
    this(collectionId, partitions, fields, replicaId, List.of(), List.of());
  }

  @Override
  public String key() {
    return "wish/" + collectionId;
  }

  /** In the order of their making. */
  List<ReplicaKey> replicas() {
    List<ReplicaKey> replicas = new ArrayList<>();
    replicas.add(new ReplicaKey(collectionId, replicaId));
    further.forEach(id -> replicas.add(new ReplicaKey(collectionId, id)));
    return replicas;
  }

  /** Where the n-th replica is to be, from 0. */
  String group(int replica) {
    return groups.isEmpty()
        ? ResourceGroups.DEFAULT
        : groups.get(Math.min(replica, groups.size() - 1));
  }

  /** The same in other groups, one for each replica in any order: as many as can stay do. */
  Wish in(List<String> wanted) {
    List<String> open = new ArrayList<>(wanted);
    List<String> placed = new ArrayList<>();
    boolean[] stays = new boolean[wanted.size()];
    for (int replica = 0; replica < wanted.size(); replica++) {
      placed.add(group(replica));
      stays[replica] = open.remove(group(replica));
    }
    for (int replica = 0; replica < wanted.size(); replica++) {
      if (!stays[replica]) {
        placed.set(replica, open.removeFirst());
      }
    }
    return new Wish(collectionId, partitions, fields, replicaId, further, placed);
  }

  /** One for each replica, in their order. */
  List<String> groupOfEach() {
    return IntStream.range(0, replicas().size()).mapToObj(this::group).toList();
  }

  /** What both wish for; empty: nothing, for the other is of another load. */
  Optional<Wish> shared(Wish other) {
    if (replicaId != other.replicaId || !fields.equals(other.fields)) {
      return Optional.empty();
    }
    if (partitions.isEmpty() || other.partitions.isEmpty()) {
      return Optional.of(partitions.isEmpty() ? other : this);
    }
    Set<Long> both = new HashSet<>(partitions);
    both.retainAll(other.partitions);
    return both.isEmpty() ? Optional.empty() : Optional.of(of(both));
  }

  /** The same with other partitions. */
  Wish of(Set<Long> others) {
    return new Wish(collectionId, others, fields, replicaId, further, groups);
  }

  /** The same wherever it is: what of it can be read does not depend on groups. */
  Wish anywhere() {
    return new Wish(collectionId, partitions, fields, replicaId, further, List.of());
  }

  boolean wants(long partitionId) {
    return partitions.isEmpty() || partitions.contains(partitionId);
  }
}
