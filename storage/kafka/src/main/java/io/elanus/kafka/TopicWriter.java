package io.elanus.kafka;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/** Sends records to the one partition of a topic, without waiting for them. */
final class TopicWriter implements AutoCloseable {
  private final Producer<byte[], byte[]> producer;
  private final String topic;
  private final Runnable onFailure;

  /**
   * @param producer closed with this
   * @param onFailure called by a thread of the producer
   */
  TopicWriter(Producer<byte[], byte[]> producer, String topic, Runnable onFailure) {
    this.producer = producer;
    this.topic = topic;
    this.onFailure = onFailure;
  }

  /** Finds out where the partition is, unless that is known. */
  void connect() {
    producer.partitionsFor(topic);
  }

  /** What is sent together. */
  Sends sends() {
    return new Sends();
  }

  final class Sends {
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * Hands a record to the producer; waits only when its memory is full. A failure is found in
     * {@link #failure}.
     *
     * @param payload copied
     */
    void send(RecordStamp stamp, ByteBuffer payload) {
      byte[] bytes = new byte[payload.remaining()];
      payload.duplicate().get(bytes);
      var sent = new ProducerRecord<>(topic, 0, stamp.encode(payload), bytes);
      try {
        producer.send(sent, (metadata, failed) -> completed(failed));
      } catch (KafkaException | IllegalStateException failed) {
        completed(failed);
      }
    }

    private void completed(Exception failed) {
      if (failed != null && failure.compareAndSet(null, failed)) {
        onFailure.run();
      }
    }

    boolean failed() {
      return failure.get() != null;
    }

    /** Of the first record that was not written, or of which that is unknown. */
    Optional<Exception> failure() {
      return Optional.ofNullable(failure.get());
    }
  }

  /** At once: what was not sent yet is given up. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
