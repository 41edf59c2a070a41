package io.elanus.server;

import static java.lang.System.Logger.Level.WARNING;

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
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.roles.Proxy;
import io.elanus.server.operations.Site;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * One process of a cluster with its doors open: the Milvus port where it is a proxy, health and
 * metrics in any case. When it lost its place, because it was paused or cut off for too long, what
 * it holds may be out of date: it lets everything go and joins anew, as another member. While
 * metadata does not tell, it answers nothing and waits.
 */
public final class ClusterServer implements OpenServer {
  private static final System.Logger LOG = System.getLogger(ClusterServer.class.getName());
  private static final long LOOK_MILLIS = 100;
  private static final long PAUSE_MILLIS = 500;

  private final Settings settings;
  private final Set<Role> roles;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread watch;
  private final Watches watches;
  private volatile Place place;

  /** All that lives as long as one place among the members. */
  private record Place(
      ClusterProcess process, Opened parts, String grpcAddress, String httpAddress) {}

  private ClusterServer(Settings settings, Set<Role> roles) {
    this.roles = roles;
    watches =
        Watches.install(
            settings, roles.stream().map(Role::word).sorted().collect(Collectors.joining(",")));
    place = join(settings, roles, watches);
    this.settings = onTheSamePorts(settings, place);
    watch = Thread.ofPlatform().daemon().name("membership").start(this::watch);
  }

  /** Returns when the process is a member and its doors are open. */
  public static ClusterServer start(Settings settings, Set<Role> roles) {
    return new ClusterServer(settings, roles);
  }

  private static Place join(Settings settings, Set<Role> roles, Watches watches) {
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
      Place joined =
          process
              .proxy()
              .map(proxy -> asProxy(settings, process, proxy, meters, management, parts))
              .orElseGet(() -> asNode(settings, process, management, parts));
      watches.count(meters);
      opened.keep();
      return joined;
    }
  }

  private static Place asProxy(
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
      return new Place(process, parts, doors.address(), doors.managementAddress());
    } catch (IOException taken) {
      throw MilvusDoor.cannotListen(taken);
    }
  }

  private static Place asNode(
      Settings settings, ClusterProcess process, HttpRoutes management, Opened parts) {
    try {
      ManagementDoor door =
          parts.add(ManagementDoor.open(MilvusDoor.configuration(settings), management));
      return new Place(process, parts, "", door.address());
    } catch (IOException taken) {
      throw MilvusDoor.cannotListen(taken);
    }
  }

  /** Clients come back to where they found it. */
  private static Settings onTheSamePorts(Settings settings, Place place) {
    Settings same = settings.with(Setting.HTTP_PORT, port(place.httpAddress()));
    return place.grpcAddress().isEmpty()
        ? same
        : same.with(Setting.GRPC_PORT, port(place.grpcAddress()));
  }

  private static String port(String address) {
    return address.substring(address.lastIndexOf(':') + 1);
  }

  private void watch() {
    while (!closed(LOOK_MILLIS)) {
      if (place.process().lost()) {
        LOG.log(WARNING, "the process lost its place and joins anew, member {0}", id());
        place.parts().close();
        joinAgain();
      }
    }
  }

  private void joinAgain() {
    while (!closed(0)) {
      try {
        place = join(settings, roles, watches);
        LOG.log(WARNING, "the process is a member again, member {0}", id());
        return;
      } catch (RuntimeException notYet) {
        LOG.log(WARNING, "the cluster cannot be joined yet: {0}", notYet.getMessage());
        closed(PAUSE_MILLIS);
      }
    }
  }

  private String id() {
    return Long.toString(place.process().memberId());
  }

  private boolean closed(long withinMillis) {
    try {
      return closing.await(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public String grpcAddress() {
    return place.grpcAddress();
  }

  @Override
  public String httpAddress() {
    return place.httpAddress();
  }

  /** There is none yet: scratch servers have no cluster. */
  @Override
  public void warmUp() {}

  @Override
  public void close() {
    closing.countDown();
    place.process().resign();
    try {
      watch.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    place.parts().close();
    watches.close();
  }
}
