package io.elanus.node.streaming;

import java.time.Duration;

/**
 * Settings of a streaming node. What the process can be told has its default there and must be
 * given; the rest has its value here.
 */
public record StreamingConfig(
    SealAt sealAt,
    FlushAt flushAt,
    Memory memory,
    Appends appends,
    Remembered remembered,
    Graphs graphs,
    Reach reach,
    Retakes retakes) {
  /**
   * When a growing segment takes no more rows.
   *
   * @param rows so many, or
   * @param bytes so many of rows, or
   * @param age so long after its first row
   */
  public record SealAt(long rows, long bytes, Duration age) {
    public SealAt(long rows, long bytes) {
      this(rows, bytes, Duration.ofMinutes(10));
    }
  }

  /**
   * When the oldest growing rows and the deletes of a channel are flushed.
   *
   * @param logBytes held since the checkpoint, or
   * @param deletedKeys buffered
   * @param retry wait after a failed flush
   */
  public record FlushAt(long logBytes, long deletedKeys, Duration retry) {
    public FlushAt(long logBytes) {
      this(logBytes, 500_000, Duration.ofSeconds(1));
    }
  }

  /**
   * Rows held in memory on this node until they are served from files.
   *
   * @param bytes beyond which writes wait
   * @param patience how long, before they get MEMORY_LIMIT
   */
  public record Memory(long bytes, Duration patience) {
    public Memory(long bytes) {
      this(bytes, Duration.ofSeconds(10));
    }
  }

  /**
   * How writes reach the log.
   *
   * @param queuedRequests waiting for a channel's loop; more get QUEUE_FULL
   * @param groupBytes of the writes that one append takes together, roughly
   * @param recordBytes of one log record; larger requests are split
   */
  public record Appends(int queuedRequests, long groupBytes, int recordBytes) {
    public Appends() {
      this(4096, 4L << 20, 8 << 20);
    }
  }

  /**
   * What owners remember of past writes.
   *
   * @param requests how long request ids are known
   * @param writes how far back the check for {@code Stale} reaches at most
   * @param keys known for it at most, for each shard
   */
  public record Remembered(Duration requests, Duration writes, int keys) {
    public Remembered() {
      this(Duration.ofMinutes(10), Duration.ofMinutes(1), 1 << 20);
    }
  }

  /**
   * How graphs over growing rows are kept.
   *
   * @param calmAfterReplay how long replayed rows wait for theirs
   */
  public record Graphs(Duration calmAfterReplay) {
    public Graphs() {
      this(Duration.ofSeconds(2));
    }
  }

  /**
   * Which timestamps can be read.
   *
   * @param past how long a pinned timestamp keeps answering
   * @param future how far beyond the oracle one may lie: the read waits
   */
  public record Reach(Duration past, Duration future) {
    public Reach(Duration past) {
      this(past, Duration.ofSeconds(10));
    }
  }

  /**
   * How the node takes a channel anew whose log failed.
   *
   * @param first pause before it, twice as long after each failure
   * @param longest pause; zero: it is not taken anew unless the node is told to
   */
  public record Retakes(Duration first, Duration longest) {
    /** Where a log that failed does not come back by itself. */
    public static final Retakes NEVER = new Retakes(Duration.ZERO, Duration.ZERO);

    /** Where logs are servers' that restart and networks' that are cut. */
    public Retakes() {
      this(Duration.ofMillis(100), Duration.ofSeconds(5));
    }
  }

  public StreamingConfig(
      SealAt sealAt, FlushAt flushAt, Memory memory, Reach reach, Retakes retakes) {
    this(sealAt, flushAt, memory, new Appends(), new Remembered(), new Graphs(), reach, retakes);
  }
}
