package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Entry;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Segments;

/** Records of IndexCoord. */
sealed interface IndexEntry extends Entry {
  record Defined(IndexCoord.Definition definition) implements IndexEntry {
    @Override
    public String key() {
      return "definition/" + definition.collectionId() + "/" + definition.id();
    }
  }

  record Built(long collectionId, Segments.IndexFile file) implements IndexEntry {
    @Override
    public String key() {
      return "built/" + collectionId + "/" + file.segmentId() + "/" + file.indexId();
    }
  }

  /** An object nobody needs since then, wall clock. */
  record Unneeded(String object, long sinceMillis) implements IndexEntry {
    @Override
    public String key() {
      return "unneeded/" + object;
    }
  }
}
