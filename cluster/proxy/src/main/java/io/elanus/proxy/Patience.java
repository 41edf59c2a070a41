package io.elanus.proxy;

import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Clock;
import java.time.Duration;

/** How long a request waits for a channel to find its owner: pauses that double, up to a limit. */
final class Patience {
  private static final long FIRST_PAUSE_MILLIS = 2;
  private static final long LONGEST_PAUSE_MILLIS = 200;

  private final Clock clock;
  private final long untilMillis;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  Patience(Clock clock, Duration limit) {
    this.clock = clock;
    this.untilMillis = clock.millis() + limit.toMillis();
  }

  /** Waits a little; throws {@code failure} when the time is over. */
  void pauseOr(ElanusException failure) {
    if (clock.millis() >= untilMillis) {
      throw failure;
    }
    Waits.begin();
    try {
      Thread.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted while waiting for a channel", e);
    }
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
  }

  /** Errors of a passing kind: the channel or the segment is elsewhere in a moment. */
  static boolean passing(ErrorCode code) {
    return code == ErrorCode.CHANNEL_NOT_AVAILABLE
        || code == ErrorCode.CHANNEL_NOT_FOUND
        || code == ErrorCode.SEGMENT_NOT_FOUND
        || code == ErrorCode.NOT_READY;
  }
}
