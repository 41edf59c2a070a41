package io.elanus.coordinator.query;

import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What is placed on each query node weighs, kept up with every change of a collection's copies: a
 * plan for one collection asks for it, and there may be thousands of plans when a node is lost.
 */
final class PlacedWeights {
  private final Map<Long, Long> weights = new ConcurrentHashMap<>();

  /** Of one collection; changes of the same one must not overlap. */
  void changed(Map<Serving.Copy, Serving.Placed> before, Map<Serving.Copy, Serving.Placed> after) {
    if (before == after) {
      return;
    }
    Placements.compare(
        Placements.of(before),
        Placements.of(after),
        gone -> add(gone.node(), -Balance.weight(gone.segment())),
        came -> add(came.node(), Balance.weight(came.segment())));
  }

  private void add(long node, long weight) {
    weights.merge(node, weight, (sum, more) -> sum + more == 0 ? null : sum + more);
  }

  /** Of these nodes. */
  Map<Long, Long> of(Collection<Long> nodes) {
    Map<Long, Long> asked = new TreeMap<>();
    nodes.forEach(node -> asked.put(node, weights.getOrDefault(node, 0L)));
    return asked;
  }
}
