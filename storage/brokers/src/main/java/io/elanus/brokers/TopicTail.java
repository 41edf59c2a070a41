package io.elanus.brokers;

import static java.lang.System.Logger.Level.ERROR;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.brokers.Succession.State;
import io.elanus.brokers.Topic.Retained;
import io.elanus.brokers.TopicCursor.Entry;
import io.elanus.brokers.TopicCursor.Start;
import io.elanus.log.LogLimits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a topic to its end and follows it, on a thread of its own: what the log knows of itself is
 * what was read here. A record of this log's writer counts as acknowledged only when it came back.
 */
final class TopicTail implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(TopicTail.class.getName());

  /** How often an idle tail turns round; a close wakes it. */
  private static final Duration TURN = Duration.ofSeconds(30);

  /** Of the last records. */
  private static final int RECENT_BYTES = 256 << 10;

  private static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;
  private static final long LONGEST_JOIN_MILLIS = 2_000;

  private final TopicCursor cursor;
  private final Topic topic;
  private final long writer;
  private final NotedPlaces places = new NotedPlaces();
  private final RecentRecords recent = new RecentRecords(RECENT_BYTES);
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private @Nullable Thread thread;
  private volatile State state;
  private volatile long ownEnd = -1;
  private volatile long ownBarrier = -1;
  private volatile @Nullable ElanusException damage;
  private volatile boolean closed;

  private TopicTail(TopicCursor cursor, Topic topic, long writer) {
    this.cursor = cursor;
    this.topic = topic;
    this.writer = writer;
    this.state = cursor.state();
  }

  /**
   * Reads what is retained, and follows from then on.
   *
   * @param writer of this log
   * @param patience how long the broker may bring nothing
   */
  static TopicTail open(Topic topic, long writer, Duration patience) {
    TopicTail tail = null;
    while (tail == null) {
      tail = attempt(topic, writer, patience);
    }
    tail.follow();
    return tail;
  }

  /** The tail at the topic's present end; null when what it began with was cut meanwhile. */
  private static @Nullable TopicTail attempt(Topic topic, long writer, Duration patience) {
    Retained retained = topic.retained();
    State known = retained.whole() ? State.OF_WHOLE : State.OF_REST;
    var cursor = new TopicCursor(topic, new Start(retained.first(), known));
    boolean opened = false;
    try {
      var tail = new TopicTail(cursor, topic, writer);
      if (retained.last().isPresent()) {
        tail.readUpTo(retained.last().get(), patience);
      }
      opened = true;
      return tail;
    } catch (ElanusException failure) {
      if (cursor.wasCut()) {
        return null;
      }
      throw failure;
    } finally {
      if (!opened) {
        cursor.close();
      }
    }
  }

  private void readUpTo(Place last, Duration patience) {
    while (cursor.place().compareTo(last) <= 0) {
      take(cursor.next(patience).orElseThrow(() -> stalled(topic, cursor.place())));
    }
  }

  static ElanusException stalled(Topic topic, Place place) {
    return new ElanusException(ErrorCode.UNAVAILABLE, "the broker did not bring the next record")
        .with("topic", topic.name())
        .with("offset", place);
  }

  private void take(Entry entry) {
    RecordStamp stamp = entry.stamp();
    boolean own = stamp.writer() == writer;
    if (entry.verdict() == Succession.Verdict.TAKEN) {
      places.consider(entry);
      recent.add(entry);
      ownEnd = own ? stamp.nextPosition() : ownEnd;
    } else if (own && stamp.kind() == RecordStamp.BARRIER) {
      ownBarrier = Math.max(ownBarrier, stamp.epoch());
    }
    state = cursor.state();
  }

  private void follow() {
    thread = Thread.ofPlatform().daemon().name("log-" + topic.name()).start(this::run);
  }

  private void run() {
    try (cursor) {
      while (!closed && damage == null) {
        turn();
      }
    }
  }

  private void turn() {
    try {
      if (places.areMany()) {
        places.cutBelow(topic.retained().first());
      }
      Optional<Entry> next = cursor.next(TURN);
      while (next.isPresent()) {
        take(next.get());
        next = cursor.hasFetched() ? cursor.next(TURN) : Optional.empty();
      }
    } catch (ElanusException failure) {
      failed(failure);
    } catch (RuntimeException | Error bug) {
      failed(new ElanusException(ErrorCode.UNEXPECTED, "a topic could not be followed", bug));
    } finally {
      wake();
    }
  }

  private void failed(ElanusException failure) {
    if (closed) {
      return;
    }
    if (failure.code() == ErrorCode.DATA_INTEGRITY || failure.code() == ErrorCode.UNEXPECTED) {
      damage = failure;
      LOG.log(ERROR, "the log in topic " + topic.name() + " cannot be read further", failure);
      return;
    }
    LOG.log(WARNING, "a topic cannot be read now: {0}", failure.getMessage());
    await(() -> closed, TimeUnit.MILLISECONDS.toNanos(PAUSE_AFTER_FAILURE_MILLIS));
  }

  /** Lets those who wait look again. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits until something is so that the tail or {@link #wake} changes.
   *
   * @return whether it is
   */
  private boolean await(BooleanSupplier done, long nanos) {
    long left = nanos;
    lock.lock();
    try {
      while (!done.getAsBoolean()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "the call was interrupted", interrupted);
    } finally {
      lock.unlock();
    }
  }

  /** The same, but ends with an error when the tail ended. */
  void awaitRead(BooleanSupplier done, Duration patience) {
    await(() -> closed || damage != null || done.getAsBoolean(), patience.toNanos());
    if (!done.getAsBoolean()) {
      check();
    }
  }

  /** Throws when the log is closed, or damaged where it would be read next. */
  void check() {
    if (closed) {
      throw LogLimits.closed();
    }
    ElanusException found = damage;
    if (found != null) {
      throw new ElanusException(
              ErrorCode.DATA_INTEGRITY, "the log in a topic cannot be read further", found)
          .with("topic", topic.name())
          .with("position", state.end())
          .with("reason", found.getMessage());
    }
  }

  boolean isDamaged() {
    return damage != null;
  }

  /** As of the last record that was read. */
  State state() {
    return state;
  }

  /** The position after the last record of this log's writer that came back; -1 when none did. */
  long ownEnd() {
    return ownEnd;
  }

  /** The greatest epoch of this log's barriers that came back, whether they counted or not. */
  long ownBarrier() {
    return ownBarrier;
  }

  /** The smallest position that is retained. */
  long first() {
    return places.first().orElseGet(() -> state.end());
  }

  NotedPlaces places() {
    return places;
  }

  RecentRecords recent() {
    return recent;
  }

  @Override
  public void close() {
    closed = true;
    wake();
    Thread following = thread;
    if (following == null) {
      cursor.close();
      return;
    }
    cursor.wakeUp();
    try {
      following.join(LONGEST_JOIN_MILLIS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
