package io.elanus.kafka;

import io.elanus.brokers.OutagesContract;
import io.elanus.brokers.TestTopics;
import org.junit.jupiter.api.Tag;

/** A broker of Kafka that is killed, restarted, paused, or not there. */
@Tag("long")
final class KafkaOutagesTest extends OutagesContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new KafkaTestTopics();
  }
}
