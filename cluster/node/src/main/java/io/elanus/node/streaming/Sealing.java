package io.elanus.node.streaming;

import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/** Decides which growing segments take no more rows. Used by the channel's loop only. */
final class Sealing {
  private final ChannelLog log;
  private final HeldShards shards;
  private final Oracle oracle;
  private final MemoryBudget budget;
  private final StreamingConfig config;

  Sealing(
      ChannelLog log,
      HeldShards shards,
      Oracle oracle,
      MemoryBudget budget,
      StreamingConfig config) {
    this.log = log;
    this.shards = shards;
    this.oracle = oracle;
    this.budget = budget;
    this.config = config;
  }

  /**
   * Seals what is due; whether buffered deletes should be flushed too.
   *
   * @param heldBytes of the log since the checkpoint
   */
  boolean sealDue(long heldBytes) {
    boolean logDue = heldBytes >= config.flushAt().logBytes();
    long largeBytes = budget.tight() ? averageOpenBytes() : Long.MAX_VALUE;
    long oldBelow = log.endPosition() - config.flushAt().logBytes() / 2;
    Predicate<Growing> due =
        growing ->
            full(growing)
                || growing.bytes() >= largeBytes
                || (logDue && growing.firstPosition() < oldBelow);
    long buffered = 0;
    for (Shard shard : shards.unflushed()) {
      shard.seal(due);
      buffered += shard.deletes().unflushedKeys();
    }
    return logDue || buffered >= config.flushAt().deletedKeys();
  }

  /**
   * Whether the log should be cut though there is nothing to flush: most of it is of rows that were
   * dropped.
   */
  boolean cutDue(Checkpoint checkpoint) {
    long most = config.flushAt().logBytes();
    return checkpoint.heldBytes() >= most && checkpoint.idleBytes() >= most / 2;
  }

  /** Sealing what is at least as large as the average frees half of the memory or more. */
  private long averageOpenBytes() {
    long bytes = 0;
    long count = 0;
    for (Shard shard : shards.unflushed()) {
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
    Duration age = age(oracle.seen(), growing.minTimestamp());
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
    for (Shard shard : shards.unflushed()) {
      for (Growing growing : shard.unflushed()) {
        if (!growing.open()) {
          sealed.add(growing);
        }
      }
    }
    return sealed;
  }

  boolean anyDeletes() {
    for (Shard shard : shards.unflushed()) {
      if (shard.deletes().unflushedKeys() > 0) {
        return true;
      }
    }
    return false;
  }
}
