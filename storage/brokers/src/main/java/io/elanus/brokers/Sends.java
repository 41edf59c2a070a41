package io.elanus.brokers;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** The records of one append on their way. */
final class Sends {
  private final RecordSink sink;
  private final Runnable onFailure;
  private final long begunNanos = System.nanoTime();
  private final AtomicReference<ElanusException> failure = new AtomicReference<>();

  /**
   * @param onFailure called at the first failure, by any thread
   */
  Sends(RecordSink sink, Runnable onFailure) {
    this.sink = sink;
    this.onFailure = onFailure;
  }

  /** A failure is found in {@link #failure}. */
  void send(RecordStamp stamp, ByteBuffer payload) {
    sink.send(stamp.encode(payload), payload, this::failed);
  }

  private void failed(ElanusException failed) {
    if (failure.compareAndSet(null, failed)) {
      onFailure.run();
    }
  }

  /** Since the first record, for whose sending it may have waited already. */
  Duration lasting() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  boolean failed() {
    return failure.get() != null;
  }

  /** Of the first record that was not written, or of which that is unknown. */
  Optional<ElanusException> failure() {
    return Optional.ofNullable(failure.get());
  }
}
