package io.elanus.node.streaming;

import io.elanus.roles.Segments.View;
import io.elanus.roles.ShardLeader.Switched;
import io.elanus.roles.StreamingNode.Sealed;
import io.elanus.schema.CollectionSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What happens to a shard between two groups of writes. Every method runs in the channel's loop.
 */
final class ShardCommands {
  private final ChannelLog log;
  private final Oracle oracle;
  private final ReadGate gate;
  private final HeldShards shards;
  private final Flusher flusher;
  private final DeleteForwarder forwarder;
  private final ShardViews views;

  ShardCommands(
      ChannelLog log,
      Oracle oracle,
      ReadGate gate,
      HeldShards shards,
      Flusher flusher,
      DeleteForwarder forwarder,
      GraphUpkeep graphs) {
    this.log = log;
    this.oracle = oracle;
    this.gate = gate;
    this.shards = shards;
    this.flusher = flusher;
    this.forwarder = forwarder;
    this.views = new ShardViews(forwarder, graphs);
  }

  /** The record keeps the wish to flush over a restart. */
  Sealed seal(Shard shard) {
    List<Long> open = new ArrayList<>();
    for (Growing growing : shard.unflushed()) {
      if (growing.open() && growing.rows() > 0) {
        open.add(growing.id());
      }
    }
    long timestamp = oracle.timestamps(1);
    if (!open.isEmpty()) {
      log.append(shard.channel(), timestamp, new LogEntry.Flush(open));
      shard.seal(growing -> true);
    }
    flusher.request();
    return new Sealed(open, timestamp, log.endPosition());
  }

  long lighten() {
    return flusher.lighten();
  }

  boolean flushedUpTo(Shard shard, long timestamp) {
    for (Growing growing : shard.unflushed()) {
      if (growing.rows() > 0 && growing.minTimestamp() <= timestamp) {
        return false;
      }
    }
    OptionalLong oldestDelete = shard.deletes().firstUnflushedTimestamp();
    return oldestDelete.isEmpty() || oldestDelete.getAsLong() > timestamp;
  }

  /**
   * Growing rows of the old version are sealed; what is the shard's version already is left, and
   * the shard never goes back to an older one.
   */
  boolean changeSchema(Shard shard, CollectionSchema schema) {
    if (shard.schema().equals(schema) || schema.version() < shard.schema().version()) {
      return false;
    }
    log.append(shard.channel(), oracle.timestamps(1), new LogEntry.ChangeSchema(schema));
    shard.seal(growing -> true);
    shard.changeSchema(schema);
    flusher.request();
    return true;
  }

  boolean drop(Shard shard) {
    log.append(shard.channel(), oracle.timestamps(1), new LogEntry.DropShard());
    shard.drop();
    shards.forget(shard);
    return true;
  }

  boolean dropPartition(Shard shard, long partition) {
    log.append(shard.channel(), oracle.timestamps(1), new LogEntry.DropPartition(partition));
    shard.dropPartition(partition);
    return true;
  }

  /** Like a group of writes: a read after it waits until the rows are gone. */
  boolean truncate(Shard shard, long before) {
    if (shard.snapshot().truncatedAt() >= before) {
      return false;
    }
    gate.groupBegins();
    try {
      long timestamp = gate.stampGroup(1);
      log.append(shard.channel(), timestamp, new LogEntry.Truncate(before));
      shard.truncate(before, timestamp);
      return true;
    } finally {
      gate.groupApplied();
    }
  }

  /** See {@link ShardViews#switchTo}. */
  Switched switchView(Shard shard, View view, Set<Long> covered) {
    return views.switchTo(shard, view, covered);
  }

  boolean dropView(Shard shard) {
    shard.dropView();
    return true;
  }

  /** Tells query nodes again what one of them missed. */
  boolean redeliver(Shard shard) {
    forwarder.redeliver(shard);
    return true;
  }
}
