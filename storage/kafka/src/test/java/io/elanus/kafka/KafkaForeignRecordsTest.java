package io.elanus.kafka;

import io.elanus.brokers.ForeignRecordsContract;
import io.elanus.brokers.TestTopics;

/** What others put into Kafka's topics. */
final class KafkaForeignRecordsTest extends ForeignRecordsContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new KafkaTestTopics();
  }
}
