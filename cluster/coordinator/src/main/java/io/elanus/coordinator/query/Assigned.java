package io.elanus.coordinator.query;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which query nodes a replica of a collection with several has, and which of them lead its shards.
 * Recorded, so that another coordinator leaves everything where it is.
 *
 * @param leaders by channel; none for the first replica, whose leaders are the channels' owners
 */
record Assigned(long collectionId, long replicaId, Set<Long> nodes, Map<String, Long> leaders)
    implements QueryEntry {
  Assigned {
    nodes = new TreeSet<>(nodes);
    leaders = new TreeMap<>(leaders);
  }

  @Override
  public String key() {
    return "replica/" + collectionId + "/" + replicaId;
  }

  ReplicaKey replica() {
    return new ReplicaKey(collectionId, replicaId);
  }
}
