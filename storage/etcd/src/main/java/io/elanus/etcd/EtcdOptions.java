package io.elanus.etcd;

import io.elanus.schema.ElanusException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where etcd is and how to speak to it.
 *
 * <p>For whoever operates the server: its history of revisions is compacted by etcd itself, so
 * start it with {@code --auto-compaction-mode=periodic --auto-compaction-retention=1h} or the like;
 * without it the history grows until the quota ({@code --quota-backend-bytes}, 2 GiB by default) is
 * used up and commits are refused with DISK_LIMIT. The limits of a request ({@code
 * --max-request-bytes}, {@code --max-txn-ops}) must not be lower than etcd's defaults.
 *
 * @param endpoints {@code host:port} of each member; tried in turn
 * @param prefix what all keys begin with in etcd, up to 200 printable ASCII characters; databases
 *     that share a server differ in it
 * @param user name and password when the server asks for them
 * @param tls how connections are secured; plain text without
 * @param requestTimeout of one attempt
 * @param operationTimeout of all attempts of one operation together
 */
public record EtcdOptions(
    List<String> endpoints,
    String prefix,
    Optional<User> user,
    Optional<Tls> tls,
    Duration requestTimeout,
    Duration operationTimeout) {
  private static final Pattern ENDPOINT =
      Pattern.compile("[^:/\\s]+:\\d{1,5}|\\[[^]/\\s]+]:\\d{1,5}");
  private static final Pattern PREFIX = Pattern.compile("[ -~]{0,200}");

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
    if (endpoints.isEmpty()) {
      throw ElanusException.invalid("etcd needs at least one endpoint");
    }
    for (String endpoint : endpoints) {
      if (!ENDPOINT.matcher(endpoint).matches()) {
        throw ElanusException.invalid("an etcd endpoint must be host:port")
            .with("endpoint", endpoint);
      }
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw ElanusException.invalid("etcd's prefix must be up to 200 printable ASCII characters")
          .with("prefix", prefix);
    }
    if (!requestTimeout.isPositive() || operationTimeout.compareTo(requestTimeout) < 0) {
      throw ElanusException.invalid("etcd's timeouts must be positive, the operation's the longer")
          .with("request", requestTimeout)
          .with("operation", operationTimeout);
    }
  }

  /** Plain text, no user, 3 s an attempt and 10 s an operation. */
  public static EtcdOptions of(List<String> endpoints, String prefix) {
    return new EtcdOptions(
        endpoints,
        prefix,
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(3),
        Duration.ofSeconds(10));
  }

  /** The same with a user. */
  public EtcdOptions as(User someone) {
    return new EtcdOptions(
        endpoints, prefix, Optional.of(someone), tls, requestTimeout, operationTimeout);
  }

  /** The same over secured connections. */
  public EtcdOptions over(Tls secured) {
    return new EtcdOptions(
        endpoints, prefix, user, Optional.of(secured), requestTimeout, operationTimeout);
  }

  /** The same with other timeouts. */
  public EtcdOptions within(Duration request, Duration operation) {
    return new EtcdOptions(endpoints, prefix, user, tls, request, operation);
  }

  /** Who asks; the password is never printed. */
  public record User(String name, String password) {
    @Override
    public String toString() {
      return "User[name=" + name + "]";
    }
  }

  /**
   * Files in PEM form.
   *
   * @param trusted certificates of authorities; the JVM's without
   * @param certificate our own chain, when the server asks for one; then with {@code key}
   * @param key its private key, PKCS #8
   */
  public record Tls(Optional<Path> trusted, Optional<Path> certificate, Optional<Path> key) {
    public Tls {
      if (certificate.isPresent() != key.isPresent()) {
        throw ElanusException.invalid("a certificate for etcd and its key go together");
      }
    }
  }
}
