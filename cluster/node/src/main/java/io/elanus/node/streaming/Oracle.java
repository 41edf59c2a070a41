package io.elanus.node.streaming;

import io.elanus.roles.Directory;

/** Fresh timestamps and ids, and the largest timestamp that was seen. */
final class Oracle {
  private static final int IDS_AT_ONCE = 64;

  private final Directory directory;
  private volatile long seen;
  private long nextId;
  private int idsLeft;

  Oracle(Directory directory) {
    this.directory = directory;
  }

  /** The first of {@code count} consecutive fresh timestamps. */
  long timestamps(int count) {
    long first = directory.rootCoord().allocateTimestamps(count).first();
    see(first + count - 1);
    return first;
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
