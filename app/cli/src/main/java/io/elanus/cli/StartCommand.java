package io.elanus.cli;

import io.elanus.server.ElanusServer;
import io.elanus.embedded.process.Setting;
import io.elanus.embedded.process.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;

/** Runs a server until a signal ends the process. */
final class StartCommand {
  private StartCommand() {}

  static int run(Settings settings) {
    Logging.toStandardError();
    ElanusServer server = ElanusServer.start(settings);
    Path folder = settings.path(Setting.DATA_DIRECTORY);
    RunningProcess.write(folder, server.grpcAddress(), server.httpAddress());
    CountDownLatch stopped = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  RunningProcess.remove(folder);
                  stopped.countDown();
                },
                "elanus-shutdown"));
    System.out.println(
        "ready grpc=" + server.grpcAddress() + " http=" + server.httpAddress() + " data=" + folder + " in "
            + millisSinceProcessBegan() + " ms");
    System.out.flush();
    try {
      stopped.await();
    } catch (InterruptedException interrupted) {
      server.close();
    }
    return 0;
  }

  /** Serves nothing: loads the classes of a start and of a few requests, so that they are in the class archive. */
  static int train() {
    Logging.toStandardError();
    Settings settings =
        Settings.defaults()
            .with("log.type", "memory")
            .with("metadata.type", "memory")
            .with("objects.type", "memory")
            .with(Setting.GRPC_PORT, "0")
            .with(Setting.HTTP_PORT, "0");
    try (ElanusServer server = ElanusServer.start(settings)) {
      server.rehearse();
    }
    return 0;
  }

  private static long millisSinceProcessBegan() {
    return ProcessHandle.current()
        .info()
        .startInstant()
        .map(start -> Duration.between(start, Instant.now()).toMillis())
        .orElse(-1L);
  }
}
