package io.elanus.api.milvus;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.function.ToLongFunction;

/**
 * Rows written and vectors searched, counted as they pass; collections, rows and segments, counted
 * when somebody asks. The names are those of Milvus.
 */
final class RowMeters {
  private final MeterRegistry registry;

  RowMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  void inserted(long rows) {
    registry.counter("milvus_proxy_insert_vectors_count").increment(rows);
  }

  void upserted(long rows) {
    registry.counter("milvus_proxy_upsert_vectors_count").increment(rows);
  }

  void deleted(long rows) {
    registry.counter("milvus_proxy_delete_vectors_count").increment(rows);
  }

  void searched(long queries) {
    registry.counter("milvus_proxy_search_vectors_count").increment(queries);
  }

  /** Gauges that ask the catalogue at each reading. */
  void bind(Proxy proxy) {
    Gauge.builder("milvus_rootcoord_collection_num", () -> sum(proxy, collection -> 1))
        .description("number of collections")
        .register(registry);
    Gauge.builder("milvus_datacoord_stored_rows_num", () -> sum(proxy, rows(proxy)))
        .description("number of stored rows, deletes not subtracted")
        .register(registry);
    for (Segments.State state : Segments.State.values()) {
      Gauge.builder("milvus_datacoord_segment_num", () -> sum(proxy, segments(proxy, state)))
          .description("number of segments")
          .tag("segment_state", name(state))
          .register(registry);
    }
  }

  private static ToLongFunction<Catalogue.Collection> rows(Proxy proxy) {
    return collection ->
        proxy.rowCounts(collection.database(), collection.name()).values().stream()
            .mapToLong(Long::longValue)
            .sum();
  }

  private static ToLongFunction<Catalogue.Collection> segments(Proxy proxy, Segments.State state) {
    return collection ->
        proxy.segments(collection.database(), collection.name()).stream()
            .filter(segment -> segment.state() == state)
            .count();
  }

  /** A collection that is dropped meanwhile counts as nothing. */
  private static double sum(Proxy proxy, ToLongFunction<Catalogue.Collection> number) {
    long sum = 0;
    for (Catalogue.Database database : proxy.databases()) {
      for (Catalogue.Collection collection : proxy.collections(database.name())) {
        try {
          sum += number.applyAsLong(collection);
        } catch (ElanusException e) {
          continue;
        }
      }
    }
    return sum;
  }

  private static String name(Segments.State state) {
    String name = state.name().toLowerCase(Locale.ROOT);
    return Character.toUpperCase(name.charAt(0)) + name.substring(1);
  }
}
