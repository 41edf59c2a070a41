package io.elanus.proxy;

import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Clock;
import java.time.Duration;

/**
 * How long a request waits for a channel to find its owner: pauses that double, up to a limit. A
 * deadline of the caller ends the next call, and with it the wait.
 */
final class Patience {
  private static final long FIRST_PAUSE_MILLIS = 2;
  private static final long LONGEST_PAUSE_MILLIS = 25;

  private final Clock clock;
  private final long untilMillis;
  private long pauseMillis = FIRST_PAUSE_MILLIS;

  Patience(Clock clock, Duration limit) {
    this.clock = clock;
    this.untilMillis = clock.millis() + limit.toMillis();
  }

  /** Waits a little; throws {@code failure} when the time is over. */
  void pauseOr(ElanusException failure, String channel) {
    if (isOver()) {
      throw failure.code() == ErrorCode.UNAVAILABLE
          ? inVain("waited in vain for the owner of a channel to answer", failure)
              .with("channel", channel)
          : failure;
    }
    pause();
  }

  /** As {@link #pauseOr}, for a coordinator that hands out timestamps. */
  void pauseForOracleOr(ElanusException failure) {
    if (isOver()) {
      throw inVain("waited in vain for the timestamp oracle", failure);
    }
    pause();
  }

  private boolean isOver() {
    return clock.millis() >= untilMillis;
  }

  private void pause() {
    Waits.begin();
    try {
      Thread.sleep(pauseMillis);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ElanusException(ErrorCode.CANCELLED, "interrupted while waiting for a channel", e);
    }
    pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
  }

  private static ElanusException inVain(String sentence, ElanusException last) {
    return new ElanusException(ErrorCode.UNAVAILABLE, sentence, last).with("last", last.leading());
  }

  /**
   * Errors of a passing kind: the channel or the segment is elsewhere in a moment, or the owner is
   * gone and another one takes its place. What was asked may have been done all the same, so that
   * only what can be repeated may be.
   */
  static boolean passing(ErrorCode code) {
    return code == ErrorCode.CHANNEL_NOT_AVAILABLE
        || code == ErrorCode.CHANNEL_NOT_FOUND
        || code == ErrorCode.SEGMENT_NOT_FOUND
        || code == ErrorCode.NOT_READY
        || code == ErrorCode.UNAVAILABLE;
  }
}
