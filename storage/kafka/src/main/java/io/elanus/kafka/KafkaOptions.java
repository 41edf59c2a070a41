package io.elanus.kafka;

import io.elanus.log.LogOptions;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a log store finds its brokers and what it asks of them.
 *
 * @param bootstrapServers {@code host:port}, separated by commas
 * @param topicPrefix in front of the channel's name: 1 to 48 letters, digits, {@code _ - .}
 * @param topics how topics are created
 * @param timeouts how long is waited
 * @param compression of the producer: none, lz4, zstd, snappy or gzip
 * @param maxRecordBytes the largest payload
 * @param client further properties of Kafka's clients, for TLS and SASL. Where one contradicts what
 *     the log needs (acks, idempotence, groups, offsets), it is ignored. The values may be secrets:
 *     they are neither printed nor logged
 */
public record KafkaOptions(
    String bootstrapServers,
    String topicPrefix,
    Topics topics,
    Timeouts timeouts,
    String compression,
    int maxRecordBytes,
    Map<String, String> client) {
  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9_.-]{0,47}");

  /**
   * How a topic is created; those that exist are left as they are. A broker acknowledges what is in
   * its memory: a record survives the loss of a machine by the copies on others.
   *
   * @param replication copies of a record, -1 for the broker's default
   * @param minInSyncReplicas copies that an acknowledged record has, -1 for the broker's default
   */
  public record Topics(short replication, int minInSyncReplicas) {
    /** Both as the broker has them. */
    public static final Topics OF_BROKER = new Topics((short) -1, -1);

    public Topics {
      if (replication == 0
          || replication < -1
          || minInSyncReplicas == 0
          || minInSyncReplicas < -1) {
        throw ElanusException.invalid("counts of replicas are positive, or -1 for the broker's")
            .with("replication", replication)
            .with("minInSyncReplicas", minInSyncReplicas);
      }
    }
  }

  /**
   * How long is waited.
   *
   * @param delivery an append is tried again until then; then its fate is unknown
   * @param request for one answer of a broker, at most {@code delivery}
   */
  public record Timeouts(Duration delivery, Duration request) {
    /** 30 and 10 seconds: a broker may be restarted under an append. */
    public static final Timeouts DEFAULT =
        new Timeouts(Duration.ofSeconds(30), Duration.ofSeconds(10));

    public Timeouts {
      if (request.toMillis() < 1 || delivery.compareTo(request) < 0) {
        throw ElanusException.invalid("the delivery timeout is at least the request timeout")
            .with("delivery", delivery)
            .with("request", request);
      }
    }
  }

  public KafkaOptions {
    client = Map.copyOf(client);
    if (!PREFIX.matcher(topicPrefix).matches()) {
      throw ElanusException.invalid("a topic prefix has 1 to 48 letters, digits and _ - .")
          .with("prefix", topicPrefix);
    }
    if (maxRecordBytes < 1) {
      throw ElanusException.invalid("the log's record size must be positive")
          .with("maxRecordBytes", maxRecordBytes);
    }
  }

  /** Defaults for everything but the brokers and the prefix. */
  public static KafkaOptions of(String bootstrapServers, String topicPrefix) {
    return new KafkaOptions(
        bootstrapServers,
        topicPrefix,
        Topics.OF_BROKER,
        Timeouts.DEFAULT,
        "none",
        LogOptions.MAX_RECORD_BYTES,
        Map.of());
  }

  public KafkaOptions with(Timeouts other) {
    return new KafkaOptions(
        bootstrapServers, topicPrefix, topics, other, compression, maxRecordBytes, client);
  }

  public KafkaOptions with(Topics other) {
    return new KafkaOptions(
        bootstrapServers, topicPrefix, other, timeouts, compression, maxRecordBytes, client);
  }

  public KafkaOptions withClient(Map<String, String> other) {
    return new KafkaOptions(
        bootstrapServers, topicPrefix, topics, timeouts, compression, maxRecordBytes, other);
  }

  public KafkaOptions withCompression(String other) {
    return new KafkaOptions(
        bootstrapServers, topicPrefix, topics, timeouts, other, maxRecordBytes, client);
  }

  public KafkaOptions withMaxRecordBytes(int other) {
    return new KafkaOptions(
        bootstrapServers, topicPrefix, topics, timeouts, compression, other, client);
  }

  /** With the names of the client's properties, without their values. */
  @Override
  public String toString() {
    return "KafkaOptions[bootstrapServers=%s, topicPrefix=%s, %s, %s, compression=%s, maxRecordBytes=%d, client=%s]"
        .formatted(
            bootstrapServers,
            topicPrefix,
            topics,
            timeouts,
            compression,
            maxRecordBytes,
            new TreeSet<>(client.keySet()));
  }
}
