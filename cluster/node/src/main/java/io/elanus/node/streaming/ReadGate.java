package io.elanus.node.streaming;

import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tick of a channel. A read at r may go on when no group of writes that could have a timestamp
 * ≤ r is in flight: none is in flight now, the one in flight began when the oracle had passed r, or
 * it has been applied. A later group fetches its timestamps after this moment, so they are larger
 * than r, which the oracle had passed already, or which was promised. The same is promised of a
 * group in flight that still waits for its timestamps, when no coordinator gives any: what a read
 * may see is there. A read never causes a log record.
 */
final class ReadGate {
  /** How often a read that waits for a group looks whether the group has timestamps. */
  private static final long LOOK_MILLIS = 10;

  private final Oracle oracle;
  private final Duration futureWait;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition applied = lock.newCondition();
  private volatile long begunGroups;
  private volatile long appliedGroups;

  /** Those that have their timestamps. */
  private volatile long stampedGroups;

  /** All timestamps of the group in flight, and of later ones, are larger. */
  private volatile long belowGroup;

  ReadGate(Oracle oracle, Duration futureWait) {
    this.oracle = oracle;
    this.futureWait = futureWait;
  }

  /** Loop only, before the timestamps of a group are fetched. */
  @SuppressWarnings("NonAtomicOperationOnVolatileField") // one writer, the channel's loop
  void groupBegins() {
    belowGroup = oracle.seen();
    begunGroups++;
  }

  /**
   * Loop only: the first of the group's timestamps.
   *
   * @throws ElanusException when the oracle gives none
   */
  long stampGroup(int count) {
    return oracle.timestamps(
        count,
        first -> {
          belowGroup = first - 1;
          stampedGroups = begunGroups;
        });
  }

  /** Loop only, after the group was applied, or failed. */
  void groupApplied() {
    appliedGroups = begunGroups;
    lock.lock();
    try {
      applied.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** Returns when every write with a timestamp ≤ {@code readTimestamp} has been applied. */
  void await(long readTimestamp) throws InterruptedException {
    passOracle(readTimestamp);
    long group = begunGroups;
    if (appliedGroups >= group || readTimestamp <= belowGroup || isBefore(readTimestamp, group)) {
      return; // where belowGroup is of a later group, this one has been applied
    }
    Waits.begin();
    lock.lock();
    try {
      while (appliedGroups < group && !isBefore(readTimestamp, group)) {
        applied.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether the group will have later timestamps: it has none, as was seen after the promise that
   * they will be later.
   */
  private boolean isBefore(long readTimestamp, long group) {
    return stampedGroups < group && oracle.promise(readTimestamp) && stampedGroups < group;
  }

  /** Waits until the oracle is at or beyond the timestamp, which may come from another clock. */
  private void passOracle(long readTimestamp) throws InterruptedException {
    if (readTimestamp <= oracle.seen() || oracle.promise(readTimestamp)) {
      return;
    }
    OptionalLong told = oracle.freshUnlessPromised(readTimestamp);
    if (told.isEmpty()) {
      return;
    }
    long fresh = told.getAsLong();
    while (fresh < readTimestamp) {
      long aheadMillis =
          Timestamps.physicalMillis(readTimestamp) - Timestamps.physicalMillis(fresh);
      if (aheadMillis > futureWait.toMillis()) {
        throw new ElanusException(
                ErrorCode.TIMEOUT, "the read timestamp lies too far in the future")
            .with("timestamp", readTimestamp)
            .with("now", fresh)
            .with("limit", futureWait);
      }
      Waits.begin();
      Thread.sleep(Math.max(1, aheadMillis));
      fresh = oracle.timestamps(1);
    }
  }
}
