package io.elanus.coordinator.query;

import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Which leaders of shards cannot reach which query nodes, as they said not long ago. They say so
 * again and again until they can.
 */
final class Cuts {
  private static final Duration REMEMBERED = Duration.ofSeconds(10);

  private final LongSupplier nanoTime;
  private final Map<Cut, Long> toldNanos = new ConcurrentHashMap<>();

  private record Cut(long leader, long node) {}

  Cuts(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Whether this is news. */
  boolean add(long leader, long node) {
    boolean known = from(leader).contains(node);
    toldNanos.put(new Cut(leader, node), nanoTime.getAsLong());
    return !known;
  }

  /** The query nodes that some leader cannot reach. */
  Set<Long> nodes() {
    long now = nanoTime.getAsLong();
    toldNanos.values().removeIf(told -> now - told > REMEMBERED.toNanos());
    Set<Long> nodes = new HashSet<>();
    toldNanos.keySet().forEach(cut -> nodes.add(cut.node()));
    return nodes;
  }

  /** The query nodes that a leader cannot reach. */
  Set<Long> from(long leader) {
    long now = nanoTime.getAsLong();
    toldNanos.values().removeIf(told -> now - told > REMEMBERED.toNanos());
    Set<Long> nodes = new HashSet<>();
    for (Cut cut : toldNanos.keySet()) {
      if (cut.leader() == leader) {
        nodes.add(cut.node());
      }
    }
    return nodes;
  }
}
