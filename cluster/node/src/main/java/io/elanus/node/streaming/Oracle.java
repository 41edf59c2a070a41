package io.elanus.node.streaming;

import io.elanus.roles.Directory;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/**
 * Fresh timestamps and ids, and the largest timestamp that was seen: given out by the oracle, or
 * found in a log. What is below it is not fresh, whatever the oracle says: one that lost its seat
 * and does not know it may still answer. Then it is asked again, which by then finds the next one.
 */
final class Oracle {
  private static final int IDS_AT_ONCE = 64;
  private static final int ATTEMPTS = 5;
  private static final long PAUSE_MILLIS = 10;

  private final Directory directory;
  private volatile long seen;
  private long nextId;
  private int idsLeft;

  Oracle(Directory directory) {
    this.directory = directory;
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
      if (first > floor) {
        see(first + count - 1);
        return first;
      }
      if (attempt == ATTEMPTS) {
        throw new ElanusException(
                ErrorCode.UNAVAILABLE, "the oracle gives timestamps that were used before")
            .with("timestamp", first)
            .with("seen", floor);
      }
      pause();
    }
  }

  private static void pause() {
    Waits.begin();
    try {
      Thread.sleep(PAUSE_MILLIS);
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
