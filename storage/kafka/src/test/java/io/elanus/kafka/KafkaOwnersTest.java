package io.elanus.kafka;

import io.elanus.brokers.OwnersContract;
import io.elanus.brokers.TestTopics;

/** Several owners of a channel on Kafka. */
final class KafkaOwnersTest extends OwnersContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new KafkaTestTopics();
  }
}
