package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.disk.Failpoints;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.DataCoord.Publish;
import io.elanus.roles.Directory;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.QueryCoord.LoadState;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a flush round out on a background thread: objects, then a publication, last with the
 * checkpoint, then the log is cut. A failed attempt is repeated until the channel stops.
 */
final class FlushWork {
  private static final System.Logger LOG = System.getLogger(FlushWork.class.getName());

  /** So long after it was asked for, a tick means that others read the log. */
  private static final long FOLLOWED_NANOS = 60_000_000_000L;

  /** What the work needs. */
  record Tools(
      Directory directory,
      SegmentObjects files,
      DeleteObjects deleteFiles,
      ExecutorService background,
      Duration retry) {}

  /**
   * A round whose rows and deletes are published.
   *
   * @param checkpoint published with it
   * @param unneeded segments that no read will ask for
   * @param files of the others; what is not taken from it is closed
   */
  record Flushed(FlushRound round, long checkpoint, Set<Growing> unneeded, FlushedFiles files) {}

  private final Ownership ownership;
  private final ChannelLoop loop;
  private final ChannelLog log;
  private final Checkpoint checkpoint;
  private final Tools tools;
  private final ReentrantLock publishing = new ReentrantLock();
  private int attempts;
  private long lastCheckpoint;
  private volatile long followedNanos = System.nanoTime() - FOLLOWED_NANOS;
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  FlushWork(
      Ownership ownership, ChannelLoop loop, ChannelLog log, Checkpoint checkpoint, Tools tools) {
    this.ownership = ownership;
    this.loop = loop;
    this.log = log;
    this.checkpoint = checkpoint;
    this.tools = tools;
  }

  /** No attempt begins any more. */
  void stop() {
    stopped = true;
  }

  /** Somebody else reads the log, too. */
  void followed() {
    followedNanos = System.nanoTime();
  }

  boolean stopped() {
    return stopped;
  }

  /** Why the last attempt failed, if it did; it is repeated. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Begins a round; one at a time. False when there is no thread for it.
   *
   * @param finish runs in the channel's loop when the round is published
   */
  boolean begin(FlushRound round, Consumer<Flushed> finish) {
    try {
      tools.background().execute(() -> run(round, finish));
      return true;
    } catch (RejectedExecutionException busy) {
      LOG.log(WARNING, "a flush of " + ownership.physicalChannel() + " found no thread", busy);
      return false;
    }
  }

  private void run(FlushRound round, Consumer<Flushed> finish) {
    while (!stopped) {
      try {
        attempt(round, finish);
        return;
      } catch (ElanusException failed) {
        if (failed.code() == ErrorCode.CHANNEL_NOT_AVAILABLE) {
          stopped = true;
          return;
        }
        failure = failed;
        LOG.log(WARNING, "a flush of " + ownership.physicalChannel() + " failed", failed);
        pause();
      } catch (RuntimeException | Error bug) {
        failure = bug;
        LOG.log(ERROR, "a flush of " + ownership.physicalChannel() + " failed", bug);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(tools.retry());
    } catch (InterruptedException interrupted) {
      stopped = true;
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(FlushRound round, Consumer<Flushed> finish) {
    String writing =
        ObjectLayout.flush(
            ownership.physicalChannel(), ownership.epoch(), Integer.toString(attempts++));
    round.writeObjects(tools.files(), tools.deleteFiles(), writing);
    long published = publish(round);
    Set<Growing> unneeded = unneeded(round.segments());
    try (FlushedFiles files = new FlushedFiles()) {
      map(round, unneeded, files);
      inLoop(() -> {
        failure = null; // before anybody can learn that the rows are flushed
        finish.accept(new Flushed(round, published, unneeded, files));
      });
    }
    cutLog(published);
  }

  /**
   * The round is over; what a failure leaves uncut goes with the next one. Who follows the log may
   * be a little behind its end, and is left what one more round keeps.
   */
  private void cutLog(long position) {
    boolean followed = System.nanoTime() - followedNanos < FOLLOWED_NANOS;
    long below = followed ? lastCheckpoint : position;
    lastCheckpoint = position;
    try {
      if (below > 0) {
        log.cutBelow(below);
      }
    } catch (ElanusException failed) {
      LOG.log(WARNING, "the log of " + ownership.physicalChannel() + " could not be cut", failed);
    }
  }

  /** Under the lock, so that whoever drops rows can wait until no publication holds them. */
  private long publish(FlushRound round) {
    publishing.lock();
    try {
      long[] position = new long[1];
      inLoop(() -> position[0] = checkpoint.after(round));
      Failpoints.hit("streaming.flush.beforePublish");
      tools
          .directory()
          .dataCoord()
          .publish(
              new Publish(
                  ownership.epoch(),
                  round.writtenSegments(),
                  List.of(),
                  round.writtenDeletes(),
                  List.of(),
                  Map.of(ownership.physicalChannel(), position[0])));
      Failpoints.hit("streaming.flush.afterPublish");
      return position[0];
    } finally {
      publishing.unlock();
    }
  }

  /** Returns when no publication that began before is under way. Never call it in the loop. */
  @SuppressWarnings("EmptyCriticalSection") // passing through the lock is the waiting
  void awaitPublication() {
    publishing.lock();
    publishing.unlock();
  }

  private void inLoop(Runnable task) {
    try {
      loop.ask(
              () -> {
                task.run();
                return true;
              })
          .join();
    } catch (CompletionException failed) {
      if (failed.getCause() instanceof ElanusException known) {
        throw known;
      }
      throw failed;
    }
  }

  /** Flushed segments that no read will ask for: load lists segments after it is recorded. */
  private Set<Growing> unneeded(List<Growing> segments) {
    Map<Long, Optional<LoadState>> states = new HashMap<>();
    Set<Growing> unneeded = new HashSet<>();
    for (Growing growing : segments) {
      Optional<LoadState> state = states.computeIfAbsent(growing.collectionId(), this::loadState);
      boolean wanted =
          state.isPresent()
              && (state.get().partitions().isEmpty()
                  || state.get().partitions().contains(growing.partitionId()));
      if (!wanted) {
        unneeded.add(growing);
      }
    }
    return unneeded;
  }

  private Optional<LoadState> loadState(long collectionId) {
    return tools.directory().queryCoord().loadState(collectionId);
  }

  /**
   * What is still wanted gets its files mapped, so that they can serve the rows until a view
   * contains them: indexes may take long to build, and memory is for rows that are in no file
   * first.
   */
  private void map(FlushRound round, Set<Growing> unneeded, FlushedFiles files) {
    for (Growing growing : round.segments()) {
      if (!unneeded.contains(growing) && !growing.discarded()) {
        try {
          files.map(round, growing, tools.files());
        } catch (ElanusException failed) {
          LOG.log(WARNING, "segment " + growing.id() + " stays in memory", failed);
        }
      }
    }
  }
}
