package io.elanus.node.streaming;

import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import java.time.Duration;

/**
 * How long a read waits for its view to be mended after a query node went away or a segment moved:
 * longer than it takes until the node's lease is over and others have its segments. The first
 * attempts follow at once, for a view that is just being switched.
 */
final class ReadPatience {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final int AT_ONCE = 2;
  private static final long LONGEST_PAUSE_MILLIS = 50;

  /** Where another replica can be asked. */
  private static final Duration SHORT = Duration.ofMillis(100);

  private final long begin = System.nanoTime();
  private final Duration limit;
  private int attempts;

  ReadPatience() {
    this(LIMIT);
  }

  private ReadPatience(Duration limit) {
    this.limit = limit;
  }

  /** For a read that others can answer as well. */
  static ReadPatience amongOthers() {
    return new ReadPatience(SHORT);
  }

  /** Waits a little; throws {@code failure} when the time is over. */
  void pauseOr(ElanusException failure) {
    attempts++;
    if (attempts <= AT_ONCE) {
      return;
    }
    if (System.nanoTime() - begin > limit.toNanos()) {
      throw failure;
    }
    Waits.begin();
    try {
      Thread.sleep(Math.min(attempts, LONGEST_PAUSE_MILLIS));
    } catch (InterruptedException interrupted) {
      throw ChannelOwner.interrupted(interrupted);
    }
  }
}
