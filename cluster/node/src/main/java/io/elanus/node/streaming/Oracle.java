package io.elanus.node.streaming;

import io.elanus.roles.Directory;
import io.elanus.schema.Timestamps;
import java.time.InstantSource;

/** Fresh timestamps and ids, and the largest timestamp that was seen. */
final class Oracle {
  private static final int IDS_AT_ONCE = 64;

  /** By how much the oracle may be further behind than it was when it last answered. */
  private static final long DRIFT_MILLIS = 1000;

  private final Directory directory;
  private final InstantSource clock;
  private volatile long seen;
  private volatile long promised;

  /** The oracle's time less this clock's, when it last answered; far behind before. */
  private volatile long aheadMillis = Long.MIN_VALUE / 2;

  private long nextId;
  private int idsLeft;

  Oracle(Directory directory, InstantSource clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** The first of {@code count} consecutive fresh timestamps. */
  long timestamps(int count) {
    long first = directory.rootCoord().allocateTimestamps(count).first();
    while (first <= promised) {
      awaitClock();
      first = directory.rootCoord().allocateTimestamps(count).first();
    }
    aheadMillis = Timestamps.physicalMillis(first) - clock.millis();
    see(first + count - 1);
    return first;
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

  /** The oracle fell behind: a read of what is the future for it was let through. */
  private static void awaitClock() {
    try {
      Thread.sleep(1);
    } catch (InterruptedException interrupted) {
      throw ChannelOwner.interrupted(interrupted);
    }
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

  synchronized long nextId() {
    if (idsLeft == 0) {
      nextId = directory.rootCoord().allocateIds(IDS_AT_ONCE).first();
      idsLeft = IDS_AT_ONCE;
    }
    idsLeft--;
    return nextId++;
  }
}
