package io.elanus.node.streaming;

import java.time.Duration;

/** Settings of a streaming node. */
public record StreamingConfig(
    SealAt sealAt,
    FlushAt flushAt,
    Memory memory,
    Appends appends,
    Remembered remembered,
    Reach reach) {
  /**
   * When a growing segment takes no more rows.
   *
   * @param rows so many, or
   * @param bytes so many of rows, or
   * @param age so long after its first row
   */
  public record SealAt(long rows, long bytes, Duration age) {}

  /**
   * When the oldest growing rows and the deletes of a channel are flushed.
   *
   * @param logBytes held since the checkpoint, or
   * @param deletedKeys buffered
   * @param retry wait after a failed flush
   */
  public record FlushAt(long logBytes, long deletedKeys, Duration retry) {}

  /**
   * Rows held in memory on this node until they are served from files.
   *
   * @param bytes beyond which writes wait
   * @param patience how long, before they get MEMORY_LIMIT
   */
  public record Memory(long bytes, Duration patience) {}

  /**
   * How writes reach the log.
   *
   * @param queuedRequests waiting for a channel's loop; more get QUEUE_FULL
   * @param groupBytes of the writes that one append takes together, roughly
   * @param recordBytes of one log record; larger requests are split
   */
  public record Appends(int queuedRequests, long groupBytes, int recordBytes) {}

  /**
   * What owners remember of past writes.
   *
   * @param requests how long request ids are known
   * @param writes how far back the check for {@code Stale} reaches at most
   * @param keys known for it at most, for each shard
   */
  public record Remembered(Duration requests, Duration writes, int keys) {}

  /**
   * Which timestamps can be read.
   *
   * @param past how long a pinned timestamp keeps answering
   * @param future how far beyond the oracle one may lie: the read waits
   */
  public record Reach(Duration past, Duration future) {}

  public static final StreamingConfig DEFAULTS =
      new StreamingConfig(
          new SealAt(1_000_000, 128L << 20, Duration.ofMinutes(10)),
          new FlushAt(128L << 20, 500_000, Duration.ofSeconds(1)),
          new Memory(512L << 20, Duration.ofSeconds(10)),
          new Appends(4096, 4L << 20, 8 << 20),
          new Remembered(Duration.ofMinutes(10), Duration.ofMinutes(1), 1 << 20),
          new Reach(Duration.ofMinutes(30), Duration.ofSeconds(10)));

  /** These settings with other sealing thresholds. */
  public StreamingConfig withSealing(long rows, long bytes, Duration age) {
    return new StreamingConfig(
        new SealAt(rows, bytes, age), flushAt, memory, appends, remembered, reach);
  }

  /** These settings with other bounds of log and memory between flushes. */
  public StreamingConfig withBounds(long logBytes, long deletedKeys, long memoryBytes) {
    return new StreamingConfig(
        sealAt,
        new FlushAt(logBytes, deletedKeys, flushAt.retry()),
        new Memory(memoryBytes, memory.patience()),
        appends,
        remembered,
        reach);
  }

  public StreamingConfig withRecordBytes(int bytes) {
    return new StreamingConfig(
        sealAt,
        flushAt,
        memory,
        new Appends(appends.queuedRequests(), appends.groupBytes(), bytes),
        remembered,
        reach);
  }

  public StreamingConfig withRetention(Duration past) {
    return new StreamingConfig(
        sealAt, flushAt, memory, appends, remembered, new Reach(past, reach.future()));
  }
}
