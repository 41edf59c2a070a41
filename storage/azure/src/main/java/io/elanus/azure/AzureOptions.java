package io.elanus.azure;

import io.elanus.schema.ElanusException;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Where objects lie and how they are asked for.
 *
 * @param container must exist
 * @param prefix before every key, empty or ending with a slash; several databases may share a
 *     container
 * @param endpoint of the account, {@code https://ACCOUNT.blob.core.windows.net}; empty only with a
 *     connection string, which names it
 * @param partBytes an object above this size is uploaded in blocks of it; a writer holds two
 * @param deadline of one request with all its repetitions
 * @param stall a request on which nothing comes for this long is given up, and asked again
 */
public record AzureOptions(
    String container,
    String prefix,
    Optional<URI> endpoint,
    AzureCredentials credentials,
    int partBytes,
    Duration deadline,
    Duration stall) {
  private static final int LEAST_PART_BYTES = 64 << 10;
  private static final int MOST_PART_BYTES = 64 << 20;
  private static final Pattern CONTAINER = Pattern.compile("[a-z0-9](-?[a-z0-9]){2,62}");
  private static final Pattern PREFIX = Pattern.compile("([A-Za-z0-9_=-][A-Za-z0-9_.=-]*/)*");

  public AzureOptions {
    if (!CONTAINER.matcher(container).matches()) {
      throw ElanusException.invalid(
              "a container's name has 3 to 63 small letters, digits and single -")
          .with("container", container);
    }
    if (!PREFIX.matcher(prefix).matches()) {
      throw ElanusException.invalid(
              "a prefix of objects is empty or plain names, each with a slash")
          .with("prefix", prefix);
    }
    if (endpoint.isEmpty() && !(credentials instanceof AzureCredentials.ConnectionString)) {
      throw ElanusException.invalid("Azure needs the endpoint of the storage account");
    }
    endpoint.ifPresent(AzureOptions::checkEndpoint);
    if (partBytes < LEAST_PART_BYTES || partBytes > MOST_PART_BYTES) {
      throw ElanusException.invalid("a block of an upload has 64 KiB to 64 MiB")
          .with("bytes", partBytes);
    }
    if (stall.toMillis() < 1_000 || deadline.compareTo(stall) < 0) {
      throw ElanusException.invalid(
          "an object store's stall is a second or more, its deadline longer");
    }
  }

  private static void checkEndpoint(URI endpoint) {
    boolean web = "http".equals(endpoint.getScheme()) || "https".equals(endpoint.getScheme());
    if (!web || endpoint.getHost() == null || endpoint.getRawUserInfo() != null) {
      // the address itself is not repeated: it may carry a signature
      throw ElanusException.invalid("an endpoint is http:// or https://, host and path, no user");
    }
  }

  /** Blocks of 8 MiB, 60 s a request. */
  public static AzureOptions of(
      String container, Optional<URI> endpoint, AzureCredentials credentials) {
    return new AzureOptions(
        container,
        "",
        endpoint,
        credentials,
        8 << 20,
        Duration.ofSeconds(60),
        Duration.ofSeconds(10));
  }

  public AzureOptions withPrefix(String newPrefix) {
    return new AzureOptions(
        container, newPrefix, endpoint, credentials, partBytes, deadline, stall);
  }

  public AzureOptions withPatience(Duration newDeadline, Duration newStall) {
    return new AzureOptions(
        container, prefix, endpoint, credentials, partBytes, newDeadline, newStall);
  }

  /** The same at another address. */
  public AzureOptions withEndpoint(URI newEndpoint) {
    return new AzureOptions(
        container, prefix, Optional.of(newEndpoint), credentials, partBytes, deadline, stall);
  }

  /** How the store is named in messages. */
  String place() {
    return endpoint.map(uri -> uri.getHost() + uri.getPath()).orElse("Azure")
        + "/"
        + container
        + "/"
        + prefix;
  }
}
