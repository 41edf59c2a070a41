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
import io.elanus.segment.SealedSegment;
import java.util.Arrays;
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
import org.jspecify.annotations.Nullable;

/**
 * Makes growing rows and buffered deletes of a channel durable outside of the log, one round at a
 * time: objects, then one publication with the checkpoint, then the log is cut. Decisions run in
 * the channel's loop, the work on a background thread.
 */
final class Flusher {
  private static final System.Logger LOG = System.getLogger(Flusher.class.getName());

  /** What the work needs. */
  record Tools(
      Directory directory,
      SegmentObjects files,
      DeleteObjects deleteFiles,
      ExecutorService background,
      Alarm alarm) {}

  private final ChannelOwner owner;
  private final Tools tools;
  private final Sealing sealing;
  private final AgeWatch ages;
  private final ReentrantLock publishing = new ReentrantLock();
  private long checkpoint;
  private boolean deletesRequested;
  private boolean running;
  private int attempts;
  private volatile boolean stopped;
  private volatile @Nullable Throwable failure;

  Flusher(ChannelOwner owner, Tools tools, long checkpoint) {
    this.owner = owner;
    this.tools = tools;
    this.checkpoint = checkpoint;
    this.sealing = new Sealing(owner);
    this.ages = new AgeWatch(owner, tools.alarm());
  }

  void stop() {
    stopped = true;
  }

  /** Why the last attempt failed, if it did; it is repeated. */
  Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Loop only: the next round takes the buffered deletes along, and begins now if none runs. */
  void request() {
    deletesRequested = true;
    consider();
  }

  /** Loop only, after writes: seals what is due and begins a round if there is a reason. */
  void consider() {
    boolean deletesDue = sealing.sealDue(checkpoint) || deletesRequested;
    ages.consider();
    if (running || stopped) {
      return;
    }
    List<Growing> sealed = sealing.sealed();
    if (sealed.isEmpty() && !(deletesDue && sealing.anyDeletes())) {
      deletesRequested = false;
      return;
    }
    begin(sealed);
  }

  private void begin(List<Growing> sealed) {
    Map<Shard, List<DeleteBuffer.Batch>> deletes = new HashMap<>();
    for (Shard shard : owner.unflushedShards()) {
      if (shard.deletes().unflushedKeys() > 0) {
        deletes.put(shard, shard.deletes().beginFlush());
      }
    }
    deletesRequested = false;
    FlushRound round = new FlushRound(sealed, deletes, owner.oracle().seen());
    try {
      tools.background().execute(() -> run(round));
      running = true;
    } catch (RejectedExecutionException busy) {
      LOG.log(WARNING, "a flush of " + owner.physicalChannel() + " found no thread", busy);
    }
  }

  /** Repeats the round until it is published: while it runs, no other one begins. */
  private void run(FlushRound round) {
    while (!stopped) {
      try {
        attempt(round);
        failure = null;
        return;
      } catch (ElanusException failed) {
        if (failed.code() == ErrorCode.CHANNEL_NOT_AVAILABLE) {
          stopped = true;
          return;
        }
        failure = failed;
        LOG.log(WARNING, "a flush of " + owner.physicalChannel() + " failed", failed);
        pause();
      } catch (RuntimeException | Error bug) {
        failure = bug;
        LOG.log(ERROR, "a flush of " + owner.physicalChannel() + " failed", bug);
        pause();
      }
    }
  }

  private void pause() {
    try {
      Thread.sleep(owner.config().flushAt().retry());
    } catch (InterruptedException interrupted) {
      stopped = true;
      Thread.currentThread().interrupt();
    }
  }

  private void attempt(FlushRound round) {
    String writing =
        ObjectLayout.flush(owner.physicalChannel(), owner.epoch(), Integer.toString(attempts++));
    round.writeObjects(tools.files(), tools.deleteFiles(), writing);
    long newCheckpoint = publish(round);
    Set<Growing> unneeded = unneeded(round.segments());
    try (FlushedFiles mapped = new FlushedFiles()) {
      map(round, unneeded, mapped);
      inLoop(() -> finish(round, newCheckpoint, unneeded, mapped));
    }
    cutLog(newCheckpoint);
  }

