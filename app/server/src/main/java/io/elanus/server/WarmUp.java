package io.elanus.server;

import io.elanus.embedded.process.Setting;
import io.elanus.embedded.process.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * Lets the compiler see the path of requests before users come: a scratch server beside the real
 * one, with a folder and a loopback port of its own, serves a common session of a few seconds. It
 * waits while the real one is busy, and ends early when that lasts, because real requests warm the
 * process as well.
 */
final class WarmUp {
  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
  private static final String FOLDER = "warm-up";
  private static final Duration AFTER_READY = Duration.ofSeconds(1); // the first users come first
  private static final Duration SETTLING_STEP = Duration.ofMillis(400);
  private static final int MOST_SETTLING_STEPS = 50;
  private static final Duration ARENAS_POOLED_FOR = Duration.ofMillis(5200); // by the compiler

  private WarmUp() {}

  /**
   * Plays, then gives the memory back that this took.
   *
   * @param settings of the real server
   * @param goOn asked between requests, may block; false ends the session
   */
  static void run(Settings settings, BooleanSupplier goOn) {
    try {
      Thread.sleep(AFTER_READY);
      play(settings, goOn);
      settle();
      System.gc(); // what the session left would count as the process's memory for hours
      Thread.sleep(ARENAS_POOLED_FOR);
      NativeHeap.trim();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException failure) {
      LOG.log(System.Logger.Level.WARNING, "the warm-up ended early: {0}", failure.getMessage());
    }
  }

  static void play(Settings settings, BooleanSupplier goOn) throws IOException {
    Path folder = settings.path(Setting.DATA_DIRECTORY).resolve(FOLDER);
    Settings scratch =
        settings
            .with(Setting.DATA_DIRECTORY, folder.toString())
            .with(Setting.BIND_HOST, "127.0.0.1")
            .with(Setting.GRPC_PORT, "0")
            .with(Setting.HTTP_PORT, "0")
            .with(Setting.WIRING, "direct");
    remove(folder);
    Files.createDirectories(folder);
    try (ElanusServer server = ElanusServer.start(scratch)) {
      server.rehearse(goOn);
    } finally {
      remove(folder);
    }
  }

  /** Waits until the compiler has worked off its queue, which shows in the use of processors. */
  private static void settle() throws InterruptedException {
    Duration before = Duration.ZERO;
    for (int tries = 0; tries < MOST_SETTLING_STEPS; tries++) {
      Thread.sleep(SETTLING_STEP);
      Duration now = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
      if (now.minus(before).compareTo(SETTLING_STEP.dividedBy(10)) < 0) {
        return;
      }
      before = now;
    }
  }

  private static void remove(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> all;
    try (Stream<Path> walk = Files.walk(folder)) {
      all = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path path : all) {
      Files.deleteIfExists(path);
    }
  }
}
