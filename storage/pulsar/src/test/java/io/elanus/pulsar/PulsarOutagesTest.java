package io.elanus.pulsar;

import io.elanus.brokers.OutagesContract;
import io.elanus.brokers.TestTopics;
import org.junit.jupiter.api.Tag;

/** A broker of Pulsar that is killed, restarted, paused, or not there. */
@Tag("long")
final class PulsarOutagesTest extends OutagesContract {
  @Override
  protected TestTopics topics() throws Exception {
    return new PulsarTestTopics();
  }
}
