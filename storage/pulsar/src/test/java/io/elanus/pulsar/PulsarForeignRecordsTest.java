package io.elanus.pulsar;

import io.elanus.brokers.ForeignRecordsContract;
import io.elanus.brokers.TestTopics;
import org.junit.jupiter.api.Tag;

/** What others put into Pulsar's topics. */
@Tag("long")
final class PulsarForeignRecordsTest extends ForeignRecordsContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new PulsarTestTopics();
  }
}