  /** The round is over; what a failure leaves uncut goes with the next one. */
  private void cutLog(long position) {
    try {
      owner.log().cutBelow(position);
    } catch (ElanusException failed) {
      LOG.log(WARNING, "the log of " + owner.physicalChannel() + " could not be cut", failed);
    }
  }

  /** Under the lock, so that whoever drops rows can wait until no publication holds them. */
  private long publish(FlushRound round) {
    publishing.lock();
    try {
      long[] position = new long[1];
      inLoop(() -> position[0] = checkpointAfter(round));
      Failpoints.hit("streaming.flush.beforePublish");
      tools
          .directory()
          .dataCoord()
          .publish(
              new Publish(
                  owner.epoch(),
                  round.writtenSegments(),
                  List.of(),
                  round.writtenDeletes(),
                  List.of(),
                  Map.of(owner.physicalChannel(), position[0])));
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
      owner
          .inLoop(() -> {
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

  /**
   * Loop only: the position from which a new owner must replay once the round is published. Request
   * ids below it are written to the log again first.
   */
  private long checkpointAfter(FlushRound round) {
    long position = owner.log().endPosition();
    long now = owner.oracle().timestamps(1);
    LogEntry.Requests remembered = owner.requests().snapshot(now);
    if (!remembered.ids().isEmpty()) {
      ChannelLog.Batch batch = owner.log().batch();
      batch.add("", now, "", remembered);
      position = owner.append(batch).starts()[0];
    }
    Set<Growing> flushing = new HashSet<>(round.segments());
    for (Shard shard : owner.unflushedShards()) {
      for (Growing growing : shard.unflushed()) {
        if (!flushing.contains(growing)) {
          position = Math.min(position, growing.firstPosition());
        }
      }
      position = Math.min(position, shard.deletes().firstPositionAfterFlush().orElse(position));
    }
    return position;
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
   * What is still wanted is served from its files until a view contains it: indexes may take long
   * to build, and memory is for rows that are in no file.
   */
  private void map(FlushRound round, Set<Growing> unneeded, FlushedFiles mapped) {
    for (Growing growing : round.segments()) {
      if (!unneeded.contains(growing) && !growing.discarded()) {
        try {
          mapped.map(round, growing, tools.files());
        } catch (ElanusException failed) {
          LOG.log(WARNING, "segment " + growing.id() + " stays in memory", failed);
        }
      }
    }
  }

  /** Loop only: the files get the deletes that came since they were written. */
  private void serveFromFiles(FlushRound round, Growing growing, FlushedFiles mapped) {
    Optional<Shard> shard = owner.shard(growing.channel()).filter(each -> each.holds(growing));
    Optional<SealedSegment> files = mapped.of(growing);
    if (shard.isEmpty() || files.isEmpty()) {
      return;
    }
    for (DeleteBuffer.Batch batch : shard.get().deletes().after(round.deletesAppliedUpTo())) {
      if (batch.reaches(growing.partitionId())) {
        long[] timestamps = new long[batch.keys().size()];
        Arrays.fill(timestamps, batch.timestamp());
        files.get().delete(batch.keys(), timestamps);
      }
    }
    files.get().changeSchema(shard.get().schema());
    mapped.handOver(growing);
  }

  /** Loop only. */
  private void finish(
      FlushRound round,
      long newCheckpoint,
      Set<Growing> unneeded,
      FlushedFiles mapped) {
    round.segments().forEach(Growing::markFlushed);
    round.segments().forEach(growing -> serveFromFiles(round, growing, mapped));
    for (Shard shard : owner.unflushedShards()) {
      shard.letGo(unneeded::contains);
    }
    round.shardsWithDeletes().forEach(shard -> shard.deletes().flushPublished());
    owner.tidy();
    checkpoint = newCheckpoint;
    running = false;
    consider();
  }
}
