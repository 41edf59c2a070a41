package io.elanus.metadata;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The time that an operation on a server has, and the growing pauses between its attempts. */
public final class OperationTime {
  private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

  private final long endNanos;
  private long pauseNanos = FIRST_PAUSE_NANOS;

  public OperationTime(Duration whole) {
    endNanos = System.nanoTime() + whole.toNanos();
  }

  /** Nanoseconds left, 0 when time is up. */
  public long leftNanos() {
    return Math.max(0, endNanos - System.nanoTime());
  }

  /** Waits before the next attempt; false when there is no time for one. */
  public boolean pause() {
    long left = leftNanos();
    if (left <= pauseNanos || Thread.currentThread().isInterrupted()) {
      return false;
    }
    LockSupport.parkNanos(pauseNanos);
    pauseNanos = Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
    return true;
  }
}
