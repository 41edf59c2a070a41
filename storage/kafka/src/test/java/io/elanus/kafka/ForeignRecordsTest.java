package io.elanus.kafka;

import static io.elanus.kafka.OpenedStores.append;
import static io.elanus.kafka.OpenedStores.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.Log;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Records that somebody else put into a topic, or that came twice. */
final class ForeignRecordsTest {
  private final OpenedStores stores = new OpenedStores();

  @AfterEach
  void close() {
    stores.close();
  }

  private void put(byte[] key, byte[] value) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", TestBroker.get().bootstrapServers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(stores.topic(), 0, key, value)).get();
    }
  }

  private void put(RecordStamp stamp, String text) throws Exception {
    byte[] payload = bytes(text);
    put(stamp.encode(ByteBuffer.wrap(payload)), payload);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static RecordStamp data(long epoch, long writer, long position, long group) {
    return new RecordStamp(RecordStamp.DATA, epoch, writer, position, group, 5);
  }

  /** What is in the topic, as it is. */
  private List<ConsumerRecord<ByteBuffer, ByteBuffer>> raw(int count) throws Exception {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    var clients = new KafkaClients(TestBroker.options(stores.prefix));
    var partition = new TopicPartition(stores.topic(), 0);
    Consumer<ByteBuffer, ByteBuffer> consumer = clients.consumer(stores.topic());
    try {
      consumer.assign(List.of(partition));
      consumer.seek(partition, 0);
      while (records.size() < count) {
        consumer.poll(Duration.ofSeconds(1)).forEach(records::add);
      }
    } finally {
      consumer.close(CloseOptions.timeout(Duration.ZERO)); // not after the fetch that waits
    }
    return records;
  }

  private static byte[] copy(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return copy;
  }

  @Test
  void aRecordThatCameTwiceIsReadOnce() throws Exception {
    Log log = stores.open();
    append(log, 1, "one", "two");
    ConsumerRecord<ByteBuffer, ByteBuffer> one = raw(3).get(1);
    put(copy(one.key()), copy(one.value()));
    append(log, 1, "three");
    assertThat(texts(log)).containsExactly("one", "two", "three");
    assertThat(texts(stores.open())).containsExactly("one", "two", "three");
  }

  @Test
  void recordsOfASupersededWriterAreNotRead() throws Exception {
    Log log = stores.open();
    append(log, 4, "one");
    put(data(3, 99, log.endPosition(), log.endPosition()), "stale");
    put(data(4, 99, log.endPosition(), log.endPosition()), "alien");
    append(log, 4, "two");
    assertThat(texts(stores.open())).containsExactly("one", "two");
  }

  /** An acknowledged record that the brokers lost is told by the next append of its writer. */
  @Test
  void aGapBetweenTwoAppendsIsDamage() throws Exception {
    Log log = stores.open();
    put(new RecordStamp(RecordStamp.BARRIER, 2, 99, 0, 0, 0), "");
    put(data(2, 99, 0, 0), "first");
    put(data(2, 99, 106, 106), "third");
    assertDamaged(2, "missing");
    awaitDamage(log);
  }

  @Test
  void aForeignRecordIsDamageWithAPlace() throws Exception {
    Log log = stores.open();
    append(log, 1, "one");
    put(bytes("key"), bytes("not ours"));
    assertDamaged(2, "not the log's");
    awaitDamage(log);
    assertThat(log.endPosition()).isPositive();
  }

  @Test
  void aRecordWithoutKeyIsDamage() throws Exception {
    stores.open();
    put(null, bytes("not ours"));
    assertDamaged(0, "not the log's");
  }

  @Test
  void aPayloadThatDiffersFromItsStampIsDamage() throws Exception {
    stores.open();
    put(new RecordStamp(RecordStamp.BARRIER, 2, 99, 0, 0, 0), "");
    put(data(2, 99, 0, 0).encode(ByteBuffer.wrap(bytes("first"))), bytes("firsT"));
    assertDamaged(1, "damaged");
  }

  /** For whoever opens the log. */
  private void assertDamaged(long offset, String sentence) {
    assertThatThrownBy(stores::open)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
              assertThat(failure.getMessage())
                  .contains(sentence, "[topic=" + stores.topic() + "]", "[offset=" + offset + "]");
            });
  }

  /** For whoever had it open. */
  private static void awaitDamage(Log log) {
    assertThatThrownBy(
            () -> {
              for (int count = 0; count < 1_000; count++) {
                log.append(9, OpenedStores.payloads("more"));
              }
            })
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
  }
}
