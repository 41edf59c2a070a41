package io.elanus.api.milvus;

import java.util.concurrent.TimeUnit;

/**
 * How long calls of one kind took lately. Threads may overwrite each other's figures: it is an
 * estimate.
 */
final class CallCost {
  static final long SHORT_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
  static final long TOO_LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
  static final long PENANCE_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** A write in flight is a matter of milliseconds. */
  static final long WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

  private static final int WEIGHT = 8;

  private volatile long average = 2 * SHORT_NANOS; // unknown calls are not short
  private volatile long notBefore = Long.MIN_VALUE;

  /** Whether the next call is expected to be so short that its event loop may carry it out. */
  boolean small(long nowNanos) {
    return average < SHORT_NANOS && (notBefore == Long.MIN_VALUE || nowNanos - notBefore > 0);
  }

  void took(long nanos, long nowNanos) {
    average += (nanos - average) / WEIGHT;
    if (nanos > TOO_LONG_NANOS) {
      notBefore = nowNanos + PENANCE_NANOS;
    }
  }

  /** The next calls of the kind would likely wait for the same. */
  void wouldWait(long nowNanos) {
    notBefore = nowNanos + WAIT_NANOS;
  }
}
