package io.elanus.server;

import io.elanus.roles.IndexCoord;
import io.elanus.schema.ElanusException;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** What is known of all index files; IndexCoord is asked at each reading. */
final class IndexMeters {
  private IndexMeters() {}

  static void bind(MeterRegistry registry, IndexCoord indexes) {
    gauge(registry, indexes, "elanus_index_files", "index files", all -> all.measured().files());
    gauge(
        registry,
        indexes,
        "elanus_index_bytes",
        "bytes of index files, which are mapped and used in place",
        all -> all.measured().bytes());
    gauge(
        registry,
        indexes,
        "elanus_index_resident_bytes",
        "of them, what every search may need in memory",
        all -> all.measured().resident());
    gauge(
        registry,
        indexes,
        "elanus_index_foretold_bytes",
        "bytes that vector indexes were expected to take before they were built",
        all -> all.measured().foretold());
    gauge(
        registry,
        indexes,
        "elanus_index_least_recall",
        "least recall of the 10 nearest at the default effort that a build measured; 1 without any",
        all -> all.measured().recall().orElse(1f));
    FunctionCounter.builder(
            "elanus_index_damaged", indexes, role -> value(role, IndexCoord.Statistics::damaged))
        .description("index files that could not be used and were bypassed")
        .register(registry);
  }

  private static void gauge(
      MeterRegistry registry,
      IndexCoord indexes,
      String name,
      String description,
      ToDoubleFunction<IndexCoord.Statistics> value) {
    Gauge.builder(name, () -> value(indexes, value)).description(description).register(registry);
  }

  private static double value(IndexCoord indexes, ToDoubleFunction<IndexCoord.Statistics> value) {
    try {
      return value.applyAsDouble(indexes.statistics());
    } catch (ElanusException unreachable) {
      return Double.NaN;
    }
  }
}
