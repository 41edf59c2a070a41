package io.elanus.pulsar;

import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * How a log store finds its brokers and what it asks of them.
 *
 * @param serviceUrl {@code pulsar://host:port} or {@code pulsar+ssl://…}, further hosts behind
 *     commas
 * @param adminUrl {@code http://host:port} or {@code https://…} of the same brokers
 * @param namespace {@code tenant/namespace}, which must exist
 * @param topicPrefix in front of the channel's name: 1 to 48 letters, digits, {@code _ - .}
 * @param timeouts how long is waited
 * @param maxRecordBytes the largest payload; with {@link #ROOM_BYTES} at most the brokers' {@code
 *     maxMessageSize}
 * @param client further properties of Pulsar's clients, for TLS and authentication. The values may
 *     be secrets: they are neither printed nor logged
 */
public record PulsarOptions(
    String serviceUrl,
    String adminUrl,
    String namespace,
    String topicPrefix,
    Timeouts timeouts,
    int maxRecordBytes,
    Map<String, String> client) {
  /** Beside the payload in a message: the stamp, Pulsar's own data and room. */
  static final int ROOM_BYTES = 64 << 10;

  /** Brokers take messages of 5 MiB unless they are told otherwise. */
  static final int MAX_RECORD_BYTES = (5 << 20) - ROOM_BYTES;

  private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9-][A-Za-z0-9_.-]{0,47}");
  private static final Pattern NAMESPACE = Pattern.compile("[^/]+/[^/]+");

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

  public PulsarOptions {
    client = Map.copyOf(client);
    if (!PREFIX.matcher(topicPrefix).matches()) {
      throw ElanusException.invalid("a topic prefix has 1 to 48 letters, digits and _ - .")
          .with("prefix", topicPrefix);
    }
    if (!NAMESPACE.matcher(namespace).matches()) {
      throw ElanusException.invalid("a namespace of Pulsar is written tenant/namespace")
          .with("namespace", namespace);
    }
  }

  /** Defaults for everything but the brokers and the prefix. */
  public static PulsarOptions of(String serviceUrl, String adminUrl, String topicPrefix) {
    return new PulsarOptions(
        serviceUrl,
        adminUrl,
        "public/default",
        topicPrefix,
        Timeouts.DEFAULT,
        MAX_RECORD_BYTES,
        Map.of());
  }

  public PulsarOptions in(String otherNamespace) {
    return new PulsarOptions(
        serviceUrl, adminUrl, otherNamespace, topicPrefix, timeouts, maxRecordBytes, client);
  }

  public PulsarOptions with(Timeouts other) {
    return new PulsarOptions(
        serviceUrl, adminUrl, namespace, topicPrefix, other, maxRecordBytes, client);
  }

  public PulsarOptions withMaxRecordBytes(int other) {
    return new PulsarOptions(serviceUrl, adminUrl, namespace, topicPrefix, timeouts, other, client);
  }

  public PulsarOptions withClient(Map<String, String> other) {
    return new PulsarOptions(
        serviceUrl, adminUrl, namespace, topicPrefix, timeouts, maxRecordBytes, other);
  }

  /** With the names of the client's properties, without their values. */
  @Override
  public String toString() {
    return "PulsarOptions[serviceUrl=%s, adminUrl=%s, namespace=%s, topicPrefix=%s, %s, maxRecordBytes=%d, client=%s]"
        .formatted(
            serviceUrl,
            adminUrl,
            namespace,
            topicPrefix,
            timeouts,
            maxRecordBytes,
            new TreeSet<>(client.keySet()));
  }
}
