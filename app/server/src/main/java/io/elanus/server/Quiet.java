package io.elanus.server;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.BooleanSupplier;

/**
 * Lets background play go on while nobody uses the server: holds it up while calls come in, and
 * ends it when they keep coming.
 */
final class Quiet implements BooleanSupplier {
  private static final long PAUSE_MILLIS = 100;

  /** How time passes while calls come in. */
  interface Pause {
    void take() throws InterruptedException;
  }

  private final MeterRegistry meters;
  private final int mostPauses;
  private final Pause pause;
  private double seen;
  private int pauses;

  /**
   * @param mostPauses of a tenth of a second in all, before it ends
   */
  Quiet(MeterRegistry meters, int mostPauses) {
    this(meters, mostPauses, () -> Thread.sleep(PAUSE_MILLIS));
  }

  Quiet(MeterRegistry meters, int mostPauses, Pause pause) {
    this.meters = meters;
    this.mostPauses = mostPauses;
    this.pause = pause;
    this.seen = calls();
  }

  @Override
  public boolean getAsBoolean() {
    for (double now = calls(); now != seen; now = calls()) {
      seen = now;
      if (++pauses > mostPauses) {
        return false;
      }
      try {
        pause.take();
      } catch (InterruptedException closing) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return !Thread.currentThread().isInterrupted();
  }

  private double calls() {
    return meters.find("milvus_proxy_req_count").tag("status", "total").counters().stream()
        .mapToDouble(Counter::count)
        .sum();
  }
}
