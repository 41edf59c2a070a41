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

  private final ChannelOwner owner;
  private final Alarm alarm;
  private boolean set;

  AgeWatch(ChannelOwner owner, Alarm alarm) {
    this.owner = owner;
    this.alarm = alarm;
  }

  /** After anything that may have begun to grow, or stopped to. */
  void consider() {
    if (set) {
      return;
    }
    OptionalLong oldest = oldest();
    if (oldest.isPresent()) {
      set = true;
      alarm.after(left(oldest.getAsLong()), () -> owner.inLoop(this::ring));
    }
  }

  /** Timestamp of the oldest row in a segment that still takes rows. */
  private OptionalLong oldest() {
    long oldest = Long.MAX_VALUE;
    for (Shard shard : owner.unflushedShards()) {
      for (Growing growing : shard.unflushed()) {
        if (growing.open() && growing.rows() > 0) {
          oldest = Math.min(oldest, growing.minTimestamp());
        }
      }
    }
    return oldest == Long.MAX_VALUE ? OptionalLong.empty() : OptionalLong.of(oldest);
  }

  private Duration left(long oldest) {
    Duration age = Sealing.age(owner.oracle().seen(), oldest);
    Duration left = owner.config().sealAt().age().minus(age);
    return left.compareTo(SHORTEST) < 0 ? SHORTEST : left;
  }

  /** No write has told the time since, so the oracle is asked. */
  private boolean ring() {
    set = false;
    try {
      owner.oracle().timestamps(1);
    } catch (ElanusException failed) {
      LOG.log(WARNING, "no time to judge growing rows by; they wait for a write or longer", failed);
    }
    owner.flusher().consider();
    return true;
  }
}
