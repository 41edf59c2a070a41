package io.elanus.server;

import io.elanus.api.http.ChangeGuard;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.milvus.Authorizer;
import io.elanus.api.milvus.MilvusService;
import io.elanus.api.milvus.ServerInfo;
import io.elanus.cluster.PeerTrust;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.server.operations.OperatorRoutes;
import io.elanus.server.operations.RoleMeters;
import io.elanus.server.operations.Site;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;

/** What the doors of every wiring have in common. */
final class MilvusDoor {
  private MilvusDoor() {}

  static DoorsConfiguration configuration(Settings settings) {
    return DoorsConfiguration.defaults()
        .withHost(settings.text(Setting.BIND_HOST))
        .withPorts(settings.number(Setting.GRPC_PORT), settings.number(Setting.HTTP_PORT))
        .withChanges(guard(settings));
  }

  private static ChangeGuard guard(Settings settings) {
    return PeerTrust.of(settings)
        .secret()
        .<ChangeGuard>map(secret -> new SignedChanges(secret, InstantSource.system()))
        .orElse(ChangeGuard.LOCAL);
  }

  static MilvusService service(
      Settings settings, Proxy proxy, ServerInfo info, MeterRegistry meters) {
    return new MilvusService(
        proxy,
        info,
        Authorizer.OFF,
        MilvusService.Limits.DEFAULTS.withBytesInFlight(
            Math.min(
                settings.bytes(Setting.MAX_REQUEST_BYTES_IN_FLIGHT),
                Runtime.getRuntime().maxMemory() / 2)),
        meters);
  }

  /**
   * Of the management port: health, metrics, and what operators ask for. To be made before any
   * meter, for the node's id is a label of each.
   */
  static HttpRoutes management(
      Supplier<List<Management.Component>> components, Site site, MeterRegistry meters) {
    InstantSource clock = InstantSource.system();
    RoleMeters figures = RoleMeters.bind(site, clock, meters);
    HttpRoutes.Builder routes = Management.routes(components, meters, figures);
    OperatorRoutes.addTo(routes, site, clock);
    return routes.build();
  }

  static ElanusException cannotListen(Throwable failure) {
    Throwable cause = failure.getCause() == null ? failure : failure.getCause();
    return new ElanusException(
        ErrorCode.IO_FAILED,
        failure.getMessage()
            + (cause == failure ? "" : ", " + cause.getMessage())
            + "; --port (grpc.port) and --http-port (http.port) choose other ports",
        failure);
  }
}
