package io.elanus.node.streaming;

import io.elanus.roles.Segments.View;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What reads of a shard see at one moment; replaced as a whole, so that a read meets either the
 * growing rows of a segment or the sealed segment that took their place.
 *
 * @param local growing segments, and flushed ones that no view contains yet
 * @param view of sealed segments; empty while the shard is not loaded
 * @param sealed the view's segments by node
 * @param truncatedAt rows written before this timestamp are gone; 0: none are
 */
record ShardSnapshot(
    List<Growing> local, Optional<View> view, List<OnNode> sealed, long truncatedAt) {
  static final ShardSnapshot EMPTY = new ShardSnapshot(List.of(), Optional.empty(), List.of(), 0);

  /** Segments that one query node serves. */
  record OnNode(long node, List<Long> segments) {
    OnNode {
      segments = List.copyOf(segments);
    }
  }

  ShardSnapshot {
    local = List.copyOf(local);
    sealed = List.copyOf(sealed);
  }

  /** Loaded partitions; empty: all. */
  Set<Long> loadedPartitions() {
    return view.map(View::partitions).orElse(Set.of());
  }

  ShardSnapshot withLocal(List<Growing> newLocal) {
    return new ShardSnapshot(newLocal, view, sealed, truncatedAt);
  }
}
