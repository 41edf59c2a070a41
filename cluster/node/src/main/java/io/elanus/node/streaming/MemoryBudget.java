package io.elanus.node.streaming;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes of rows that this node holds in memory until they are served from files. Charged before a
 * write is queued; a write that finds no room waits, and is refused after that.
 */
final class MemoryBudget {
  private final long limitBytes;
  private final Duration wait;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private long usedBytes;

  MemoryBudget(long limitBytes, Duration wait) {
    this.limitBytes = limitBytes;
    this.wait = wait;
  }

  /** Waits for room; MEMORY_LIMIT when there is none in time. Nothing is charged then. */
  void acquire(long bytes) throws InterruptedException {
    lock.lock();
    try {
      long leftNanos = wait.toNanos();
      while (usedBytes > 0 && usedBytes + bytes > limitBytes) {
        if (leftNanos <= 0) {
          throw new ElanusException(
                  ErrorCode.MEMORY_LIMIT, "rows wait to be flushed; send less and try again")
              .with("used", usedBytes)
              .with("limit", limitBytes);
        }
        leftNanos = released.awaitNanos(leftNanos);
      }
      usedBytes += bytes;
    } finally {
      lock.unlock();
    }
  }

  /** Without waiting, for rows that are durable already. */
  void charge(long bytes) {
    lock.lock();
    try {
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

  /** Whether so much is used that rows should be flushed before their time. */
  boolean tight() {
    lock.lock();
    try {
      return usedBytes > limitBytes / 2;
    } finally {
      lock.unlock();
    }
  }
}
