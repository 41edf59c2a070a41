package io.elanus.node.read;

import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * How much there was of something in a second of late: what came at an instant counts less by a
 * factor e with every minute. Adding costs next to nothing; what came since the last look is taken
 * to have come evenly. One that is younger than a minute tells the mean since its beginning, and
 * not too little.
 */
public final class RecentRate {
  private static final double WINDOW_SECONDS = 60;
  private static final double NANOS = 1e9;

  /** Below this age, one request would look like a stream of them. */
  private static final double LEAST_SECONDS = 5;

  private final LongSupplier nanoTime;
  private final long begun;
  private final LongAdder fresh = new LongAdder();
  private long last;
  private double sum;

  public RecentRate(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    begun = nanoTime.getAsLong();
    last = begun;
  }

  public void add(long amount) {
    fresh.add(amount);
  }

  public synchronized long perSecond() {
    long now = nanoTime.getAsLong();
    double windows = (now - last) / (WINDOW_SECONDS * NANOS);
    double kept = Math.exp(-windows);
    double evenly = windows > 0 ? (1 - kept) / windows : 1;
    sum = sum * kept + fresh.sumThenReset() * evenly;
    last = now;
    double age = Math.max(LEAST_SECONDS, (now - begun) / NANOS);
    return Math.round(sum / (WINDOW_SECONDS * (1 - Math.exp(-age / WINDOW_SECONDS))));
  }
}
