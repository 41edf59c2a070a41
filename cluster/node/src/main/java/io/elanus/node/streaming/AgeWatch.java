package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Sees to it that growing rows are sealed at their age though no write follows: one alarm at a time
 * for the oldest of a channel, and none while nothing grows. Used by the channel's loop only.
 */
final class AgeWatch {
  private static final System.Logger LOG = System.getLogger(AgeWatch.class.getName());

  /** An alarm that is a little early is set again, not at once. */
  private static final Duration SHORTEST = Duration.ofMillis(100);

  private final ChannelLoop loop;
  private final HeldShards shards;
  private final Oracle oracle;
  private final Duration sealAge;
  private final Alarm alarm;
  private boolean set;

  AgeWatch(ChannelLoop loop, HeldShards shards, Oracle oracle, Duration sealAge, Alarm alarm) {
    this.loop = loop;
    this.shards = shards;
    this.oracle = oracle;
    this.sealAge = sealAge;
    this.alarm = alarm;
  }

  /**
   * After anything that may have begun to grow, or stopped to.
   *
   * @param seal seals what is due; run in the loop when the oldest rows may have reached their age
   */
  void consider(Runnable seal) {
    if (set) {
      return;
    }
    OptionalLong oldest = oldest();
    if (oldest.isPresent()) {
      set = true;
      alarm.after(left(oldest.getAsLong()), () -> loop.ask(() -> ring(seal)));
    }
  }

  /** Timestamp of the oldest row in a segment that still takes rows. */
  private OptionalLong oldest() {
    long oldest = Long.MAX_VALUE;
    for (Shard shard : shards.unflushed()) {
      for (Growing growing : shard.unflushed()) {
        if (growing.open() && growing.rows() > 0) {
          oldest = Math.min(oldest, growing.minTimestamp());
        }
      }
    }
    return oldest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest);
  }

  private Duration left(long oldest) {
    Duration age = Sealing.age(oracle.seen(), oldest);
    Duration left = sealAge.minus(age);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  /** No write has told the time since, so the oracle is asked. */
  private boolean ring(Runnable seal) {
    set = false;
    try {
      oracle.timestamps(1);
    } catch (ElanusException failed) {
      LOG.log(WARNING, "no time to judge growing rows by; they wait for a write or longer", failed);
    }
    seal.run();
    return true;
  }
}
