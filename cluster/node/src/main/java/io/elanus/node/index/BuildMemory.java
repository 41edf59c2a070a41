package io.elanus.node.index;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Memory that the index builds of a node may take together. */
public final class BuildMemory {
  private final long limitBytes;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private long usedBytes;

  public BuildMemory(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /**
   * Waits until other builds have given back enough.
   *
   * @throws ElanusException MEMORY_LIMIT when it is more than there will ever be
   */
  void acquire(long bytes) throws InterruptedException {
    if (bytes > limitBytes) {
      throw new ElanusException(
              ErrorCode.MEMORY_LIMIT,
              "the index build would take more memory than index.build.max.bytes allows")
          .with("needed", bytes)
          .with("limit", limitBytes);
    }
    lock.lock();
    try {
      while (usedBytes + bytes > limitBytes) {
        released.await();
      }
      usedBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  void release(long bytes) {
    lock.lock();
    try {
      usedBytes -= bytes;
      released.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
