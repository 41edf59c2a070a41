package io.elanus.node.streaming;

import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;

/**
 * Writes to a shard: looks up what the catalogue knows and the shard does not, charges the memory,
 * and has the channel write.
 */
final class ShardWrites {
  private final ShardOpener opener;
  private final SchemaLag lag;
  private final MemoryBudget budget;

  ShardWrites(ShardOpener opener, SchemaLag lag, MemoryBudget budget) {
    this.opener = opener;
    this.lag = lag;
    this.budget = budget;
  }

  Outcome write(ChannelOwner owner, Shard shard, Write write) {
    learnPartitions(owner, shard, write);
    try {
      return submit(owner, shard, write);
    } catch (ElanusException failed) {
      if (failed.code() == ErrorCode.SCHEMA_MISMATCH
          && lag.adoptForWrite(owner, shard, write.schemaVersion())) {
        return submit(owner, shard, write);
      }
      throw failed;
    }
  }

  /** A partition that is new to the shard is looked up once; one that is not there is refused. */
  private void learnPartitions(ChannelOwner owner, Shard shard, Write write) {
    boolean known =
        write.inserts().stream().allMatch(rows -> shard.hasPartition(rows.partitionId()));
    if (!known) {
      owner.shards().drops().learn(() -> opener.partitions(shard.channel()), shard::learn);
    }
  }

  private Outcome submit(ChannelOwner owner, Shard shard, Write write) {
    WriteRequest request = WriteRequest.of(write, shard);
    try {
      budget.acquire(request.bytes());
    } catch (InterruptedException interrupted) {
      throw ChannelOwner.interrupted(interrupted);
    }
    return owner.write(request);
  }
}
