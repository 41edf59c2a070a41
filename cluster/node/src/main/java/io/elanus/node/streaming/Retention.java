package io.elanus.node.streaming;

import io.elanus.schema.ElanusException;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.time.InstantSource;

/** How far back a pinned read may go: compaction keeps what was visible within this time. */
final class Retention {
  private final Duration retention;
  private final InstantSource clock;

  Retention(Duration retention, InstantSource clock) {
    this.retention = retention;
    this.clock = clock;
  }

  void check(long readTimestamp) {
    long oldestMillis = clock.millis() - retention.toMillis();
    if (Timestamps.physicalMillis(readTimestamp) < oldestMillis) {
      throw ElanusException.invalid("the read timestamp is older than the retention time")
          .with("timestamp", readTimestamp)
          .with("oldest", Timestamps.of(oldestMillis, 0))
          .with("retention", retention);
    }
  }
}
