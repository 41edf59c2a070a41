package io.elanus.node.streaming;

import io.elanus.roles.Catalogue;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Optional;

/**
 * Writes to a shard: looks up what the catalogue knows and the shard does not, charges the memory,
 * and has the channel write.
 */
final class ShardWrites {
  private final ShardOpener opener;
  private final MemoryBudget budget;

  ShardWrites(ShardOpener opener, MemoryBudget budget) {
    this.opener = opener;
    this.budget = budget;
  }

  Outcome write(ChannelOwner owner, Shard shard, Write write) {
    learnPartitions(owner, shard, write);
    try {
      return submit(owner, shard, write);
    } catch (ElanusException failed) {
      if (failed.code() == ErrorCode.SCHEMA_MISMATCH && adopted(owner, shard, write)) {
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

  /** Whether the rows were made for what the catalogue says, and the shard lagged behind it. */
  private boolean adopted(ChannelOwner owner, Shard shard, Write write) {
    Optional<Catalogue.Collection> collection = opener.collection(shard.channel());
    if (collection.isEmpty() || collection.get().schema().version() != write.schemaVersion()) {
      return false;
    }
    CollectionSchema schema = collection.get().schema();
    owner.ask(commands -> commands.changeSchema(shard, schema));
    return true;
  }
}
