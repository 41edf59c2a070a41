package io.elanus.server;

import io.elanus.api.http.Doors;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Management;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.Authorizer;
import io.elanus.api.milvus.MilvusService;
import io.elanus.api.milvus.Rehearsal;
import io.elanus.api.milvus.ServerInfo;
import io.elanus.embedded.process.ElanusProcess;
import io.elanus.embedded.process.RoleLink;
import io.elanus.embedded.process.Setting;
import io.elanus.embedded.process.Settings;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.List;

/** A process with its doors open: roles first, then ports; closed in reverse. */
public final class ElanusServer implements AutoCloseable {
  private final ElanusProcess process;
  private final Doors doors;

  private ElanusServer(ElanusProcess process, Doors doors) {
    this.process = process;
    this.doors = doors;
  }

  /** Returns when the process really serves. */
  public static ElanusServer start(Settings settings) {
    ElanusProcess process = ElanusProcess.start(settings, link(settings));
    try {
      return new ElanusServer(process, open(settings, process));
    } catch (IOException | RuntimeException failure) {
      process.close();
      throw failure instanceof RuntimeException known
          ? known
          : new ElanusException(
                  ErrorCode.IO_FAILED, "cannot listen, " + failure.getMessage(), failure)
              .with("grpc.port", settings.text(Setting.GRPC_PORT))
              .with("http.port", settings.text(Setting.HTTP_PORT));
    }
  }

  private static Doors open(Settings settings, ElanusProcess process) throws IOException {
    DoorsConfiguration configuration =
        DoorsConfiguration.defaults()
            .withHost(settings.text(Setting.BIND_HOST))
            .withPorts(settings.number(Setting.GRPC_PORT), settings.number(Setting.HTTP_PORT));
    MeterRegistry meters = Meters.registry();
    MilvusService milvus =
        new MilvusService(
            process.proxy(),
            ServerInfo.standalone(),
            Authorizer.OFF,
            new MilvusService.Limits(
                settings.bytes(Setting.MAX_INSERT_BYTES_IN_FLIGHT),
                configuration.inboundLimitBytes()),
            meters);
    HttpRoutes management =
        Management.routes(
            () ->
                List.of(
                    new Management.Component("standalone", process.proxy().ailments().isEmpty())),
            meters);
    return Doors.open(configuration, List.of(milvus.definition()), HttpRoutes.none(), management);
  }

  private static RoleLink link(Settings settings) {
    return switch (settings.choice(Setting.WIRING, Wiring.class)) {
      case DIRECT -> RoleLink.DIRECT;
      case SOCKETS -> new SocketLink();
    };
  }

  private enum Wiring {
    DIRECT,
    SOCKETS
  }

  public String grpcAddress() {
    return doors.address();
  }

  public String httpAddress() {
    return doors.managementAddress();
  }

  /** See {@link ElanusProcess#warmUp}. */
  public void warmUp() {
    process.warmUp();
  }

  /** Plays a small client against the open door, so that its classes are loaded. */
  public void rehearse() {
    Rehearsal.play(doors.port());
  }

  @Override
  public void close() {
    doors.close();
    process.close();
  }
}
