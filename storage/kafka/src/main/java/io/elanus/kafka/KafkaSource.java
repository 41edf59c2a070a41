package io.elanus.kafka;

import io.elanus.brokers.Place;
import io.elanus.brokers.RecordSource;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/** Reads the one partition of a topic with a consumer of its own. */
final class KafkaSource implements RecordSource {
  private static final ByteBuffer NO_STAMP = ByteBuffer.allocate(0);

  private final Consumer<ByteBuffer, ByteBuffer> consumer;
  private final TopicPartition partition;
  private Iterator<ConsumerRecord<ByteBuffer, ByteBuffer>> fetched = Collections.emptyIterator();
  private long offset;

  /**
   * @param consumer closed with this
   * @param offset of the first record
   */
  KafkaSource(Consumer<ByteBuffer, ByteBuffer> consumer, String topic, long offset) {
    this.consumer = consumer;
    this.partition = new TopicPartition(topic, 0);
    this.offset = offset;
    consumer.assign(List.of(partition));
    consumer.seek(partition, offset);
  }

  @Override
  public boolean hasFetched() {
    return fetched.hasNext();
  }

  @Override
  public Optional<Found> next(Duration patience) {
    try {
      if (!fetched.hasNext()) {
        fetched = consumer.poll(patience).records(partition).iterator();
      }
      return fetched.hasNext() ? Optional.of(found(fetched.next())) : Optional.empty();
    } catch (WakeupException asked) {
      return Optional.empty();
    } catch (KafkaException | IllegalStateException failure) {
      throw KafkaErrors.ofRead(failure, partition.topic(), offset);
    }
  }

  private Found found(ConsumerRecord<ByteBuffer, ByteBuffer> read) {
    offset = read.offset() + 1;
    Place place = Place.ofOffset(read.offset());
    boolean whole = read.key() != null && read.value() != null;
    return whole
        ? new Found(place, read.key(), read.value())
        : new Found(place, NO_STAMP, NO_STAMP);
  }

  @Override
  public void wakeUp() {
    consumer.wakeup();
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ZERO));
  }
}
