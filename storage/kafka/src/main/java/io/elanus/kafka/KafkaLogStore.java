package io.elanus.kafka;

import io.elanus.brokers.BrokerLogStore;
import io.elanus.log.LogStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Logs in Kafka: a topic of one partition for each channel, named prefix and channel. Channels
 * whose names differ only in {@code .} and {@code _} exclude each other, as Kafka has it.
 * Unreachable brokers are UNAVAILABLE, after {@link KafkaOptions.Timeouts#delivery}; what brokers
 * refuse is IO_FAILED.
 */
public final class KafkaLogStore {
  private KafkaLogStore() {}

  /**
   * A store; brokers are asked when a channel is.
   *
   * @throws io.elanus.schema.ElanusException INVALID_PARAMETER when Kafka's clients refuse the
   *     options
   */
  public static LogStore open(KafkaOptions options) {
    return open(options, new SecureRandom());
  }

  /**
   * The same.
   *
   * @param random tells the writers of this store from those of others
   */
  public static LogStore open(KafkaOptions options, RandomGenerator random) {
    Duration delivery = options.timeouts().delivery();
    var limits =
        new BrokerLogStore.Limits(
            options.maxRecordBytes(), delivery, delivery.plus(options.timeouts().request()));
    var topics = new KafkaTopics(new KafkaClients(options), options);
    return new BrokerLogStore(topics, limits, random);
  }
}
