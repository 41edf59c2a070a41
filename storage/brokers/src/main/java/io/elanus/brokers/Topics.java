package io.elanus.brokers;

import java.time.Duration;
import java.util.List;

/**
 * The topics of a broker that hold logs, one for each channel. Errors are {@link
 * io.elanus.schema.ElanusException}s: UNAVAILABLE when the broker does not answer, IO_FAILED when
 * it refuses.
 */
public interface Topics extends AutoCloseable {
  /** A channel's topic, created when it does not exist. */
  Topic open(String channel);

  /** Deletes a channel's topic, if it exists, and waits until it is gone. */
  void delete(String channel);

  /** The channels that have a topic, sorted. */
  List<String> channels();

  /** Whether a broker answers. */
  boolean reachable(Duration within);

  @Override
  void close();
}
