package io.elanus.server;

import io.elanus.cluster.ClusterProcess;
import io.elanus.node.data.CacheFigures;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToLongFunction;

/** What a process has copied of objects; Milvus's names where it has them. */
final class CacheMeters {
  private CacheMeters() {}

  static void bind(MeterRegistry registry, ClusterProcess process) {
    gauge(registry, process, "bytes", "copies of objects on the disk", CacheFigures::bytes);
    gauge(
        registry,
        process,
        "held_bytes",
        "of them, what stays while its segment is loaded",
        CacheFigures::heldBytes);
    gauge(registry, process, "budget_bytes", "what they may take", CacheFigures::budgetBytes);
    counter(
        registry,
        process,
        "milvus_querynode_disk_cache_load",
        "objects that were fetched",
        CacheFigures::fetches);
    counter(
        registry,
        process,
        "elanus_cache_fetched_bytes",
        "bytes of the objects that were fetched",
        CacheFigures::fetchedBytes);
    counter(
        registry,
        process,
        "milvus_querynode_disk_cache_evict",
        "copies that left for others",
        CacheFigures::evictions);
  }

  private static void gauge(
      MeterRegistry registry,
      ClusterProcess process,
      String name,
      String description,
      ToLongFunction<CacheFigures> figure) {
    Gauge.builder("elanus_cache_" + name, () -> figure.applyAsLong(process.cache()))
        .description(description)
        .register(registry);
  }

  private static void counter(
      MeterRegistry registry,
      ClusterProcess process,
      String name,
      String description,
      ToLongFunction<CacheFigures> figure) {
    FunctionCounter.builder(name, process, counting -> figure.applyAsLong(counting.cache()))
        .description(description)
        .register(registry);
  }
}
