package io.elanus.node.streaming;

import io.elanus.roles.StreamingNode.ChannelMoved;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Rows;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.schema.RowBatchCodec;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A write that waits for its channel's loop.
 *
 * @param bytes of its rows in memory, charged to the budget before it is queued
 * @param charged what of them the request still answers for; it may be given back only once
 */
record WriteRequest(
    Write write, Shard shard, long bytes, AtomicLong charged, CompletableFuture<Outcome> outcome)
    implements ChannelLoop.Message {
  private static final long BYTES_PER_KEY = 32;

  static WriteRequest of(Write write, Shard shard) {
    long bytes = bytes(write);
    return new WriteRequest(write, shard, bytes, new AtomicLong(bytes), new CompletableFuture<>());
  }

  /** A growing segment answers for so many of the bytes from now on. */
  void handOver(long rowBytes) {
    charged.addAndGet(-rowBytes);
  }

  /** Gives back what is still charged; again: nothing. */
  void free(MemoryBudget budget) {
    budget.release(charged.getAndSet(0));
  }

  /** Ends it with an error; one that was answered keeps its answer. */
  void refuse(Throwable error, MemoryBudget budget) {
    free(budget);
    outcome.completeExceptionally(error);
  }

  /** Ends it unwritten: the channel has another owner. */
  void moved(MemoryBudget budget) {
    free(budget);
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
