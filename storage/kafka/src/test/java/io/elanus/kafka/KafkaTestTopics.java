package io.elanus.kafka;

import io.elanus.brokers.TestTopics;
import io.elanus.log.LogStore;
import io.elanus.servers.KafkaBroker;
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

/** Topics of the one broker of all tests. */
final class KafkaTestTopics implements TestTopics {
  private static final KafkaOptions.Timeouts SHORT =
      new KafkaOptions.Timeouts(Duration.ofSeconds(2), Duration.ofSeconds(1));

  private final KafkaBroker broker;
  private final String prefix = TestBroker.newPrefix();

  KafkaTestTopics() throws Exception {
    this.broker = TestBroker.get();
  }

  @Override
  public String topic() {
    return prefix + CHANNEL;
  }

  @Override
  public LogStore open() throws Exception {
    return KafkaLogStore.open(TestBroker.options(prefix));
  }

  @Override
  public LogStore openImpatient() throws Exception {
    return KafkaLogStore.open(TestBroker.options(prefix).with(SHORT));
  }

  @Override
  public LogStore openNowhere() {
    return KafkaLogStore.open(KafkaOptions.of("127.0.0.1:1", prefix).with(SHORT));
  }

  @Override
  public void put(byte[] stamp, byte[] payload) throws Exception {
    Map<String, Object> config =
        Map.of("bootstrap.servers", broker.bootstrapServers(), "acks", "all");
    try (var producer =
        new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(topic(), 0, stamp, payload)).get();
    }
  }

  @Override
  public void putForeign() throws Exception {
    put(null, "not ours".getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public void repeat(int ordinal) throws Exception {
    ConsumerRecord<ByteBuffer, ByteBuffer> record = raw(ordinal + 1).get(ordinal);
    put(copy(record.key()), copy(record.value()));
  }

  /** What is in the topic, as it is. */
  private List<ConsumerRecord<ByteBuffer, ByteBuffer>> raw(int count) throws Exception {
    List<ConsumerRecord<ByteBuffer, ByteBuffer>> records = new ArrayList<>();
    var clients = new KafkaClients(TestBroker.options(prefix));
    var partition = new TopicPartition(topic(), 0);
    Consumer<ByteBuffer, ByteBuffer> consumer = clients.consumer(topic());
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

  @Override
  public void kill() throws Exception {
    broker.kill();
  }

  @Override
  public void start() throws Exception {
    broker.start();
  }

  @Override
  public void pause() throws Exception {
    broker.pause();
  }

  @Override
  public void resume() throws Exception {
    broker.resume();
  }
}
