package io.elanus.node.query;

import io.elanus.node.read.RecentRate;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** How long reads of each collection took of late, those at the same time added up. */
final class ReadTimes {
  private static final long NANOS_PER_MICRO = 1000;

  private final Map<Long, RecentRate> byCollection = new ConcurrentHashMap<>();

  <T> T measure(long collectionId, Supplier<T> read) {
    long begin = System.nanoTime();
    try {
      return read.get();
    } finally {
      byCollection
          .computeIfAbsent(collectionId, none -> new RecentRate(System::nanoTime))
          .add((System.nanoTime() - begin) / NANOS_PER_MICRO);
    }
  }

  /** A million is one read at a time, always. Collections that nobody reads are left out. */
  Map<Long, Long> microsPerSecond() {
    Map<Long, Long> busy = new TreeMap<>();
    byCollection.forEach((collection, rate) -> {
      long micros = rate.perSecond();
      if (micros > 0) {
        busy.put(collection, micros);
      }
    });
    return busy;
  }

  void forget(long collectionId) {
    byCollection.remove(collectionId);
  }
}
