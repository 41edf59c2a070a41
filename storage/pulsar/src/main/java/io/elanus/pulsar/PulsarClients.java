package io.elanus.pulsar;

import io.elanus.brokers.Place;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.pulsar.client.admin.PulsarAdmin;
import org.apache.pulsar.client.api.CompressionType;
import org.apache.pulsar.client.api.Producer;
import org.apache.pulsar.client.api.ProducerAccessMode;
import org.apache.pulsar.client.api.PulsarClient;
import org.apache.pulsar.client.api.PulsarClientException;
import org.apache.pulsar.client.api.Reader;
import org.apache.pulsar.client.api.Schema;
import org.apache.pulsar.client.api.SizeUnit;
import org.apache.pulsar.client.impl.MessageIdImpl;

/** Builds the clients of a store, with what the log needs of each. */
final class PulsarClients implements AutoCloseable {
  /** What all producers may hold together; a send waits beyond it. */
  private static final int SEND_BYTES = 64 << 20;

  /**
   * Messages that a reader is sent ahead. They may have 5 MiB each, and a log has a reader: many
   * more would not make a replay faster.
   */
  private static final int READ_AHEAD_MESSAGES = 8;

  private static final int LONGEST_PAUSE_MILLIS = 1_000;

  private final PulsarOptions options;
  private final PulsarClient client;
  private final PulsarAdmin admin;

  private PulsarClients(PulsarOptions options, PulsarClient client, PulsarAdmin admin) {
    this.options = options;
    this.client = client;
    this.admin = admin;
  }

  /** Connects to nothing yet. */
  static PulsarClients open(PulsarOptions options) {
    PulsarClient client = built(options, () -> client(options));
    boolean opened = false;
    try {
      PulsarAdmin admin = built(options, () -> admin(options));
      opened = true;
      return new PulsarClients(options, client, admin);
    } finally {
      if (!opened) {
        client.closeAsync();
      }
    }
  }

  private static PulsarClient client(PulsarOptions options) throws PulsarClientException {
    return PulsarClient.builder()
        .loadConf(Map.copyOf(options.client()))
        .serviceUrl(options.serviceUrl())
        .operationTimeout(millis(options.timeouts().delivery()), TimeUnit.MILLISECONDS)
        .lookupTimeout(millis(options.timeouts().delivery()), TimeUnit.MILLISECONDS)
        .connectionTimeout(millis(options.timeouts().request()), TimeUnit.MILLISECONDS)
        .maxBackoffInterval(LONGEST_PAUSE_MILLIS, TimeUnit.MILLISECONDS)
        .memoryLimit(SEND_BYTES, SizeUnit.BYTES)
        .ioThreads(1)
        .listenerThreads(1)
        .statsInterval(0, TimeUnit.SECONDS)
        .build();
  }

  private static PulsarAdmin admin(PulsarOptions options) throws PulsarClientException {
    return PulsarAdmin.builder()
        .loadConf(Map.copyOf(options.client()))
        .serviceHttpUrl(options.adminUrl())
        .connectionTimeout(millis(options.timeouts().request()), TimeUnit.MILLISECONDS)
        .readTimeout(millis(options.timeouts().delivery()), TimeUnit.MILLISECONDS)
        .requestTimeout(millis(options.timeouts().delivery()), TimeUnit.MILLISECONDS)
        .build();
  }

  private static int millis(Duration duration) {
    return (int) duration.toMillis();
  }

  PulsarAdmin admin() {
    return admin;
  }

  PulsarClient client() {
    return client;
  }

  /** A message for each record, nothing put together and nothing split: a record has one place. */
  Producer<byte[]> producer(String topic) {
    try {
      return client
          .newProducer(Schema.BYTES)
          .topic(topic)
          .accessMode(ProducerAccessMode.Shared)
          .enableBatching(false)
          .enableChunking(false)
          .compressionType(CompressionType.NONE)
          .blockIfQueueFull(true)
          .sendTimeout(millis(options.timeouts().delivery()), TimeUnit.MILLISECONDS)
          .create();
    } catch (PulsarClientException failure) {
      throw PulsarErrors.of(failure, "append", topic);
    }
  }

  /** From the first message at or behind a place. */
  Reader<byte[]> reader(String topic, Place place) {
    try {
      return client
          .newReader(Schema.BYTES)
          .topic(topic)
          .startMessageId(new MessageIdImpl(place.ledger(), place.entry() - 1, -1)) // behind it
          .receiverQueueSize(READ_AHEAD_MESSAGES)
          .create();
    } catch (PulsarClientException failure) {
      throw PulsarErrors.of(failure, "read", topic);
    }
  }

  private static <T> T built(PulsarOptions options, Callable<T> client) {
    try {
      return client.call();
    } catch (Exception refused) {
      throw refused(options, refused);
    }
  }

  /** Without the cause, and without what may be a secret. */
  private static ElanusException refused(PulsarOptions options, Throwable refused) {
    String told = String.valueOf(refused.getMessage());
    for (String value : options.client().values()) {
      told = value.isEmpty() ? told : told.replace(value, "...");
    }
    return ElanusException.invalid("Pulsar's clients refuse their settings").with("reason", told);
  }

  @Override
  public void close() {
    client.closeAsync();
    admin.close();
  }
}
