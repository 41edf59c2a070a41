package io.elanus.node.streaming;

import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.InstantSource;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongConsumer;

/**
 * Fresh timestamps and ids, and the largest timestamp that was seen: given out by the oracle, or
 * found in a log. What is below it is not fresh, whatever the oracle says: one that lost its seat
 * and does not know it may still answer. Then it is asked again, which by then finds the next one.
 */
final class Oracle {
  private static final int IDS_AT_ONCE = 64;
  private static final int IDS_IN_STOCK = 16;
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 10;

  /** By how much the oracle may be further behind than it was when it last answered. */
  private static final long DRIFT_MILLIS = 250;

  /** How often a read that the oracle does not answer looks whether it needs it still. */
  private static final long LOOK_MILLIS = 10;

  private final Directory directory;
  private final InstantSource clock;
  private final ExecutorService calls;
  private volatile long seen;
  private volatile long promised;

  /** The oracle's time less this clock's, when it last answered; far behind before. */
  private volatile long aheadMillis = Long.MIN_VALUE / 2;

  /** Guards the ids: who asks for more waits for a coordinator, which nobody else has to. */
  private final ReentrantLock stock = new ReentrantLock();

  private long nextId;
  private int idsLeft;

  /**
   * @param calls virtual threads, for questions that a read need not wait for to the end
   */
  Oracle(Directory directory, InstantSource clock, ExecutorService calls) {
    this.directory = directory;
    this.clock = clock;
    this.calls = calls;
  }

  /**
   * The first of {@code count} consecutive fresh timestamps, larger than all that were seen before
   * the call.
   *
   * @throws ElanusException UNAVAILABLE when the oracle keeps to what is past
   */
  long timestamps(int count) {
    return timestamps(count, first -> {});
  }

  /**
   * The same.
   *
   * @param taken is told the first one at the moment from which on it counts: whatever was promised
   *     before is smaller
   */
  long timestamps(int count, LongConsumer taken) {
    long floor = seen;
    for (int attempt = 1; ; attempt++) {
      long first = directory.rootCoord().allocateTimestamps(count).first();
      if (take(first, count, floor, taken)) {
        return first;
      }
      if (first <= floor && attempt >= ATTEMPTS) {
        throw new ElanusException(
                ErrorCode.UNAVAILABLE, "the oracle gives timestamps that were used before")
            .with("timestamp", first)
            .with("seen", floor);
      }
      pause(first <= floor ? PAUSE_MILLIS : 1);
    }
  }

  /** One at a time with {@link #promise}. */
  private synchronized boolean take(long first, int count, long floor, LongConsumer taken) {
    if (first <= Math.max(floor, promised)) {
      return false;
    }
    aheadMillis = Timestamps.physicalMillis(first) - clock.millis();
    see(first + count - 1);
    taken.accept(first);
    return true;
  }

  private static void pause(long millis) {
    Waits.begin();
    try {
      Thread.sleep(millis);
    } catch (InterruptedException interrupted) {
      throw ChannelOwner.interrupted(interrupted);
    }
  }

  /**
   * Promises that every later timestamp is larger than this one, if the oracle is likely beyond it
   * now. So a read that may lag asks no coordinator, and needs none.
   */
  boolean promise(long timestamp) {
    long oracleMillis = clock.millis() + aheadMillis;
    if (Timestamps.physicalMillis(timestamp) > oracleMillis - DRIFT_MILLIS) {
      return false;
    }
    synchronized (this) {
      promised = Math.max(promised, timestamp);
    }
    return true;
  }

  /**
   * A fresh timestamp for a read that wants to know whether the oracle is beyond its own; empty
   * when that was promised meanwhile. An oracle that is gone, or hangs, holds up a read of what is
   * past no longer than until it is certainly past.
   */
  OptionalLong freshUnlessPromised(long timestamp) throws InterruptedException {
    try {
      return OptionalLong.of(atOnce());
    } catch (Waits.WouldWait elsewhere) {
      Waits.begin();
    }
    Future<Long> asked = calls.submit(() -> timestamps(1));
    while (true) {
      try {
        return OptionalLong.of(asked.get(LOOK_MILLIS, TimeUnit.MILLISECONDS));
      } catch (TimeoutException notYet) {
        if (promise(timestamp)) {
          asked.cancel(true);
          return OptionalLong.empty();
        }
      } catch (ExecutionException failed) {
        if (promise(timestamp)) {
          return OptionalLong.empty();
        }
        return OptionalLong.of(FanOut.await(asked));
      }
    }
  }

  /** Without waiting for another process. */
  private long atOnce() {
    long[] fresh = new long[1];
    Waits.forbidden(() -> fresh[0] = timestamps(1));
    return fresh[0];
  }

  /** Makes sure that every later timestamp of the oracle is larger than a value it knows of. */
  synchronized void see(long timestamp) {
    if (timestamp > seen) {
      seen = timestamp;
    }
  }

  long seen() {
    return seen;
  }

  /** A fresh id; of those in stock while there are some. */
  long nextId() {
    stock.lock();
    try {
      if (idsLeft == 0) {
        nextId = directory.rootCoord().allocateIds(IDS_AT_ONCE).first();
        idsLeft = IDS_AT_ONCE;
      }
      idsLeft--;
      return nextId++;
    } finally {
      stock.unlock();
    }
  }

  /** Sees to it that the next few ids are in stock; what is left of a smaller stock is dropped. */
  void stockIds() {
    stock.lock();
    try {
      if (idsLeft < IDS_IN_STOCK) {
        nextId = directory.rootCoord().allocateIds(IDS_AT_ONCE).first();
        idsLeft = IDS_AT_ONCE;
      }
    } finally {
      stock.unlock();
    }
  }
}
