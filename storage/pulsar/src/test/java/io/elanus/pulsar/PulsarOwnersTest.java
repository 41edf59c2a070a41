package io.elanus.pulsar;

import io.elanus.brokers.OwnersContract;
import io.elanus.brokers.TestTopics;
import org.junit.jupiter.api.Tag;

/** Several owners of a channel on Pulsar. */
@Tag("long")
final class PulsarOwnersTest extends OwnersContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new PulsarTestTopics();
  }
}
