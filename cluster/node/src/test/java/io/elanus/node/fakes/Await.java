package io.elanus.node.fakes;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what other threads bring about: soon, or never. */
public final class Await {
  private static final int MOST_LOOKS = 30_000;
  private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

  private Await() {}

  /**
   * @param what did not happen, if it does not
   */
  public static void until(BooleanSupplier happened, String what) {
    for (int look = 0; !happened.getAsBoolean(); look++) {
      if (look == MOST_LOOKS) {
        throw new AssertionError("it did not happen in time: " + what);
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }
}
