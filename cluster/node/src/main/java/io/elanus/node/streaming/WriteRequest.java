package io.elanus.node.streaming;

import io.elanus.roles.StreamingNode.ChannelMoved;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Rows;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.RowBatchCodec;
import java.util.concurrent.CompletableFuture;

/**
 * A write that waits for its channel's loop.
 *
 * @param bytes of its rows in memory, charged to the budget already
 */
record WriteRequest(Write write, Shard shard, long bytes, CompletableFuture<Outcome> outcome)
    implements ChannelLoop.Message {
  private static final long BYTES_PER_KEY = 32;

  static WriteRequest of(Write write, Shard shard) {
    return new WriteRequest(write, shard, bytes(write), new CompletableFuture<>());
  }

  /** Ends it unwritten, with an error. */
  void refuse(Throwable error, MemoryBudget budget) {
    budget.release(bytes);
    outcome.completeExceptionally(error);
  }

  /** Ends it unwritten: the channel has another owner. */
  void moved(MemoryBudget budget) {
    budget.release(bytes);
    outcome.complete(new ChannelMoved());
  }

  private static long bytes(Write write) {
    long bytes = write.deletes().map(keys -> BYTES_PER_KEY * keys.size()).orElse(0L);
    for (Rows rows : write.inserts()) {
      bytes += bytes(rows);
    }
    return bytes;
  }

  static long bytes(Rows rows) {
    return RowBatchCodec.encodedBytes(rows.batch());
  }
}
