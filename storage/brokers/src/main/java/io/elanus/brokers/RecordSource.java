package io.elanus.brokers;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;

/** Reads a topic from a place on, in order; used by one thread at a time but for the wake-up. */
public interface RecordSource extends AutoCloseable {
  /**
   * What is in a topic, be it of the log or not.
   *
   * @param stamp empty when there is none
   * @param payload borrowed until the next record is asked for
   */
  record Found(Place place, ByteBuffer stamp, ByteBuffer payload) {}

  /**
   * The next record; empty when none came in time, or after {@link #wakeUp}.
   *
   * @throws io.elanus.schema.ElanusException UNAVAILABLE when it may be asked for again,
   *     DATA_INTEGRITY with the place when it cannot be read
   */
  Optional<Found> next(Duration patience);

  /** Whether the next record is here already. */
  boolean hasFetched();

  /** Ends a wait of {@link #next}; called by any thread. */
  void wakeUp();

  @Override
  void close();
}
