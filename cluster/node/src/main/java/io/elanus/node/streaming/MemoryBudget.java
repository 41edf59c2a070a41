package io.elanus.node.streaming;

import io.elanus.index.vector.growing.GraphRoom;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Bytes of rows that this node holds in memory until they are served from files, and of the graphs
 * over them. Rows are charged before a write is queued; a write that finds no room waits, and is
 * refused after that. Graphs only get what is left below the mark at which rows are flushed early,
 * so that taking one in never brings that about.
 */
final class MemoryBudget implements GraphRoom {
  private final long limitBytes;
  private final Duration wait;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition released = lock.newCondition();
  private final List<Runnable> inNeed = new CopyOnWriteArrayList<>();
  private long usedBytes;

  MemoryBudget(long limitBytes, Duration wait) {
    this.limitBytes = limitBytes;
    this.wait = wait;
  }

  /**
   * What is told when a write waits for room: whoever holds rows that files could serve should let
   * them go. Called by the thread of the write; must not wait.
   */
  void whenInNeed(Runnable told) {
    inNeed.add(told);
  }

  /** It holds nothing any more. */
  void forget(Runnable told) {
    inNeed.remove(told);
  }

  /** Waits for room; MEMORY_LIMIT when there is none in time. Nothing is charged then. */
  void acquire(long bytes) throws InterruptedException {
    if (lacks(bytes)) {
      inNeed.forEach(Runnable::run);
    }
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

  private boolean lacks(long bytes) {
    lock.lock();
    try {
      return usedBytes > 0 && usedBytes + bytes > limitBytes;
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

  /** Graphs: no room when so much would be used that {@link #tight} says yes. */
  @Override
  public boolean tryTake(long bytes) {
    lock.lock();
    try {
      boolean room = bytes <= limitBytes / 2 - usedBytes;
      usedBytes += room ? bytes : 0;
      return room;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void giveBack(long bytes) {
    release(bytes);
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

  /** Bytes charged now. */
  long used() {
    lock.lock();
    try {
      return usedBytes;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether rows that files could serve may stay in memory: the graphs of newer rows still find
   * room below the mark of {@link #tight}.
   */
  boolean spare() {
    lock.lock();
    try {
      return usedBytes <= limitBytes / 8 * 3;
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
