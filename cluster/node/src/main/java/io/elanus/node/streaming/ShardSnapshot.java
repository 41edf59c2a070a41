package io.elanus.node.streaming;

import io.elanus.roles.Segments.View;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

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

  ShardSnapshot withTruncation(long timestamp) {
    return new ShardSnapshot(local, view, sealed, Math.max(truncatedAt, timestamp));
  }

  /** Segments of the next view that are not where the present view has them. */
  static List<OnNode> joining(ShardSnapshot snapshot, View next) {
    Map<Long, Long> present = snapshot.view().map(View::placements).orElse(Map.of());
    Map<Long, Long> joining = new HashMap<>();
    next.placements()
        .forEach((segment, node) -> {
          if (!node.equals(present.get(segment))) {
            joining.put(segment, node);
          }
        });
    return byNode(joining);
  }

  static List<OnNode> byNode(Map<Long, Long> placements) {
    Map<Long, List<Long>> nodes = new TreeMap<>();
    placements.forEach(
        (segment, node) -> nodes.computeIfAbsent(node, id -> new ArrayList<>()).add(segment));
    List<OnNode> placed = new ArrayList<>();
    nodes.forEach(
        (node, segments) -> placed.add(new OnNode(node, segments.stream().sorted().toList())));
    return placed;
  }
}
