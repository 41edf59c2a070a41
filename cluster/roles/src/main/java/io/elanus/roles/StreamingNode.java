package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.List;
import java.util.Optional;

/**
 * Owns physical channels: stamps and appends writes, holds growing segments, leads its shards for
 * reads, flushes.
 */
public interface StreamingNode extends ShardLeader {
  /**
   * Rows for one partition of a shard.
   *
   * @param firstRowId row ids are consecutive
   */
  record Rows(long partitionId, long firstRowId, RowBatch batch) {}

  /**
   * One request's part for one shard; atomic. Deletes take effect before inserts, all under one
   * timestamp.
   *
   * @param requestId made by the proxy; a repeated one is answered as the first was
   * @param schemaVersion the rows were made for; another one is refused with SCHEMA_MISMATCH
   * @param deletePartition deletes reach only this partition; empty: all
   * @param readTimestamp of a partial update: {@link Stale} when one of the deleted keys was
   *     written after it; otherwise 0
   */
  record Write(
      String requestId,
      String channel,
      int schemaVersion,
      List<Rows> inserts,
      Optional<Keys> deletes,
      Optional<Long> deletePartition,
      long readTimestamp) {}

  sealed interface Outcome {}

  /** Durable, and visible to reads at or after the timestamp. */
  record Written(long timestamp) implements Outcome {}

  /** A key changed since the proxy read it; read again and repeat with a new request id. */
  record Stale() implements Outcome {}

  /** This node does not own the channel (any longer). */
  record ChannelMoved() implements Outcome {}

  /**
   * Takes a physical channel over: asks DataCoord for the grant, fences older owners, replays, and
   * serves when this returns. One that is held and well is left as it is; one that failed or was
   * lost is taken anew. A failure leaves nothing behind, but for an owner that failed before and
   * can still be read. Calls for the same channel wait for each other.
   */
  void own(String physicalChannel);

  /**
   * Gets ready to own a physical channel that another node owns still, so that little is left to do
   * when it is taken over. May be repeated; {@link #own} needs no such call before.
   */
  void prepare(String physicalChannel);

  /**
   * Gets a physical channel ready to be left: seals and flushes in the background what it would
   * take long to replay. To be asked again until little is left.
   *
   * @return bytes of log that the next owner would replay now; 0 for a channel that is not held
   */
  long lighten(String physicalChannel);

  /**
   * Ends the ownership of a physical channel after the writes that are queued; when this returns
   * the node acknowledges no write and answers no read of it any more. One that is not held is no
   * error.
   */
  void leave(String physicalChannel);

  Outcome write(Write write);

  /**
   * How far a channel has come: every write with a timestamp ≤ {@code timestamp} is in the log
   * below {@code position}, and later ones get larger timestamps.
   */
  record Tick(long timestamp, long position) {}

  /**
   * A tick of a physical channel, for whoever reads its log; writes nothing.
   *
   * @param timestamp the tick's is at least this; 0: as it comes. One in the future is waited for
   */
  Tick tick(String physicalChannel, long timestamp);

  /**
   * Seals the growing segments of a shard (empty list: there were none) and flushes them in the
   * background.
   */
  record Sealed(List<Long> segments, long timestamp, long position) {}

  Sealed seal(String channel);

  /** Whether everything up to the timestamp is in flushed segments. */
  boolean flushedUpTo(String channel, long timestamp);

  /** Growing and sealed, not yet flushed segments of a shard. */
  List<Segments.Segment> growing(String channel);

  /** From the next write on this schema version is the shard's; growing segments are sealed. */
  void changeSchema(String channel, CollectionSchema schema);

  void dropShard(String channel);

  /** Its rows are gone, and no more are taken for it. */
  void dropPartition(String channel, long partitionId);

  /** Whether the store of logs answers this node now; waits for that some seconds. */
  boolean reachesLog();

  /**
   * A physical channel that this node serves.
   *
   * @param end position at which its log ends
   * @param unflushedSince timestamp of the oldest row that is in no flushed segment; 0: none is
   * @param rows in growing segments, deletes not subtracted
   * @param rowsPerSecond appended of late, keys of deletes included, and bytes likewise
   */
  record Held(
      String channel,
      long epoch,
      long end,
      long unflushedSince,
      int growingSegments,
      long rows,
      long bytes,
      long rowsPerSecond,
      long bytesPerSecond) {}

  List<Held> held();

  /** What keeps channels of this node from doing their work, a sentence each; none: all is well. */
  List<String> ailments();

  /** Removes the rows written before the timestamp. Repeating it changes nothing. */
  void truncate(String channel, long timestamp);
}
