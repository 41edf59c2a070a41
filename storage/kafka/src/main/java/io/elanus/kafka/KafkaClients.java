package io.elanus.kafka;

import io.elanus.schema.ElanusException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/** Builds the clients of a store, with what the log needs of each. */
final class KafkaClients {
  /** Beside the payload in a request: the stamp, Kafka's own headers and room. */
  static final int REQUEST_ROOM_BYTES = 4 << 10;

  /** What a fetch may bring at once; a larger record comes alone. */
  private static final int FETCH_BYTES = 4 << 20;

  /**
   * How long a fetch waits at the end of a topic for the next record. The broker answers when there
   * is one: a longer wait costs nothing but requests of an idle log.
   */
  private static final int LONGEST_FETCH_WAIT_MILLIS = 5_000;

  /** Records that are sent together while an earlier request is on its way. */
  private static final int BATCH_BYTES = 256 << 10;

  private final KafkaOptions options;

  KafkaClients(KafkaOptions options) {
    this.options = options;
  }

  private int requestMillis() {
    return (int) options.timeouts().request().toMillis();
  }

  private Map<String, Object> common(String clientId) {
    Map<String, Object> common = new HashMap<>();
    common.put(CommonClientConfigs.CLIENT_ID_CONFIG, clientId);
    common.putAll(options.client());
    common.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, options.bootstrapServers());
    common.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, requestMillis());
    // No management beans, no metrics to the broker: a start would load and pay for both.
    common.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
    common.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return common;
  }

  Admin admin() {
    Map<String, Object> config = common("elanus-log");
    config.put(CommonClientConfigs.DEFAULT_API_TIMEOUT_MS_CONFIG, deliveryMillis());
    return built(() -> Admin.create(config));
  }

  private int deliveryMillis() {
    return (int) options.timeouts().delivery().toMillis();
  }

  KafkaProducer<byte[], byte[]> producer(String topic) {
    Map<String, Object> config = common("elanus-log-" + topic);
    config.put(ProducerConfig.ACKS_CONFIG, "all");
    config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
    config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 5);
    config.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, deliveryMillis());
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, deliveryMillis());
    config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
    config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
    config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, options.compression());
    config.put(
        ProducerConfig.MAX_REQUEST_SIZE_CONFIG, options.maxRecordBytes() + REQUEST_ROOM_BYTES);
    config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
    return built(
        () -> new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()));
  }

  KafkaConsumer<ByteBuffer, ByteBuffer> consumer(String topic) {
    Map<String, Object> config = common("elanus-log-" + topic);
    config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.CHECK_CRCS_CONFIG, true);
    config.put(
        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
        Math.min(LONGEST_FETCH_WAIT_MILLIS, requestMillis() / 2));
    config.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
    config.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, deliveryMillis());
    config.remove(ConsumerConfig.GROUP_ID_CONFIG);
    return built(() ->
        new KafkaConsumer<>(config, new ByteBufferDeserializer(), new ByteBufferDeserializer()));
  }

  private <T> T built(Supplier<T> client) {
    try {
      return client.get();
    } catch (KafkaException refused) {
      throw refused(refused);
    }
  }

  /**
   * Without the cause, and without what may be a secret: Kafka's sentences show what they refuse.
   */
  private ElanusException refused(Throwable refused) {
    StringBuilder reason = new StringBuilder();
    for (Throwable each = refused; each != null; each = each.getCause()) {
      reason.append(reason.isEmpty() ? "" : " / ").append(each.getMessage());
    }
    String told = reason.toString();
    for (String value : options.client().values()) {
      told = value.isEmpty() ? told : told.replace(value, "...");
    }
    return ElanusException.invalid("Kafka's clients refuse their settings").with("reason", told);
  }
}
