package io.elanus.server;

import io.elanus.process.Folders;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets the compiler see the path of requests before users come: a scratch server beside the real
 * one, with a folder and a loopback port of its own, serves a common session of a few seconds. It
 * waits while the real one is busy, and ends early when that lasts, because real requests warm the
 * process as well. Then the memory that this took is given back.
 */
final class WarmUp {
  private static final System.Logger LOG = System.getLogger(WarmUp.class.getName());
  private static final String FOLDER = "warm-up";
  private static final String CHANNEL = "warm-up-dml_0"; // tells its log lines from the real one's
  private static final long AFTER_READY_MILLIS = 500; // the first users come first
  private static final long SETTLING_STEP_MILLIS = 400;
  private static final int MOST_SETTLING_STEPS = 50;
  private static final long ARENAS_POOLED_MILLIS = 5200; // by the compiler
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final String LOG_FILE_BYTES = "2MB"; // taken from the disk ahead of the rows
  private static final long FREE_BYTES = 256L << 20; // with less, every byte is the user's
  private static final int MOST_REMOVALS = 5;

  private final Settings settings;
  private final BooleanSupplier goOn;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final Thread thread;

  private WarmUp(Settings settings, BooleanSupplier goOn) {
    this.settings = settings;
    this.goOn = goOn;
    this.thread = Thread.ofPlatform().daemon().name("warm-up").unstarted(this::run);
  }

  /**
   * @param settings of the real server
   * @param goOn asked between requests, may block; false ends the session
   */
  static WarmUp begin(Settings settings, BooleanSupplier goOn) {
    WarmUp warmUp = new WarmUp(settings, goOn);
    warmUp.thread.start();
    return warmUp;
  }

  /** Ends the session after the request that runs, and waits for it a while. */
  void stop() {
    stopped.countDown();
    try {
      if (!thread.join(PATIENCE)) {
        LOG.log(System.Logger.Level.WARNING, "the warm-up does not end");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      removeLeftover(settings);
      if (pause(AFTER_READY_MILLIS) && goOn.getAsBoolean()) {
        play(settings, () -> stopped.getCount() > 0 && goOn.getAsBoolean());
      }
      if (settled() && pause(ARENAS_POOLED_MILLIS)) {
        NativeHeap.trim();
      }
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
    } catch (IOException | RuntimeException failure) {
      LOG.log(System.Logger.Level.WARNING, "the warm-up ended early: {0}", failure.getMessage());
    }
  }

  /** What a process that was killed left of its warm-up. */
  static void removeLeftover(Settings settings) throws IOException {
    remove(folder(settings));
  }

  private static Path folder(Settings settings) {
    return settings.path(Setting.DATA_DIRECTORY).resolve(FOLDER);
  }

  /** Again when background work that ends with the scratch server wrote meanwhile. */
  private static void remove(Path folder) throws IOException {
    for (int tries = 1; ; tries++) {
      try {
        Folders.remove(folder);
        return;
      } catch (IOException | UncheckedIOException changing) {
        if (tries == MOST_REMOVALS) {
          throw changing;
        }
      }
    }
  }

  static void play(Settings settings, BooleanSupplier goOn) throws IOException {
    play(settings, FREE_BYTES, goOn);
  }

  /**
   * The first failure ends it; the folder is removed in every case.
   *
   * @param freeBytes that the disk must have
   */
  static void play(Settings settings, long freeBytes, BooleanSupplier goOn) throws IOException {
    Path folder = folder(settings);
    remove(folder);
    if (Files.getFileStore(folder.toAbsolutePath().getParent()).getUsableSpace() < freeBytes) {
      LOG.log(System.Logger.Level.INFO, "no warm-up, the disk is almost full");
      return;
    }
    Settings scratch =
        settings
            .with(Setting.DATA_DIRECTORY, folder.toString())
            .with(Setting.BIND_HOST, "127.0.0.1")
            .with(Setting.GRPC_PORT, "0")
            .with(Setting.HTTP_PORT, "0")
            .with(Setting.LOG_FILE_BYTES, LOG_FILE_BYTES)
            .with(Setting.WIRING, "direct");
    try {
      Files.createDirectories(folder);
      try (ElanusServer server = ElanusServer.start(scratch, CHANNEL)) {
        server.rehearse(goOn);
      }
    } finally {
      remove(folder);
    }
  }

  /** False when the server stops meanwhile. */
  private boolean pause(long millis) throws InterruptedException {
    return !stopped.await(millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until the compiler has worked off its queue, which shows in the use of processors, and
   * collects what the session left: it would count as the process's memory for hours. False when
   * the process does not come to rest: a full collection would hold users up.
   */
  private boolean settled() throws InterruptedException {
    Duration before = Duration.ZERO;
    for (int tries = 0; tries < MOST_SETTLING_STEPS && pause(SETTLING_STEP_MILLIS); tries++) {
      Duration now = ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
      if (now.minus(before).toMillis() < SETTLING_STEP_MILLIS / 10) {
        System.gc();
        return true;
      }
      before = now;
    }
    return false;
  }
}
