package io.elanus.node.streaming;

import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Decides which growing segments take no more rows. Used by the channel's loop only. */
final class Sealing {
  private final ChannelOwner owner;

  Sealing(ChannelOwner owner) {
    this.owner = owner;
  }

  /** Seals what is due; whether buffered deletes should be flushed too. */
  boolean sealDue(long checkpoint) {
    long heldBytes = owner.log().endPosition() - checkpoint;
    boolean logDue = heldBytes >= owner.config().flushAt().logBytes();
    long largeBytes = owner.budget().tight() ? averageOpenBytes() : Long.MAX_VALUE;
    long oldBelow = owner.log().endPosition() - owner.config().flushAt().logBytes() / 2;
    Predicate<Growing> due =
        growing ->
            full(growing)
                || growing.bytes() >= largeBytes
                || (logDue && growing.firstPosition() < oldBelow);
    long buffered = 0;
    for (Shard shard : owner.unflushedShards()) {
      shard.seal(due);
      buffered += shard.deletes().unflushedKeys();
    }
    return logDue || buffered >= owner.config().flushAt().deletedKeys();
  }

  /** Sealing what is at least as large as the average frees half of the memory or more. */
  private long averageOpenBytes() {
    long bytes = 0;
    long count = 0;
    for (Shard shard : owner.unflushedShards()) {
      for (Growing growing : shard.unflushed()) {
        if (growing.open()) {
          bytes += growing.bytes();
          count++;
        }
      }
    }
    return count == 0 ? Long.MAX_VALUE : Math.max(1, bytes / count);
  }

  private boolean full(Growing growing) {
    StreamingConfig config = owner.config();
    Duration age = age(owner.oracle().seen(), growing.minTimestamp());
    return growing.rows() > 0
        && (growing.rows() >= config.sealAt().rows()
            || growing.bytes() >= config.sealAt().bytes()
            || age.compareTo(config.sealAt().age()) >= 0);
  }

  /** How long before one timestamp another one was. */
  static Duration age(long now, long then) {
    return Duration.ofMillis(Timestamps.physicalMillis(now) - Timestamps.physicalMillis(then));
  }

  /** Segments that take no more rows and are in no published file. */
  List<Growing> sealed() {
    List<Growing> sealed = new ArrayList<>();
    for (Shard shard : owner.unflushedShards()) {
      for (Growing growing : shard.unflushed()) {
        if (!growing.open()) {
          sealed.add(growing);
        }
      }
    }
    return sealed;
  }

  boolean anyDeletes() {
    for (Shard shard : owner.unflushedShards()) {
      if (shard.deletes().unflushedKeys() > 0) {
        return true;
      }
    }
    return false;
  }
}
