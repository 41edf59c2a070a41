package io.elanus.pulsar;

import io.elanus.brokers.RecordSink;
import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.apache.pulsar.client.api.Producer;

/** Sends records as messages of the stamp and, behind it, the payload. */
final class PulsarSink implements RecordSink {
  private final Producer<byte[]> producer;
  private final String topic;

  /**
   * @param producer closed with this
   */
  PulsarSink(Producer<byte[]> producer, String topic) {
    this.producer = producer;
    this.topic = topic;
  }

  @Override
  public void connect() {} // the producer was, when it was made

  @Override
  public void send(byte[] stamp, ByteBuffer payload, Consumer<ElanusException> onFailure) {
    ByteBuffer message = ByteBuffer.allocate(stamp.length + payload.remaining());
    message.put(stamp).put(payload.duplicate());
    var unused =
        producer
            .sendAsync(message.array())
            .whenComplete((id, failed) -> {
              if (failed != null) {
                onFailure.accept(PulsarErrors.of(failed, "append", topic));
              }
            });
  }

  @Override
  public void close() {
    producer.closeAsync();
  }
}
