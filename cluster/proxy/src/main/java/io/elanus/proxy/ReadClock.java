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
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongToIntFunction;

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
  private final LongToIntFunction replicaCount;
  private final AtomicLong seen = new AtomicLong();

  /**
   * @param replicaCount leaders of each shard of a collection, by its id
   */
  ReadClock(Directory directory, Clock clock, ProxyConfig config, LongToIntFunction replicaCount) {
    this.directory = directory;
    this.replicaCount = replicaCount;
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
          case STRONG -> level.useDefault() || given == 0 ? fresh() : asGiven(collection, given);
          case SESSION -> asGiven(collection, given);
          case BOUNDED -> bounded(collection);
          case EVENTUALLY -> bounded(collection);
          case CUSTOMIZED -> given > 2 ? given : special(collection, given);
        };
    return Math.max(timestamp, collection.updateTimestamp());
  }

  private long asGiven(Catalogue.Collection collection, long given) {
    return given > 2 ? Math.max(given, bounded(collection)) : special(collection, given);
  }

  /** Old clients say with a number what newer ones say with a level. */
  private long special(Catalogue.Collection collection, long given) {
    if (given < 0) {
      throw ElanusException.invalid("guarantee_timestamp is out of range");
    }
    return given == 0 ? fresh() : bounded(collection);
  }

  /**
   * Also what weaker levels get: never so old that the rows of its time are gone, though nothing
   * was seen for long. A proxy that has seen nothing yet asks the oracle, so that a read after a
   * restart never lags behind what was acknowledged before it. Where the owner of a channel is
   * gone, further replicas answer as of what it told them last, and nobody has to wait for the
   * next.
   */
  private long bounded(Catalogue.Collection collection) {
    long oldest = Timestamps.of(clock.millis() - gracefulTime.toMillis(), 0);
    long last = seen.get();
    if (last > oldest && lacksOwner(collection) && replicaCount.applyAsInt(collection.id()) > 1) {
      return oldest;
    }
    return Math.max(last == 0 ? fresh() : last, oldest);
  }

  private boolean lacksOwner(Catalogue.Collection collection) {
    Set<Long> unreachable = directory.unreachable();
    try {
      return collection.channels().stream()
          .anyMatch(channel -> unreachable.contains(directory.owner(channel).nodeId()));
    } catch (ElanusException gone) {
      return true;
    }
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
