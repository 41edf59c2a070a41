package io.elanus.proxy;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * How busy the leaders of shards are, as this proxy sees it: the reads it waits for, and how long
 * the last ones took (a moving average, an eighth of each).
 */
final class ReplicaLoads {
  private static final int WEIGHT = 8;

  private static final class Load {
    final AtomicInteger outstanding = new AtomicInteger();
    volatile long nanos;

    void took(long last) {
      nanos += (last - nanos) / WEIGHT; // a lost update costs one measurement
    }
  }

  private final Map<Long, Load> loads = new ConcurrentHashMap<>();

  private Load load(long node) {
    return loads.computeIfAbsent(node, absent -> new Load());
  }

  /** Fewest reads first, then the quickest. */
  Comparator<Long> leastFirst() {
    return Comparator.comparingInt((Long node) -> load(node).outstanding.get())
        .thenComparingLong(node -> load(node).nanos);
  }

  /** Runs a read of a node. */
  <R> R counted(long node, Supplier<R> read) {
    Load load = load(node);
    load.outstanding.incrementAndGet();
    long begin = System.nanoTime();
    try {
      R answer = read.get();
      load.took(System.nanoTime() - begin);
      return answer;
    } finally {
      load.outstanding.decrementAndGet();
    }
  }
}
