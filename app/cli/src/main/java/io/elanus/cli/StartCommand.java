package io.elanus.cli;

import io.elanus.membership.Role;
import io.elanus.process.Folders;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.server.ClusterServer;
import io.elanus.server.ElanusServer;
import io.elanus.server.OpenServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** Runs a server until a signal ends the process. */
final class StartCommand {
  private static final int CLOCK_TICKS_PER_SECOND = 100;
  private static final int TRAINING_ROUNDS = 400; // classes are loaded by then

  private StartCommand() {}

  /**
   * @param roles of a process of a cluster; empty: all of them, by themselves
   */
  static int run(Settings settings, Set<Role> roles) {
    Logging.toStandardError();
    Path folder = settings.path(Setting.DATA_DIRECTORY);
    OpenServer server = start(settings, roles, FreshFolder.before(folder));
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
        (server.grpcAddress().isEmpty() ? "ready" : "ready grpc=" + server.grpcAddress())
            + " http="
            + server.httpAddress()
            + " data="
            + folder
            + " in "
            + millisSinceProcessBegan()
            + " ms");
    System.out.flush();
    server.warmUp();
    try {
      stopped.await();
    } catch (InterruptedException interrupted) {
      server.close();
    }
    return 0;
  }

  private static OpenServer start(Settings settings, Set<Role> roles, FreshFolder found) {
    try {
      return roles.isEmpty() ? ElanusServer.start(settings) : ClusterServer.start(settings, roles);
    } catch (RuntimeException failure) {
      found.restore();
      throw failure;
    }
  }

  /**
   * Serves nothing: loads the classes of a start, of a few requests and of a restart with data, so
   * that they are in the class archive.
   */
  static int train() {
    Logging.toStandardError();
    Path folder = temporaryFolder();
    Settings settings =
        Settings.defaults()
            .with(Setting.DATA_DIRECTORY, folder.toString())
            .with(Setting.GRPC_PORT, "0")
            .with(Setting.HTTP_PORT, "0");
    AtomicInteger rounds = new AtomicInteger(TRAINING_ROUNDS);
    try {
      try (ElanusServer server = ElanusServer.start(settings)) {
        RunningProcess.write(folder, server.grpcAddress(), server.httpAddress());
        server.rehearse(() -> rounds.getAndDecrement() > 0);
      }
      try (ElanusServer server = ElanusServer.start(settings)) {
        server.rehearseAgain();
      }
      RunningProcess.remove(folder);
    } catch (IOException cutOff) {
      throw new UncheckedIOException(cutOff);
    } finally {
      delete(folder);
    }
    return 0;
  }

  private static Path temporaryFolder() {
    try {
      return Files.createTempDirectory("elanus-train");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static void delete(Path folder) {
    try {
      Folders.remove(folder);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /**
   * From the kernel's clock ticks where there are any: the portable start instant is only good to a
   * second there.
   */
  private static long millisSinceProcessBegan() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] afterName = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      long startedMillis = Long.parseLong(afterName[19]) * 1000 / CLOCK_TICKS_PER_SECOND;
      String uptime = Files.readString(Path.of("/proc/uptime"));
      return (long) (Double.parseDouble(uptime.substring(0, uptime.indexOf(' '))) * 1000)
          - startedMillis;
    } catch (IOException | RuntimeException notLinux) {
      return ProcessHandle.current()
          .info()
          .startInstant()
          .map(start -> Duration.between(start, Instant.now()).toMillis())
          .orElse(-1L);
    }
  }
}
