package io.elanus.kafka;

import io.elanus.brokers.RecordSink;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;

/**
 * Sends records to the one partition of a topic: the stamp as the key, the payload as the value.
 */
final class KafkaSink implements RecordSink {
  private final Producer<byte[], byte[]> producer;
  private final String topic;

  /**
   * @param producer closed with this
   */
  KafkaSink(Producer<byte[], byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  @Override
  public void connect() {
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException failed) {
      throw KafkaErrors.of(failed, "connect", topic);
    }
  }

  @Override
  public void send(byte[] stamp, ByteBuffer payload, Consumer<ElanusException> onFailure) {
    byte[] bytes = new byte[payload.remaining()];
    payload.duplicate().get(bytes);
    var sent = new ProducerRecord<>(topic, 0, stamp, bytes);
    try {
      producer.send(sent, (metadata, failed) -> completed(failed, onFailure));
    } catch (KafkaException | IllegalStateException failed) {
      completed(failed, onFailure);
    }
  }

  private void completed(@Nullable Exception failed, Consumer<ElanusException> onFailure) {
    if (failed != null) {
      onFailure.accept(KafkaErrors.of(failed, "append", topic));
    }
  }

  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
