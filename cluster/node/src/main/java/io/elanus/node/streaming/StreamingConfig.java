package io.elanus.node.streaming;

import java.time.Duration;

/**
 * Settings of a streaming node.
 *
 * @param sealRows rows at which a growing segment takes no more
 * @param sealBytes the same in bytes of rows
 * @param sealAge the same since its first row, looked at with the next write
 * @param replayBytes log held since the checkpoint at which the oldest growing rows are flushed
 * @param deleteBufferKeys buffered deletes of a channel at which they are flushed
 * @param growingBudgetBytes rows held in memory on this node, beyond which writes wait and then get
 *     MEMORY_LIMIT
 * @param memoryWait how long a write waits for memory
 * @param queueRequests writes waiting for a channel's loop; more get QUEUE_FULL
 * @param groupBytes of the writes that one append takes together, roughly
 * @param recordBytes of one log record; larger requests are split
 * @param requestMemory how long request ids are remembered
 * @param recentWrites how far back the check for {@code Stale} reaches at most
 * @param recentKeys keys remembered for it at most, for each shard
 * @param retention how long a pinned read timestamp keeps answering
 * @param futureWait how far beyond the oracle a read timestamp may lie
 * @param flushRetry wait after a failed flush
 */
public record StreamingConfig(
    long sealRows,
    long sealBytes,
    Duration sealAge,
    long replayBytes,
    long deleteBufferKeys,
    long growingBudgetBytes,
    Duration memoryWait,
    int queueRequests,
    long groupBytes,
    int recordBytes,
    Duration requestMemory,
    Duration recentWrites,
    int recentKeys,
    Duration retention,
    Duration futureWait,
    Duration flushRetry) {
  public static final StreamingConfig DEFAULTS =
      new StreamingConfig(
          1_000_000,
          128L << 20,
          Duration.ofMinutes(10),
          128L << 20,
          500_000,
          512L << 20,
          Duration.ofSeconds(10),
          4096,
          4L << 20,
          8 << 20,
          Duration.ofMinutes(10),
          Duration.ofMinutes(1),
          1 << 20,
          Duration.ofMinutes(30),
          Duration.ofSeconds(10),
          Duration.ofSeconds(1));

  /** These settings with other sealing thresholds. */
  public StreamingConfig withSealing(long rows, long bytes, Duration age) {
    return new StreamingConfig(
        rows,
        bytes,
        age,
        replayBytes,
        deleteBufferKeys,
        growingBudgetBytes,
        memoryWait,
        queueRequests,
        groupBytes,
        recordBytes,
        requestMemory,
        recentWrites,
        recentKeys,
        retention,
        futureWait,
        flushRetry);
  }

  /** These settings with other bounds of log and memory between flushes. */
  public StreamingConfig withBounds(long newReplayBytes, long newDeleteBufferKeys, long budget) {
    return new StreamingConfig(
        sealRows,
        sealBytes,
        sealAge,
        newReplayBytes,
        newDeleteBufferKeys,
        budget,
        memoryWait,
        queueRequests,
        groupBytes,
        recordBytes,
        requestMemory,
        recentWrites,
        recentKeys,
        retention,
        futureWait,
        flushRetry);
  }

  public StreamingConfig withRecordBytes(int bytes) {
    return new StreamingConfig(
        sealRows,
        sealBytes,
        sealAge,
        replayBytes,
        deleteBufferKeys,
        growingBudgetBytes,
        memoryWait,
        queueRequests,
        groupBytes,
        bytes,
        requestMemory,
        recentWrites,
        recentKeys,
        retention,
        futureWait,
        flushRetry);
  }

  public StreamingConfig withRetention(Duration newRetention) {
    return new StreamingConfig(
        sealRows,
        sealBytes,
        sealAge,
        replayBytes,
        deleteBufferKeys,
        growingBudgetBytes,
        memoryWait,
        queueRequests,
        groupBytes,
        recordBytes,
        requestMemory,
        recentWrites,
        recentKeys,
        newRetention,
        futureWait,
        flushRetry);
  }
}
