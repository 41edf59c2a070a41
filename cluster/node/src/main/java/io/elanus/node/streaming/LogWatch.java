package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.log.LogStore;
import io.elanus.roles.Directory;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Notices when a log does not answer a channel that works on it. If it answers other nodes, this
 * one is cut off from it, and gives up its place: its channels go to nodes that can write to them.
 * If it answers nobody, it is away, and what the channel has can be read meanwhile.
 *
 * <p>Whoever works says so before and after; nothing is asked unless a piece of work takes long.
 */
final class LogWatch {
  /** Longer than a broker's usual answer; nothing is lost by asking whether others get one. */
  private static final Duration PATIENCE = Duration.ofMillis(1500);

  /** So long after the log answered another node it must have answered this one. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(1);

  private static final System.Logger LOG = System.getLogger(LogWatch.class.getName());

  private final long nodeId;
  private final LogStore logs;
  private final Directory directory;
  private final Standing standing;
  private final Alarm alarm;
  private final Duration patience;
  private final AtomicBoolean watching = new AtomicBoolean();

  /** When the present piece of work began; 0 while there is none. */
  private volatile long begunNanos;

  /**
   * @param retakes a node that takes nothing anew has a log of its own, which is not watched
   */
  static LogWatch of(long nodeId, LeaderNode.Tools tools, StreamingConfig.Retakes retakes) {
    return new LogWatch(
        nodeId,
        tools.logs(),
        tools.directory(),
        tools.standing(),
        retakes.longest().isZero() ? (delay, task) -> {} : tools.alarm(),
        PATIENCE);
  }

  LogWatch(
      long nodeId,
      LogStore logs,
      Directory directory,
      Standing standing,
      Alarm alarm,
      Duration patience) {
    this.nodeId = nodeId;
    this.logs = logs;
    this.directory = directory;
    this.standing = standing;
    this.alarm = alarm;
    this.patience = patience;
  }

  /** Work on the log begins, one piece at a time. */
  void begins() {
    begunNanos = System.nanoTime() | 1;
    if (watching.compareAndSet(false, true)) {
      alarm.after(patience, this::look);
    }
  }

  void ends() {
    begunNanos = 0;
  }

  private void look() {
    long begun = begunNanos;
    Duration next = patience;
    if (begun == 0) {
      watching.set(false);
      if (begunNanos == 0 || !watching.compareAndSet(false, true)) {
        return; // otherwise work began just now, and relied on this look
      }
    } else {
      Duration left = patience.minusNanos(System.nanoTime() - begun);
      if (left.isPositive()) {
        next = left;
      } else {
        giveUpIfCutOff();
      }
    }
    if (standing.held()) {
      alarm.after(next, this::look);
    } else {
      watching.set(false);
    }
  }

  /** Others are asked first: a log that is just coming back answers this node as well by then. */
  private void giveUpIfCutOff() {
    try {
      if (standing.held()
          && directory.dataCoord().othersReachLog(nodeId)
          && !logs.reachable(ANSWER_WITHIN)) {
        LOG.log(WARNING, "the log answers other nodes and not this one, which leaves: {0}", nodeId);
        standing.surrender();
      }
    } catch (ElanusException unknown) {
      LOG.log(DEBUG, "whether others reach the log cannot be told", unknown);
    }
  }
}
