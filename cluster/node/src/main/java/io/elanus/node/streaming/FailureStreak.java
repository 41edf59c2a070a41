package io.elanus.node.streaming;

import java.time.Duration;

/**
 * Failures of something that is tried again and again: not at once, and told of once. Times are
 * those of {@link System#nanoTime}. For any thread.
 */
final class FailureStreak {
  private final long waitNanos;
  private boolean failing;
  private long lastNanos;

  /**
   * @param wait after a failure, until it is worth another try
   */
  FailureStreak(Duration wait) {
    waitNanos = wait.toNanos();
  }

  /** It failed; whether that is the first time since it succeeded. */
  synchronized boolean failed(long nowNanos) {
    boolean first = !failing;
    failing = true;
    lastNanos = nowNanos;
    return first;
  }

  synchronized void succeeded() {
    failing = false;
  }

  /** Whether it is too early for another try. */
  synchronized boolean waiting(long nowNanos) {
    return failing && nowNanos - lastNanos < waitNanos;
  }
}
