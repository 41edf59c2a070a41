package io.elanus.coordinator.data;

import java.util.Set;

/** Where in metadata it stands that nodes are there. */
@FunctionalInterface
public interface NodePlaces {
  /** Of nodes that come and go with their process. */
  NodePlaces NONE = nodeId -> Set.of();

  /** The keys that exist only while the node is there. */
  Set<String> of(long nodeId);
}
