package io.elanus.node.streaming;

import io.elanus.schema.CollectionSchema;

/**
 * Who keeps a shard's memory up to date, as its reads see it: the channel's owner or a follower.
 */
interface ShardKeeper {
  /** Returns when every write with a timestamp ≤ {@code readTimestamp} has been applied. */
  void awaitTick(long readTimestamp) throws InterruptedException;

  /** Throws CHANNEL_NOT_AVAILABLE when what is in memory must not be read. */
  void checkReadable();

  /** Asks that query nodes be told what they missed. Does not wait. */
  void redeliver(Shard shard);

  /** Makes a schema the shard's, unless it has a later one. */
  void adopt(Shard shard, CollectionSchema schema);
}
