package io.elanus.proxy;

import io.elanus.roles.Directory;
import io.elanus.roles.RootCoord;

/** Ids from RootCoord, a block at a time, handed out as consecutive ranges. */
final class IdSource {
  private final Directory directory;
  private final int block;
  private long next;
  private long end;

  IdSource(Directory directory, int block) {
    this.directory = directory;
    this.block = block;
  }

  /** The first of {@code count} consecutive ids that nobody else gets. */
  synchronized long take(int count) {
    if (end - next < count) {
      RootCoord.Range range = directory.rootCoord().allocateIds(Math.max(block, count));
      next = range.first();
      end = range.first() + range.count();
    }
    long first = next;
    next += count;
    return first;
  }
}
