package io.elanus.node.streaming;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/**
 * How long to wait before a failed channel is taken anew: longer each time, and short again once it
 * was well for as long as the longest pause.
 */
final class RetakePauses {
  private final StreamingConfig.Retakes config;
  private final InstantSource clock;
  private Duration next;
  private Instant taken = Instant.MIN;

  RetakePauses(StreamingConfig.Retakes config, InstantSource clock) {
    this.config = config;
    this.clock = clock;
    next = config.first();
  }

  /** The channel was taken over. */
  synchronized void taken() {
    taken = clock.instant();
  }

  /** Within which it is known whether somebody else takes a channel; empty where nobody does. */
  Optional<Duration> longest() {
    return config.longest().isZero() ? Optional.empty() : Optional.of(config.longest());
  }

  /** Before the next attempt; empty when there shall be none. */
  synchronized Optional<Duration> next() {
    if (config.longest().isZero()) {
      return Optional.empty();
    }
    if (taken.isBefore(clock.instant().minus(config.longest()))) {
      next = config.first();
    }
    taken = clock.instant(); // attempts that fail follow each other
    Duration pause = next;
    Duration doubled = pause.multipliedBy(2);
    next = doubled.compareTo(config.longest()) < 0 ? doubled : config.longest();
    return Optional.of(pause);
  }
}
