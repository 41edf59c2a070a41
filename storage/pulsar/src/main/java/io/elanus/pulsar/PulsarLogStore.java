package io.elanus.pulsar;

import io.elanus.brokers.BrokerLogStore;
import io.elanus.log.LogStore;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Logs in Pulsar: a topic for each channel, named prefix and channel, in one namespace. Unreachable
 * brokers are UNAVAILABLE, after {@link PulsarOptions.Timeouts#delivery}; what brokers refuse is
 * IO_FAILED.
 */
public final class PulsarLogStore {
  private PulsarLogStore() {}

  /**
   * A store; brokers are asked when a channel is.
   *
   * @throws io.elanus.schema.ElanusException INVALID_PARAMETER when Pulsar's clients refuse the
   *     options
   */
  public static LogStore open(PulsarOptions options) {
    return open(options, new SecureRandom());
  }

  /**
   * The same.
   *
   * @param random tells the writers of this store from those of others
   */
  public static LogStore open(PulsarOptions options, RandomGenerator random) {
    Duration delivery = options.timeouts().delivery();
    var limits =
        new BrokerLogStore.Limits(
            options.maxRecordBytes(), delivery, delivery.plus(options.timeouts().request()));
    return new BrokerLogStore(PulsarTopics.open(options), limits, random);
  }
}
