package io.elanus.node.fakes;

import io.elanus.node.streaming.StreamingConfig;
import io.elanus.node.streaming.StreamingConfig.Appends;
import io.elanus.node.streaming.StreamingConfig.FlushAt;
import io.elanus.node.streaming.StreamingConfig.Graphs;
import io.elanus.node.streaming.StreamingConfig.Memory;
import io.elanus.node.streaming.StreamingConfig.Reach;
import io.elanus.node.streaming.StreamingConfig.Remembered;
import io.elanus.node.streaming.StreamingConfig.Retakes;
import io.elanus.node.streaming.StreamingConfig.SealAt;
import java.time.Duration;

/** Settings of streaming nodes in tests. */
public final class TestConfig {
  /** Bounds that no test reaches by chance. */
  public static final StreamingConfig ROOMY = sealingAt(new SealAt(1_000_000, 128L << 20));

  private TestConfig() {}

  /** The same with so much memory for growing rows. */
  public static StreamingConfig withMemory(StreamingConfig config, long bytes) {
    return new StreamingConfig(
        config.sealAt(),
        config.flushAt(),
        new Memory(bytes),
        config.appends(),
        config.remembered(),
        config.graphs(),
        config.reach(),
        config.retakes());
  }

  /** The same with channels that are taken anew when their log failed. */
  public static StreamingConfig retaking(StreamingConfig config) {
    return new StreamingConfig(
        config.sealAt(),
        config.flushAt(),
        config.memory(),
        config.appends(),
        config.remembered(),
        config.graphs(),
        config.reach(),
        new Retakes());
  }

  /** Segments of so many rows. */
  public static StreamingConfig sealingAt(long rows) {
    return sealingAt(new SealAt(rows, 1 << 20));
  }

  private static StreamingConfig sealingAt(SealAt sealAt) {
    return new StreamingConfig(
        sealAt,
        new FlushAt(128L << 20),
        new Memory(512L << 20),
        new Appends(),
        new Remembered(),
        new Graphs(Duration.ZERO),
        new Reach(Duration.ofMinutes(30)),
        Retakes.NEVER);
  }

  /** The same with log records of another size; larger requests are split. */
  public static StreamingConfig withRecordBytes(StreamingConfig config, int bytes) {
    Appends appends = config.appends();
    return new StreamingConfig(
        config.sealAt(),
        config.flushAt(),
        config.memory(),
        new Appends(appends.queuedRequests(), appends.groupBytes(), bytes),
        config.remembered(),
        config.graphs(),
        config.reach(),
        config.retakes());
  }
}
