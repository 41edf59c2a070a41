package io.elanus.api.milvus;

import io.grpc.Metadata;
import java.util.Optional;

/**
 * Who calls, as the headers say that every Milvus client sends: {@code authorization}, {@code
 * dbname}, {@code identifier}.
 *
 * @param authorization the header as it came; empty when there was none
 * @param database of requests that name none; never empty
 * @param identifier given by Connect; empty before it
 * @param requestId the client's own, for logs
 */
public record Caller(
    Optional<String> authorization,
    String database,
    Optional<String> identifier,
    Optional<String> requestId) {
  private static final Metadata.Key<String> AUTHORIZATION = key("authorization");
  private static final Metadata.Key<String> DATABASE = key("dbname");
  private static final Metadata.Key<String> IDENTIFIER = key("identifier");
  private static final Metadata.Key<String> REQUEST_ID = key("client-request-id");
  private static final Metadata.Key<String> REQUEST_ID_UNDERSCORES = key("client_request_id");
  private static final String DEFAULT_DATABASE = "default";

  static Caller of(Metadata headers) {
    return new Caller(
        Optional.ofNullable(headers.get(AUTHORIZATION)),
        Optional.ofNullable(headers.get(DATABASE))
            .filter(name -> !name.isEmpty())
            .orElse(DEFAULT_DATABASE),
        Optional.ofNullable(headers.get(IDENTIFIER)),
        Optional.ofNullable(headers.get(REQUEST_ID))
            .or(() -> Optional.ofNullable(headers.get(REQUEST_ID_UNDERSCORES))));
  }

  /**
   * The identifier for a client that connects.
   *
   * @param timestamp fresh, positive
   * @param sdk the client's kind and version as it tells them
   */
  static long identifier(long timestamp, String sdk, String version) {
    return sdk.equalsIgnoreCase("java") && version.matches("v?[012]\\..*") ? -timestamp : timestamp;
  }

  /**
   * Whether JSON predicates answer as before Milvus 3.0. There is no Java client for 3.0 yet, and
   * what is written for the older line counts on that line's answers. The identifier itself tells,
   * so that it does after a restart too.
   */
  boolean absentIsFalse() {
    return identifier.filter(text -> text.startsWith("-")).isPresent();
  }

  /** The database of a request: the one it names, else the header's, else the default. */
  String database(String requested) {
    return requested.isEmpty() ? database : requested;
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
