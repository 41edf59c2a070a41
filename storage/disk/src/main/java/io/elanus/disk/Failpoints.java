package io.elanus.disk;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Named places at the durable steps where a test makes the process die, fail or wait. The system
 * property {@code elanus.failpoint=NAME:ACTION[:N]}, several separated by commas, arms them; at the
 * N-th hit (default 1) {@code halt} ends the process at once with status 137, {@code throw} throws
 * IO_FAILED, {@code pause} blocks until {@link #disarm} or for ever. Costs one static boolean when
 * nothing is armed.
 */
public final class Failpoints {
  /** Every name there is; a durable step that joins the code puts its name here. */
  public static final Set<String> NAMES =
      Set.of(
          // storage/log
          "log.append.beforeWrite",
          "log.append.beforeSync",
          "log.append.afterSync",
          "log.rotate.beforeRename",
          "log.rotate.beforeFolderSync",
          "log.recover.beforeRepair",
          "log.cut.betweenFiles",
          // storage/metadata
          "metadata.commit.beforeAppend",
          "metadata.commit.afterAppend",
          "metadata.snapshot.beforeEnd",
          "metadata.snapshot.beforeDeleteOld",
          // storage/objects
          "objects.commit.beforeSync",
          "objects.commit.beforeRename",
          "objects.commit.beforeFolderSync",
          "objects.commit.afterFolderSync",
          "objects.delete.before",
          // cluster/node and cluster/coordinator
          "streaming.append.beforeLog",
          "streaming.append.afterLog",
          "streaming.flush.beforeObjects",
          "streaming.flush.beforePublish",
          "streaming.flush.afterPublish",
          "streaming.replay.record",
          "manifest.write.before",
          "manifest.write.after",
          "compaction.beforeObjects",
          "compaction.beforeSwap",
          "compaction.afterSwap",
          "index.beforeObjects",
          "index.beforePublish",
          "index.afterPublish",
          "checkpoint.before",
          "checkpoint.after",
          "collect.beforeDelete",
          "schema.beforeCommit",
          "schema.afterCommit",
          "tso.beforeBound",
          "tso.afterBound");

  private static final int HALT_STATUS = 137;

  private enum Action {
    HALT,
    THROW,
    PAUSE
  }

  private record Armed(
      String name, Action action, long atHit, AtomicLong hits, CountDownLatch release) {}

  private static boolean armed;
  private static volatile Map<String, Armed> points = Map.of();

  static {
    String specification = System.getProperty("elanus.failpoint", "");
    if (!specification.isEmpty()) {
      arm(specification);
    }
  }

  private Failpoints() {}

  /** Marks a durable step. */
  public static void hit(String name) {
    if (armed) {
      fire(name);
    }
  }

  /** What the system property does, for a test inside this process; replaces what was armed. */
  public static synchronized void arm(String specification) {
    disarm();
    var parsed = new HashMap<String, Armed>();
    for (String part : specification.split(",", -1)) {
      Armed point = parse(part);
      parsed.put(point.name(), point);
    }
    points = Map.copyOf(parsed);
    armed = true;
  }

  /** Nothing is armed any more; paused threads go on. */
  public static synchronized void disarm() {
    armed = false;
    points.values().forEach(point -> point.release().countDown());
    points = Map.of();
  }

  private static Armed parse(String part) {
    String[] fields = part.split(":", -1);
    if (fields.length < 2 || fields.length > 3 || !NAMES.contains(fields[0])) {
      throw ElanusException.invalid("a failpoint is NAME:ACTION[:N] with a known name")
          .with("failpoint", part);
    }
    Action action =
        switch (fields[1]) {
          case "halt" -> Action.HALT;
          case "throw" -> Action.THROW;
          case "pause" -> Action.PAUSE;
          default ->
              throw ElanusException.invalid("a failpoint's action is halt, throw or pause")
                  .with("failpoint", part);
        };
    long atHit = fields.length == 3 ? Long.parseLong(fields[2]) : 1;
    return new Armed(fields[0], action, atHit, new AtomicLong(), new CountDownLatch(1));
  }

  private static void fire(String name) {
    if (!NAMES.contains(name)) {
      throw new AssertionError("failpoint is missing in Failpoints.NAMES: " + name);
    }
    Armed point = points.get(name);
    if (point == null || point.hits().incrementAndGet() != point.atHit()) {
      return;
    }
    switch (point.action()) {
      case HALT -> Runtime.getRuntime().halt(HALT_STATUS);
      case THROW ->
          throw new ElanusException(ErrorCode.IO_FAILED, "failpoint fired").with("failpoint", name);
      case PAUSE -> pause(point);
    }
  }

  private static void pause(Armed point) {
    System.getLogger(Failpoints.class.getName())
        .log(System.Logger.Level.WARNING, "paused at failpoint {0}", point.name());
    boolean interrupted = false;
    while (true) {
      try {
        point.release().await();
        break;
      } catch (InterruptedException wait) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
