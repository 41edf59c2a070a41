package io.elanus.node.streaming;

import io.elanus.roles.Directory;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.InstantSource;

/**
 * Fresh timestamps and ids, and the largest timestamp that was seen: given out by the oracle, or
 * found in a log. What is below it is not fresh, whatever the oracle says: one that lost its seat
 * and does not know it may still answer. Then it is asked again, which by then finds the next one.
 */
final class Oracle {
  private static final int IDS_AT_ONCE = 64;
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 10;

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

  /**
   * The first of {@code count} consecutive fresh timestamps, larger than all that were seen before
   * the call.
   *
   * @throws ElanusException UNAVAILABLE when the oracle keeps to what is past
   */
  long timestamps(int count) {
    long floor = seen;
    for (int attempt = 1; ; attempt++) {
      long first = directory.rootCoord().allocateTimestamps(count).first();
      if (first > Math.max(floor, promised)) {
        aheadMillis = Timestamps.physicalMillis(first) - clock.millis();
        see(first + count - 1);
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
