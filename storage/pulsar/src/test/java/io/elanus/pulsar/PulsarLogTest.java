package io.elanus.pulsar;

import io.elanus.log.LogContract;
import io.elanus.log.LogStore;
import java.util.List;
import java.util.Random;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.api.MessageId;
import org.junit.jupiter.api.Tag;

/**
 * The contract against a real broker. A crash ends the store and, by chance, the broker and its
 * bookie. What a bookie has damaged its checksums tell and other copies mend; the topic is harmed
 * as the log would see it if nothing did: a message is missing, or is another one.
 */
@Tag("long")
final class PulsarLogTest extends LogContract {
  private final String prefix = TestBroker.newPrefix();
  private final String topic = "persistent://public/default/" + prefix + CHANNEL;

  @Override
  protected LogStore open() throws Exception {
    return PulsarLogStore.open(TestBroker.options(prefix).withMaxRecordBytes(maxRecordBytes()));
  }

  @Override
  protected int maxRecordBytes() {
    return 8 << 10;
  }

  @Override
  protected void crash(Random random) throws Exception {
    if (random.nextInt(6) == 0) {
      TestBroker.get().kill();
    }
    store.close(); // writes nothing
  }

  @Override
  protected void tearTail(int bytes) throws Exception {
    List<byte[]> messages = new RawTopic(topic).messages();
    replace(messages.subList(0, messages.size() - 1));
  }

  @Override
  protected void damageMiddle() throws Exception {
    List<byte[]> messages = new RawTopic(topic).messages();
    byte[] middle = messages.get(messages.size() / 2);
    middle[middle.length / 2] ^= 4;
    replace(messages);
  }

  private void replace(List<byte[]> messages) throws Exception {
    try (PulsarAdmin admin =
        PulsarAdmin.builder().serviceHttpUrl(TestBroker.get().adminUrl()).build()) {
      admin.topics().delete(topic, true);
      admin.topics().createNonPartitionedTopic(topic);
      admin.topics().createSubscription(topic, PulsarTopics.SUBSCRIPTION, MessageId.earliest);
    }
    new RawTopic(topic).put(messages);
  }
}
