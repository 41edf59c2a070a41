package io.elanus.cluster;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import io.elanus.membership.Membership;
import io.elanus.schema.ElanusException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Takes the place of this process again whenever it was lost: because metadata was away, or the
 * process paused or cut off, for longer than a lease, or because it gave the place up.
 */
final class KeptPlace implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(KeptPlace.class.getName());
  private static final long LOOK_MILLIS = 20;
  private static final long PAUSE_MILLIS = 100;

  private final Membership membership;
  private final BooleanSupplier fit;
  private final CountDownLatch closing = new CountDownLatch(1);
  private final Thread thread;

  /**
   * From now on.
   *
   * @param fit whether the process could do now what it has a place for; may take its time
   */
  KeptPlace(Membership membership, BooleanSupplier fit) {
    this.membership = membership;
    this.fit = fit;
    thread = Thread.ofPlatform().daemon().name("membership").start(this::run);
  }

  private void run() {
    while (!closed(LOOK_MILLIS)) {
      if (membership.lost()) {
        LOG.log(WARNING, "the process lost its place, member {0}", id());
        takeAgain();
      }
    }
  }

  private void takeAgain() {
    while (!closed(0)) {
      try {
        if (fit.getAsBoolean() && membership.resume()) {
          LOG.log(INFO, "the process has its place again, member {0}", id());
          return;
        }
      } catch (ElanusException notYet) {
        LOG.log(WARNING, "the place cannot be taken again yet: {0}", notYet.getMessage());
      } catch (RuntimeException bug) {
        LOG.log(WARNING, "the place cannot be taken again yet", bug);
      }
      closed(PAUSE_MILLIS);
    }
  }

  private String id() {
    return Long.toString(membership.id());
  }

  private boolean closed(long withinMillis) {
    try {
      return closing.await(withinMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  /** A place that is lost from now on stays so. */
  @Override
  public void close() {
    closing.countDown();
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
