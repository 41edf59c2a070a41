package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.Directory;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Timestamps;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Chooses the timestamp of a read (Milvus documentation, "Consistency Level"; guarantee timestamps
 * 1 and 2 stand for Eventually and Bounded). Remembers the largest timestamp that this proxy has
 * seen, so that a read at a weak level costs no call and still sees the proxy's own acknowledged
 * writes.
 */
final class ReadClock {
  private static final String TTL = "collection.ttl.seconds";

  private final Directory directory;
  private final Clock clock;
  private final Duration gracefulTime;
  private final Duration retryFor;
  private final AtomicLong seen = new AtomicLong();

  ReadClock(Directory directory, Clock clock, ProxyConfig config) {
    this.directory = directory;
    this.clock = clock;
    this.gracefulTime = config.gracefulTime();
    this.retryFor = config.retryFor();
  }

  /**
   * A timestamp of the oracle, larger than that of every write acknowledged so far. Waits a while
   * for a coordinator that takes over.
   */
  long fresh() {
    Patience patience = new Patience(clock, retryFor);
    while (true) {
      try {
        long timestamp = directory.rootCoord().allocateTimestamps(1).first();
        saw(timestamp);
        return timestamp;
      } catch (ElanusException failed) {
        if (failed.code() != ErrorCode.UNAVAILABLE && failed.code() != ErrorCode.NOT_READY) {
          throw failed;
        }
        patience.pauseForOracleOr(failed);
      }
    }
  }

  void saw(long timestamp) {
    seen.accumulateAndGet(timestamp, Math::max);
  }

  /**
   * @param pinned an iterator's read: a timestamp that is given is the snapshot itself
   */
  long timestamp(Catalogue.Collection collection, Proxy.ReadLevel level, boolean pinned) {
    long given = level.guaranteeTimestamp();
    if (pinned && given > 2) {
      return given;
    }
    Consistency consistency = level.useDefault() ? collection.consistency() : level.level();
    long timestamp =
        switch (consistency) {
          case STRONG -> level.useDefault() || given == 0 ? fresh() : asGiven(given);
          case SESSION -> asGiven(given);
          case BOUNDED -> bounded();
          case EVENTUALLY -> bounded();
          case CUSTOMIZED -> given > 2 ? given : special(given);
        };
    return Math.max(timestamp, collection.updateTimestamp());
  }

  private long asGiven(long given) {
    return given > 2 ? Math.max(given, bounded()) : special(given);
  }

  /** Old clients say with a number what newer ones say with a level. */
  private long special(long given) {
    if (given < 0) {
      throw ElanusException.invalid("guarantee_timestamp is out of range");
    }
    return given == 0 ? fresh() : bounded();
  }

  /**
   * Also what weaker levels get: never so old that the rows of its time are gone, though nothing
   * was seen for long. A proxy that has seen nothing yet asks the oracle, so that a read after a
   * restart never lags behind what was acknowledged before it.
   */
  private long bounded() {
    long last = seen.get();
    return Math.max(
        last == 0 ? fresh() : last, Timestamps.of(clock.millis() - gracefulTime.toMillis(), 0));
  }

  /** Rows written before the result have outlived the collection's time to live; 0: none. */
  static long expiredBefore(Catalogue.Collection collection, long timestamp) {
    String text = collection.properties().get(TTL);
    long seconds = text == null ? 0 : Long.parseLong(text);
    if (seconds <= 0) {
      return 0;
    }
    long millis = Timestamps.physicalMillis(timestamp) - seconds * 1000;
    return millis <= 0 ? 0 : Timestamps.of(millis, timestamp & Timestamps.LOGICAL_MASK) + 1;
  }
}
