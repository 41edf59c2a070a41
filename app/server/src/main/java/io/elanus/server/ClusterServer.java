package io.elanus.server;

import io.elanus.api.http.Doors;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.http.ManagementDoor;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.ServerInfo;
import io.elanus.cluster.ClusterProcess;
import io.elanus.cluster.ClusterStores;
import io.elanus.membership.Role;
import io.elanus.process.Opened;
import io.elanus.process.Settings;
import io.elanus.roles.Proxy;
import io.elanus.server.operations.Site;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One process of a cluster with its doors open: the Milvus port where it is a proxy, health and
 * metrics in any case. They stay open while it has no place among the members.
 */
public final class ClusterServer implements OpenServer {
  private final Watches watches;
  private final Running running;

  private record Running(
      ClusterProcess process, Opened parts, String grpcAddress, String httpAddress) {}

  private ClusterServer(Settings settings, Set<Role> roles) {
    watches =
        Watches.install(
            settings, roles.stream().map(Role::word).sorted().collect(Collectors.joining(",")));
    running = join(settings, roles, watches);
  }

  /** Returns when the process is a member and its doors are open. */
  public static ClusterServer start(Settings settings, Set<Role> roles) {
    return new ClusterServer(settings, roles);
  }

  private static Running join(Settings settings, Set<Role> roles, Watches watches) {
    MeterRegistry meters = Meters.registry();
    try (Opened opened = new Opened()) {
      Opened parts = opened.add(new Opened());
      ClusterStores stores = parts.add(ClusterStores.open(settings));
      ClusterProcess process =
          parts.add(ClusterProcess.start(settings, roles, stores.over(), Clock.systemUTC()));
      HttpRoutes management =
          MilvusDoor.management(
              () -> List.of(new Management.Component("membership", process.held())),
              Site.of(process),
              meters);
      FunctionCounter.builder("elanus_refused_peers", process, refusing -> refusing.refusedPeers())
          .description("connections to the port of roles that were refused")
          .register(meters);
      CacheMeters.bind(meters, process);
      Running joined =
          process
              .proxy()
              .map(proxy -> asProxy(settings, process, proxy, meters, management, parts))
              .orElseGet(() -> asNode(settings, process, management, parts));
      watches.count(meters);
      opened.keep();
      return joined;
    }
  }

  private static Running asProxy(
      Settings settings,
      ClusterProcess process,
      Proxy proxy,
      MeterRegistry meters,
      HttpRoutes management,
      Opened parts) {
    ServerInfo info = ServerInfo.distributed(process.memberId());
    IndexMeters.bind(meters, process.directory().indexCoord());
    try {
      Doors doors =
          parts.add(
              Doors.open(
                  MilvusDoor.configuration(settings),
                  MilvusDoor.service(settings, proxy, info, meters).services(),
                  HttpRoutes.none(),
                  management));
      return new Running(process, parts, doors.address(), doors.managementAddress());
    } catch (IOException taken) {
      throw MilvusDoor.cannotListen(taken);
    }
  }

  private static Running asNode(
      Settings settings, ClusterProcess process, HttpRoutes management, Opened parts) {
    try {
      ManagementDoor door =
          parts.add(ManagementDoor.open(MilvusDoor.configuration(settings), management));
      return new Running(process, parts, "", door.address());
    } catch (IOException taken) {
      throw MilvusDoor.cannotListen(taken);
    }
  }

  @Override
  public String grpcAddress() {
    return running.grpcAddress();
  }

  @Override
  public String httpAddress() {
    return running.httpAddress();
  }

  /** There is none yet: scratch servers have no cluster. */
  @Override
  public void warmUp() {}

  @Override
  public void close() {
    running.process().resign();
    running.parts().close();
    watches.close();
  }
}
