package io.elanus.embedded;

import io.elanus.api.http.Doors;
import io.elanus.api.http.DoorsConfiguration;
import io.elanus.api.http.HttpRoutes;
import io.elanus.api.http.Meters;
import io.elanus.api.milvus.Authorizer;
import io.elanus.api.milvus.MilvusService;
import io.elanus.api.milvus.ServerInfo;
import io.elanus.process.ElanusProcess;
import io.elanus.process.Settings;
import io.elanus.roles.Proxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.UnaryOperator;

/** A process behind the door of the Milvus service, on a free port. */
final class TestServer implements AutoCloseable {
  private final ElanusProcess process;
  private final Doors doors;

  TestServer(Settings settings) {
    this(settings, proxy -> proxy, Authorizer.OFF, 0);
  }

  /**
   * @param seen what the door sees of the process
   * @param port 0: any free one
   */
  TestServer(Settings settings, UnaryOperator<Proxy> seen, Authorizer authorizer, int port) {
    process = ElanusProcess.start(settings);
    var service =
        new MilvusService(
            seen.apply(process.proxy()),
            ServerInfo.standalone(),
            authorizer,
            MilvusService.Limits.DEFAULTS,
            Meters.registry());
    try {
      doors =
          Doors.open(
              DoorsConfiguration.defaults().withPorts(port, 0),
              service.services(),
              HttpRoutes.none(),
              HttpRoutes.none());
    } catch (IOException taken) {
      process.close();
      throw new UncheckedIOException(taken);
    }
  }

  static Settings inMemory() {
    return Settings.defaults()
        .with("log.type", "memory")
        .with("metadata.type", "memory")
        .with("objects.type", "memory");
  }

  int port() {
    return doors.port();
  }

  String uri() {
    return "http://127.0.0.1:" + port();
  }

  @Override
  public void close() {
    doors.close();
    process.close();
  }
}
