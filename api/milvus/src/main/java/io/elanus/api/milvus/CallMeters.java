package io.elanus.api.milvus;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;

/** Counts of one RPC under the names of Milvus: requests by outcome, latency in milliseconds. */
final class CallMeters {
  private static final double[] LATENCY_BUCKETS = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
  };

  private final Counter total;
  private final Counter success;
  private final Counter fail;
  private final DistributionSummary latency;

  CallMeters(MeterRegistry registry, String method) {
    total = counter(registry, method, "total");
    success = counter(registry, method, "success");
    fail = counter(registry, method, "fail");
    latency =
        DistributionSummary.builder("milvus_proxy_req_latency")
            .description("latency of each request, milliseconds")
            .tag("function_name", method)
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(registry);
  }

  void began() {
    total.increment();
  }

  void ended(boolean succeeded, long nanos) {
    (succeeded ? success : fail).increment();
    latency.record(nanos / 1e6);
  }

  private static Counter counter(MeterRegistry registry, String method, String status) {
    return Counter.builder("milvus_proxy_req_count")
        .description("count of operation executed")
        .tag("function_name", method)
        .tag("status", status)
        .register(registry);
  }
}
