package io.elanus.server.operations;

import io.elanus.roles.CallWatch;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How often and how long roles of this process are called by others; milliseconds. Reads of a query
 * node and changes of the catalogue under Milvus's names, all under {@code elanus_role_req}.
 */
public final class RoleCallMeters implements CallWatch {
  private static final double[] LATENCY_BUCKETS = {
    1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768, 65536
  };

  private final MeterRegistry registry;
  private final Map<String, Meters> byName = new ConcurrentHashMap<>();

  private record Meters(DistributionSummary latency, Counter success, Counter fail) {}

  public RoleCallMeters(MeterRegistry registry) {
    this.registry = registry;
  }

  @Override
  public Call arriving(Kind kind, String name, UnaryOperator<@Nullable String> headers) {
    if (kind == Kind.CLIENT) { // the door counts them
      return Call.UNWATCHED;
    }
    Meters meters = byName.computeIfAbsent(name, this::meters);
    long began = System.nanoTime();
    return new Call() {
      @Override
      public void ended(boolean succeeded) {
        meters.latency().record((System.nanoTime() - began) / 1e6);
        (succeeded ? meters.success() : meters.fail()).increment();
      }

      @Override
      public void forgotten() {}
    };
  }

  @Override
  public Call leaving(String name, BiConsumer<String, String> headers) {
    return Call.UNWATCHED;
  }

  private Meters meters(String name) {
    String[] tags =
        switch (name) {
          case "QueryNode.search" ->
              new String[] {"milvus_querynode_sq_req", "query_type", "search"};
          case "QueryNode.query" -> new String[] {"milvus_querynode_sq_req", "query_type", "query"};
          case "RootCoord.execute" ->
              new String[] {"milvus_rootcoord_ddl_req", "function_name", "execute"};
          default -> new String[] {"elanus_role_req", "function_name", name};
        };
    return new Meters(
        DistributionSummary.builder(tags[0] + "_latency")
            .description("of calls by other processes, milliseconds")
            .tag(tags[1], tags[2])
            .serviceLevelObjectives(LATENCY_BUCKETS)
            .register(registry),
        counter(tags, "success"),
        counter(tags, "fail"));
  }

  private Counter counter(String[] tags, String status) {
    return Counter.builder(tags[0] + "_count")
        .description("of calls by other processes")
        .tag(tags[1], tags[2])
        .tag("status", status)
        .register(registry);
  }
}
