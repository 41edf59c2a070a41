package io.elanus.api.milvus;

import io.elanus.api.http.Doors;
import io.elanus.api.http.EventLoops;
import io.elanus.api.http.GrpcServices;
import io.elanus.roles.Proxy;
import io.grpc.ServerServiceDefinition;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

/**
 * The Milvus service over a {@link Proxy}: all RPCs of the areas below, each on a virtual thread of
 * its own, short reads apart. What is not served is refused by name.
 */
public final class MilvusService {
  /**
   * @param bytesInFlight of requests being received or carried out, in memory
   * @param stall in which a request that comes in must go on, or its call is ended
   */
  public record Limits(long bytesInFlight, Duration stall) {
    public static final Limits DEFAULTS = new Limits(256L << 20, Duration.ofSeconds(10));

    public Limits withBytesInFlight(long bytes) {
      return new Limits(bytes, stall);
    }
  }

  private final ServerServiceDefinition definition;
  private final WaitingReads waitingReads = new WaitingReads();
  private final Set<String> served;
  private final UnservedMethods unserved;

  public MilvusService(
      Proxy proxy, ServerInfo server, Authorizer authorizer, Limits limits, MeterRegistry meters) {
    ThreadFactory threads = Thread.ofVirtual().name("rpc-", 0).factory();
    Executor requests = call -> threads.newThread(call).start(); // holds nothing to be closed
    RequestBudget budget =
        new RequestBudget(
            limits.bytesInFlight(),
            RequestBudget.START_BYTES,
            Doors.AHEAD_BYTES,
            RequestBudget.PATIENCE,
            System::nanoTime);
    RowMeters rows = new RowMeters(meters);
    rows.bind(proxy);
    Rpcs rpcs =
        new Rpcs(
            authorizer,
            meters,
            new CallThreads(requests, EventLoops::afterRead, System::nanoTime),
            budget,
            limits.stall(),
            waitingReads);
    new SystemRpcs(proxy, server).addTo(rpcs);
    new DatabaseRpcs(proxy).addTo(rpcs);
    new CollectionRpcs(proxy).addTo(rpcs);
    new AlterRpcs(proxy).addTo(rpcs);
    new PartitionRpcs(proxy).addTo(rpcs);
    new AliasRpcs(proxy).addTo(rpcs);
    new LoadRpcs(proxy).addTo(rpcs);
    new ResourceGroupRpcs(proxy).addTo(rpcs);
    new IndexRpcs(proxy).addTo(rpcs);
    new DataRpcs(proxy, rows).addTo(rpcs);
    new SearchRpcs(proxy, rows).addTo(rpcs);
    new FlushRpcs(proxy).addTo(rpcs);
    new SegmentRpcs(proxy).addTo(rpcs);
    this.definition = rpcs.build();
    this.served = new TreeSet<>(rpcs.served());
    this.unserved = new UnservedMethods(meters);
  }

  /** For the shared port. Tracers charge requests while they come in. */
  public GrpcServices services() {
    return new GrpcServices(
        List.of(definition), unserved, List.of(Inbound.FACTORY), waitingReads::end);
  }

  /** Names of the RPCs that are served. */
  public Set<String> served() {
    return Set.copyOf(served);
  }
}
