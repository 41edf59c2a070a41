package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Directory;
import io.elanus.roles.StreamingNode.Tick;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How far the owner of a physical channel says that it has come. No tick is in the log: whoever
 * reads at a timestamp that was not confirmed yet asks, one call at a time, and one answer serves
 * all who wait. While reads come it is also asked unasked, so that reads that may lag find an
 * answer of late when the owner is gone.
 */
final class OwnerTicks {
  private static final System.Logger LOG = System.getLogger(OwnerTicks.class.getName());
  private static final Duration FRESH_EVERY = Duration.ofMillis(250);
  private static final long AFTER_LAST_READ_NANOS = 2_000_000_000L;

  private final String physicalChannel;
  private final Directory directory;
  private final InstantSource clock;
  private final Alarm alarm;
  private final ReentrantLock turn = new ReentrantLock();

  /** The largest timestamp somebody waits for, those in the future left out. */
  private final AtomicLong wanted = new AtomicLong();

  private final AtomicBoolean keptFresh = new AtomicBoolean();
  private volatile Tick confirmed = new Tick(0, 0);
  private volatile long lastReadNanos = System.nanoTime();

  OwnerTicks(String physicalChannel, Directory directory, InstantSource clock, Alarm alarm) {
    this.physicalChannel = physicalChannel;
    this.directory = directory;
    this.clock = clock;
    this.alarm = alarm;
  }

  /**
   * Below the position are all writes with a timestamp ≤ {@code timestamp}. Waits a while for the
   * next owner.
   */
  long positionAt(long timestamp) throws InterruptedException {
    lastReadNanos = System.nanoTime();
    keepFresh();
    Tick known = confirmed;
    if (known.timestamp() >= timestamp) {
      return known.position();
    }
    Waits.begin();
    if (Timestamps.physicalMillis(timestamp) <= clock.millis()) {
      wanted.accumulateAndGet(timestamp, Math::max);
    }
    ReadPatience patience = new ReadPatience();
    while (true) {
      try {
        return ask(timestamp).position();
      } catch (ElanusException failed) {
        if (!isPassing(failed.code())) {
          throw failed;
        }
        patience.pauseOr(failed);
      }
    }
  }

  private static boolean isPassing(ErrorCode code) {
    return code == ErrorCode.CHANNEL_NOT_AVAILABLE
        || code == ErrorCode.UNAVAILABLE
        || code == ErrorCode.NOT_READY;
  }

  private Tick ask(long timestamp) throws InterruptedException {
    turn.lockInterruptibly();
    try {
      Tick known = confirmed;
      if (timestamp > 0 && known.timestamp() >= timestamp) {
        return known;
      }
      long asked = timestamp == 0 ? 0 : Math.max(timestamp, wanted.get());
      Tick told = directory.owner(physicalChannel).node().tick(physicalChannel, asked);
      if (told.timestamp() > known.timestamp()) {
        confirmed = told;
      }
      return told;
    } finally {
      turn.unlock();
    }
  }

  private void keepFresh() {
    if (!keptFresh.get() && keptFresh.compareAndSet(false, true)) {
      alarm.after(FRESH_EVERY, this::refresh);
    }
  }

  private void refresh() {
    keptFresh.set(false);
    if (System.nanoTime() - lastReadNanos > AFTER_LAST_READ_NANOS) {
      return;
    }
    try {
      ask(0);
    } catch (ElanusException absent) {
      LOG.log(DEBUG, "the owner of a channel tells nothing", absent);
    } catch (InterruptedException ending) {
      Thread.currentThread().interrupt();
      return;
    }
    keepFresh();
  }
}
