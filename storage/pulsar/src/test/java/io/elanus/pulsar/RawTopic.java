package io.elanus.pulsar;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.api.Message;
import org.apache.pulsar.client.api.MessageId;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.Reader;
import org.apache.pulsar.client.api.Schema;

/** A topic as anybody may read and write it. */
record RawTopic(String name) {
  List<byte[]> messages() throws Exception {
    List<byte[]> messages = new ArrayList<>();
    try (PulsarClient client = client();
        Reader<byte[]> reader =
            client
                .newReader(Schema.BYTES)
                .topic(name)
                .startMessageId(MessageId.earliest)
                .create()) {
      while (reader.hasMessageAvailable()) {
        Message<byte[]> message = reader.readNext(30, TimeUnit.SECONDS);
        messages.add(message.getData());
      }
    }
    return messages;
  }

  void put(List<byte[]> messages) throws Exception {
    try (PulsarClient client = client();
        Producer<byte[]> producer =
            client.newProducer(Schema.BYTES).topic(name).enableBatching(false).create()) {
      for (byte[] message : messages) {
        producer.send(message);
      }
    }
  }

  private static PulsarClient client() throws Exception {
    return PulsarClient.builder().serviceUrl(TestBroker.get().serviceUrl()).build();
  }
}
