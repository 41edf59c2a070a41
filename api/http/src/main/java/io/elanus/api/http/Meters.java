package io.elanus.api.http;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;

/** The registry of the process's meters, as {@code /metrics} prints them. */
public final class Meters {
  /** Histograms count since the start, as Prometheus expects, not over a sliding window. */
  private static final MeterFilter COUNT_SINCE_START =
      new MeterFilter() {
        @Override
        public DistributionStatisticConfig configure(
            Meter.Id id, DistributionStatisticConfig config) {
          return DistributionStatisticConfig.builder()
              .expiry(Duration.ofDays(3650))
              .bufferLength(1)
              .build()
              .merge(config);
        }
      };

  private Meters() {}

  /** A registry with nothing in it. */
  public static MeterRegistry registry() {
    MeterRegistry registry = new SimpleMeterRegistry();
    registry.config().meterFilter(COUNT_SINCE_START);
    return registry;
  }

  /** Adds memory, threads and processor use of this JVM. */
  static void bindJvm(MeterRegistry registry) {
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
  }
}
