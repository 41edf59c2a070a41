package io.elanus.coordinator.query;

import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The only record of QueryCoord: what a user wants to be loaded. What is served is derived.
 *
 * @param partitions empty: the whole collection
 * @param fields empty: all
 */
record Wish(long collectionId, Set<Long> partitions, Set<Long> fields, long replicaId)
    implements QueryEntry {
  Wish {
    partitions = Set.copyOf(partitions);
    fields = Set.copyOf(fields);
  }

  @Override
  public String key() {
    return "wish/" + collectionId;
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
    return both.isEmpty()
        ? Optional.empty()
        : Optional.of(new Wish(collectionId, both, fields, replicaId));
  }

  boolean wants(long partitionId) {
    return partitions.isEmpty() || partitions.contains(partitionId);
  }
}
