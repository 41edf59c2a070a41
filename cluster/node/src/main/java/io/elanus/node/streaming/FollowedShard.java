package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.log.Log;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import io.elanus.node.streaming.WholeRecords.Whole;
import io.elanus.roles.Waits;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One shard at a node that does not own its channel. A thread of its own reads the log as replay
 * does and goes on at its end; between two records it does what it is asked. A read waits until
 * everything is applied that the owner has in the log at the read's timestamp.
 *
 * <p>What fails ends it: its memory lacks something from then on. Who wants the shard begins anew.
 */
final class FollowedShard implements ShardKeeper {
  private static final System.Logger LOG = System.getLogger(FollowedShard.class.getName());
  private static final long WAIT_NANOS = 10_000_000_000L;

  /** Between looks at a log that ended: while somebody waits for more, or else doubling. */
  private static final long WAITED_FOR_MILLIS = 1;

  private static final long SHORTEST_REST_MILLIS = 2;
  private static final long LONGEST_REST_MILLIS = 50;

  /**
   * @param shard as the coordinators knew it after the log ended at {@code known}
   * @param from position to read from; what is in no file is behind it
   * @param whenFailed is told at the end, unless it was stopped
   */
  record Parts(
      long ordinal,
      Shard shard,
      Log log,
      long from,
      long known,
      OwnerTicks ticks,
      RecordReplay replay,
      ShardViews views,
      DeleteForwarder forwarder,
      Runnable whenFailed) {}

  private final Parts parts;
  private final Shard shard;
  private final WholeRecords records;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();
  private final Condition advanced = lock.newCondition();
  private final Thread thread;
  private volatile long applied;
  private volatile long waitedFor;
  private volatile boolean stopped;
  private volatile boolean ended;
  private volatile @Nullable Throwable failure;
  private boolean live;

  FollowedShard(Parts parts) {
    this.parts = parts;
    shard = parts.shard();
    records = new WholeRecords(parts.log(), parts.from());
    thread = Thread.ofPlatform().daemon().name("follow-" + shard.channel()).unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** Which of the node's attempts to follow the shard. */
  long ordinal() {
    return parts.ordinal();
  }

  Shard shard() {
    return shard;
  }

  boolean isWell() {
    return !stopped && !ended;
  }

  private void run() {
    long rest = SHORTEST_REST_MILLIS;
    try {
      while (!stopped) {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        rest = applyNext() ? SHORTEST_REST_MILLIS : rest(rest);
      }
    } catch (InterruptedException interrupted) {
      stopped = true;
    } catch (ElanusException failed) {
      failure = failed;
      LOG.log(WARNING, "following of " + shard.channel() + " ended", failed);
    } catch (RuntimeException | Error bug) {
      failure = bug;
      LOG.log(ERROR, "following of " + shard.channel() + " ended", bug);
    } finally {
      end();
    }
  }

  private void end() {
    ended = true;
    records.close();
    shard.close();
    wake(advanced);
    for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
      task.run(); // to be told of the end
    }
    if (!stopped) {
      parts.whenFailed().run();
    }
  }

  /** False at the end of the log. */
  private boolean applyNext() {
    long end = parts.log().endPosition();
    Optional<Whole> next = records.next();
    if (next.isEmpty()) {
      advance(end);
      return false;
    }
    Whole whole = next.get();
    if (!live && whole.position() >= parts.known()) {
      beginLive();
    }
    boolean ours = whole.decoded().header().channel().equals(shard.channel());
    if (ours && !shard.dropped()) {
      apply(whole);
    }
    advance(whole.after());
    return true;
  }

  /** What the coordinators knew at the beginning is older than all that follows. */
  private void beginLive() {
    live = true;
    shard.seal(growing -> growing.schema().version() != shard.schema().version());
    shard.changeSchema(shard.schema());
    shard.letGo(growing -> growing.rows() > 0 && shard.truncated(growing));
  }

  private void apply(Whole whole) {
    Decoded record = whole.decoded();
    if (live && record.entry() instanceof LogEntry.CreateSegment create) {
      shard.learn(List.of(create.partitionId()));
      changeSchema(create.schema());
    }
    parts.replay().apply(shard, record, whole.position(), whole.after());
    switch (record.entry()) {
      case LogEntry.ChangeSchema change -> changeSchema(change.schema());
      case LogEntry.CreateSegment create when live ->
          shard.local(create.segmentId()).ifPresent(made -> made.changeSchema(shard.schema()));
      default -> {}
    }
  }

  private boolean changeSchema(CollectionSchema schema) {
    if (schema.version() <= shard.schema().version()) {
      return false;
    }
    shard.changeSchema(schema);
    return true;
  }

  private void advance(long position) {
    long before = applied;
    if (position > before) {
      if (!live && position >= parts.known()) {
        beginLive();
      }
      applied = position;
      if (waitedFor > before) { // looked at after it was told, as waiters look after they ask
        wake(advanced);
      }
    }
  }

  /** The next rest, when nothing comes meanwhile. */
  private long rest(long millis) throws InterruptedException {
    lock.lock();
    try {
      boolean waited = waitedFor > applied;
      if (tasks.isEmpty() && !stopped) {
        boolean woken = work.await(waited ? WAITED_FOR_MILLIS : millis, TimeUnit.MILLISECONDS);
        return woken || waited ? SHORTEST_REST_MILLIS : Math.min(2 * millis, LONGEST_REST_MILLIS);
      }
      return millis;
    } finally {
      lock.unlock();
    }
  }

  private void wake(Condition condition) {
    lock.lock();
    try {
      condition.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void awaitTick(long readTimestamp) throws InterruptedException {
    long position = parts.ticks().positionAt(readTimestamp);
    if (applied < position) {
      awaitApplied(position);
    }
  }

  /** Returns when every record below the position has been applied. */
  void awaitApplied(long position) throws InterruptedException {
    Waits.begin();
    lock.lock();
    try {
      long left = WAIT_NANOS;
      waitedFor = Math.max(waitedFor, position); // before the look at what is applied
      while (applied < position) {
        checkReadable();
        if (left <= 0) {
          throw new ElanusException(
                  ErrorCode.CHANNEL_NOT_AVAILABLE, "the node lags behind the channel's log")
              .with("channel", shard.channel())
              .with("position", position)
              .with("applied", applied);
        }
        work.signal();
        left = advanced.awaitNanos(left);
      }
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void checkReadable() {
    if (!isWell()) {
      throw gone();
    }
  }

  private ElanusException gone() {
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE, "the shard is not followed here any more", failure)
        .with("channel", shard.channel());
  }

  @Override
  public void redeliver(Shard missed) {
    submit(() -> {
      if (!ended) {
        parts.forwarder().redeliver(missed);
      }
    });
  }

  @Override
  public void adopt(Shard lagging, CollectionSchema schema) {
    ask(() -> changeSchema(schema));
  }

  ShardViews views() {
    return parts.views();
  }

  /** Runs a task between two records, and waits for its answer. */
  <T> T ask(Supplier<T> task) {
    CompletableFuture<T> answer = new CompletableFuture<>();
    submit(() -> {
      try {
        checkReadable();
        answer.complete(task.get());
      } catch (RuntimeException | Error failed) {
        answer.completeExceptionally(failed);
      }
    });
    return ChannelOwner.await(answer);
  }

  private void submit(Runnable task) {
    tasks.add(task);
    wake(work);
    if (ended && tasks.remove(task)) {
      task.run();
    }
  }

  /** Returns when the thread has ended and the memory is free. */
  void stop() throws InterruptedException {
    stopped = true;
    wake(work);
    thread.join();
  }
}
