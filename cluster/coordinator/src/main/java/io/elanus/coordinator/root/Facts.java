package io.elanus.coordinator.root;

import io.elanus.roles.QueryCoord.LoadState;
import java.util.Optional;

/** What other coordinators know about the collection that a command is about. */
record Facts(Optional<LoadState> load, boolean vectorIndexed) {
  static final Facts NONE = new Facts(Optional.empty(), false);

  boolean loaded() {
    return load.isPresent();
  }

  boolean loaded(long partitionId) {
    return load.isPresent()
        && (load.get().partitions().isEmpty() || load.get().partitions().contains(partitionId));
  }
}
