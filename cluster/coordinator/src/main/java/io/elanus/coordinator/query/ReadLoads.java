package io.elanus.coordinator.query;

import io.elanus.roles.QueryNode;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What reads make of the weight of segments. Where nodes are read from, segments weigh as much
 * again as they do by themselves, all together: each by its share of the time that reads of its
 * collection take. So the balance evens out memory and reads, and a node never has more than twice
 * its share of either.
 *
 * <p>Weights change only when nodes have come to differ in reads by half of their mean, twice in a
 * row, and then at most once in a minute: the balance evens out down to a fifth, so that what it
 * has brought about is far from changing the weights again.
 */
final class ReadLoads {
  /** Below it a node is idle, whatever others do: a tenth of a read at a time. */
  private static final long LEAST_MICROS = 100_000;

  private static final long PAUSE_MILLIS = 60_000;

  /** A node with more of its memory's worth in segments gets no more while others have room. */
  private static final double FULL = 0.9;

  private Map<Long, QueryNode.Usage> told = Map.of();
  private Map<Long, Double> factors = Map.of();
  private boolean uneven;
  private long adopted = Long.MIN_VALUE / 2;

  /** Nodes that should get nothing more. */
  synchronized Set<Long> full() {
    Set<Long> full = new HashSet<>();
    told.forEach((node, usage) -> {
      if (usage.bytes() > usage.capacityBytes() * FULL) {
        full.add(node);
      }
    });
    return full;
  }

  /** The items as heavy as reads make them. */
  synchronized List<Balance.Item> weighed(List<Balance.Item> items) {
    if (factors.isEmpty()) {
      return items;
    }
    return items.stream()
        .map(item ->
            new Balance.Item(
                item.replica(), item.segment(), item.node(), (long) (item.weight() * factor(item))))
        .toList();
  }

  private double factor(Balance.Item item) {
    return factors.getOrDefault(item.replica().collection(), 1.0);
  }

  /**
   * Whether segments weigh something else from now on.
   *
   * @param usages of the nodes that are there and answer
   * @param items in views, by themselves
   */
  synchronized boolean told(
      Map<Long, QueryNode.Usage> usages, Collection<Balance.Item> items, long nowMillis) {
    told = Map.copyOf(usages);
    boolean before = uneven;
    uneven = isUneven();
    if (!uneven || !before || nowMillis - adopted < PAUSE_MILLIS) {
      return false;
    }
    adopted = nowMillis;
    factors = factors(items);
    return true;
  }

  private boolean isUneven() {
    var busy = told.values().stream().mapToLong(ReadLoads::micros).summaryStatistics();
    return busy.getCount() > 1
        && busy.getAverage() >= LEAST_MICROS
        && busy.getMax() - busy.getMin() > busy.getAverage() / 2;
  }

  private static long micros(QueryNode.Usage usage) {
    return usage.readMicros().values().stream().mapToLong(micros -> micros).sum();
  }

  private Map<Long, Double> factors(Collection<Balance.Item> items) {
    Map<Long, Long> weights = new HashMap<>();
    for (Balance.Item item : items) {
      weights.merge(item.replica().collection(), item.weight(), Long::sum);
    }
    Map<Long, Long> micros = new HashMap<>();
    for (QueryNode.Usage usage : told.values()) {
      usage
          .readMicros()
          .forEach((collection, busy) -> {
            if (weights.getOrDefault(collection, 0L) > 0) {
              micros.merge(collection, busy, Long::sum);
            }
          });
    }
    double allWeight = weights.values().stream().mapToLong(weight -> weight).sum();
    double allMicros = Math.max(1, micros.values().stream().mapToLong(busy -> busy).sum());
    Map<Long, Double> made = new HashMap<>();
    micros.forEach((collection, busy) -> {
      double share = busy / allMicros;
      made.put(collection, 1 + share * allWeight / weights.getOrDefault(collection, 1L));
    });
    return Map.copyOf(made);
  }
}
