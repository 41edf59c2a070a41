package io.elanus.coordinator.query;

import io.elanus.roles.Directory;
import io.elanus.roles.ShardLeader;
import io.elanus.roles.StreamingNode;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** What is served of every collection at present. */
final class Board {
  private final Directory directory;
  private final Map<Long, Serving> servings = new ConcurrentHashMap<>();

  Board(Directory directory) {
    this.directory = directory;
  }

  Serving serving(long collectionId) {
    return servings.getOrDefault(collectionId, Serving.NOTHING);
  }

  boolean serves(long collectionId) {
    return servings.containsKey(collectionId);
  }

  void update(long collectionId, UnaryOperator<Serving> change) {
    servings.compute(
        collectionId, (id, before) -> change.apply(before == null ? Serving.NOTHING : before));
  }

  void remove(long collectionId) {
    servings.remove(collectionId);
  }

  /** Rows placed on each of these nodes. */
  Map<Long, Long> nodeRows(Collection<Long> nodes) {
    Map<Long, Long> rows = new TreeMap<>();
    nodes.forEach(node -> rows.put(node, 0L));
    for (Serving serving : servings.values()) {
      for (Serving.Placed placed : serving.placed().values()) {
        rows.computeIfPresent(placed.node(), (node, sum) -> sum + placed.segment().rows());
      }
    }
    return rows;
  }

  /** Every segment that is placed anywhere. */
  Set<Long> placed() {
    Set<Long> placed = new HashSet<>();
    servings.values().forEach(serving -> placed.addAll(serving.placed().keySet()));
    return placed;
  }

  /** The node id of a leader; -1 when it cannot be told. */
  long nodeOf(ShardLeader leader) {
    Map<Long, StreamingNode> nodes = directory.streamingNodes();
    for (Map.Entry<Long, StreamingNode> node : nodes.entrySet()) {
      if (node.getValue().equals(leader)) {
        return node.getKey();
      }
    }
    return nodes.size() == 1 ? nodes.keySet().iterator().next() : -1;
  }
}
