package io.elanus.coordinator.ledger;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * What each of some nodes carries, and which of them carries least and most, each told in
 * logarithmic time: a plan that places many things asks once for each. Of equals the one with the
 * lowest id is named.
 */
public final class NodeWeights {
  /** By weight, then by id. */
  private record Weighed(long weight, long node) implements Comparable<Weighed> {
    @Override
    public int compareTo(Weighed other) {
      int byWeight = Long.compare(weight, other.weight);
      return byWeight != 0 ? byWeight : Long.compare(node, other.node);
    }
  }

  private final Map<Long, Long> weights;
  private final TreeSet<Weighed> order = new TreeSet<>();

  /** Those that may give something away. */
  private final TreeSet<Weighed> givers;

  private long total;

  /**
   * @param weights in any unit, by node
   */
  public NodeWeights(Map<Long, Long> weights) {
    this.weights = new HashMap<>(weights);
    weights.forEach((node, weight) -> {
      order.add(new Weighed(weight, node));
      total += weight;
    });
    givers = new TreeSet<>(order);
  }

  public boolean isEmpty() {
    return weights.isEmpty();
  }

  public boolean has(long node) {
    return weights.containsKey(node);
  }

  /** A node that is not among them is left out. */
  public void add(long node, long weight) {
    Long before = weights.get(node);
    if (before != null) {
      var now = new Weighed(before + weight, node);
      order.remove(new Weighed(before, node));
      order.add(now);
      if (givers.remove(new Weighed(before, node))) {
        givers.add(now);
      }
      weights.put(node, before + weight);
      total += weight;
    }
  }

  /** 0 for a node that is not among them. */
  public long of(long node) {
    return weights.getOrDefault(node, 0L);
  }

  /** There must be one. */
  public long lightest() {
    return order.first().node();
  }

  /** Of those that were not set aside; there must be one. */
  public long heaviest() {
    Weighed last = givers.last();
    Weighed first = givers.ceiling(new Weighed(last.weight(), Long.MIN_VALUE));
    return first == null ? last.node() : first.node();
  }

  /** It has nothing to give, and is not named as the heaviest any more. */
  public void setAside(long node) {
    givers.remove(new Weighed(of(node), node));
  }

  /** The part of each if all carried the same, rounded down. There must be one. */
  public long share() {
    return total / weights.size();
  }
}
