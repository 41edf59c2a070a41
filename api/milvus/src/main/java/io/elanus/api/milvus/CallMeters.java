package io.elanus.api.milvus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import org.jspecify.annotations.Nullable;

/** Counts of one RPC under the names of Milvus: requests by outcome, latency in milliseconds. */
final class CallMeters {
  private static final double[] LATENCY_BUCKETS = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
  };

  private final MeterRegistry registry;
  private final String method;
  private volatile @Nullable Registered registered;

  private record Registered(
      Counter total, Counter success, Counter fail, DistributionSummary latency) {}

  CallMeters(MeterRegistry registry, String method) {
    this.registry = registry;
    this.method = method;
  }

  void began() {
    registered().total().increment();
  }

  void ended(boolean succeeded, long nanos) {
    Registered meters = registered();
    (succeeded ? meters.success() : meters.fail()).increment();
    meters.latency().record(nanos / 1e6);
  }

  /** Registered at the first call, so that a start does not wait for meters of every RPC. */
  private Registered registered() {
    Registered meters = registered;
    if (meters == null) {
      // Two threads that come at once get the same meters from the registry.
      meters =
          new Registered(
              counter(registry, method, "total"),
              counter(registry, method, "success"),
              counter(registry, method, "fail"),
              latency());
      registered = meters;
    }
    return meters;
  }

  private DistributionSummary latency() {
    return DistributionSummary.builder("milvus_proxy_req_latency")
        .description("latency of each request, milliseconds")
        .tag("function_name", method)
        .serviceLevelObjectives(LATENCY_BUCKETS)
        .register(registry);
  }

  private static Counter counter(MeterRegistry registry, String method, String status) {
    return Counter.builder("milvus_proxy_req_count")
        .description("count of operation executed")
        .tag("function_name", method)
        .tag("status", status)
        .register(registry);
  }
}
