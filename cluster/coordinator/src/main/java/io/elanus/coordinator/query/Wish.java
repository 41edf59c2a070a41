package io.elanus.coordinator.query;

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

  boolean wants(long partitionId) {
    return partitions.isEmpty() || partitions.contains(partitionId);
  }
}
