package io.elanus.api.client;

import io.elanus.roles.Catalogue;
import io.elanus.schema.ElanusException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Where a server is, and as whom it is asked: {@code
 * http[s]://[user:password@|token@]host[:port][/database][?timeout=seconds&ca=file]}, as the
 * clients of Milvus take it.
 *
 * @param identity {@code user:password} or a token; empty: nobody in particular
 * @param timeout of a request, its repetitions included
 * @param authority PEM file of who signs the server's certificate; empty: whom the JVM trusts
 */
public record ServerUri(
    boolean encrypted,
    String host,
    int port,
    String identity,
    String database,
    Duration timeout,
    Optional<Path> authority) {
  static final int PORT = 19_530;
  static final int ENCRYPTED_PORT = 443;
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final long MOST_SECONDS = 86_400;

  /** Whether a text names a server rather than a folder. */
  public static boolean is(String text) {
    return text.startsWith("http://") || text.startsWith("https://");
  }

  /**
   * @throws ElanusException INVALID_PARAMETER; the text does not repeat the identity
   */
  public static ServerUri parse(String text) {
    URI uri = uri(text);
    if (uri.getHost() == null || uri.getFragment() != null) {
      throw unfit("it should be http://host:port");
    }
    boolean encrypted = "https".equals(uri.getScheme());
    int usual = encrypted ? ENCRYPTED_PORT : PORT;
    String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
    var found =
        new ServerUri(
            encrypted,
            uri.getHost().replaceAll("[\\[\\]]", ""),
            uri.getPort() < 0 ? usual : uri.getPort(),
            uri.getUserInfo() == null ? "" : uri.getUserInfo(),
            path.isEmpty() ? Catalogue.DEFAULT_DATABASE : path,
            TIMEOUT,
            Optional.empty());
    if (uri.getRawQuery() != null) {
      for (String pair : uri.getRawQuery().split("&", -1)) {
        found = found.with(pair);
      }
    }
    return found;
  }

  private static URI uri(String text) {
    try {
      return new URI(text);
    } catch (URISyntaxException unfit) {
      throw unfit(unfit.getReason());
    }
  }

  private ServerUri with(String pair) {
    int equals = Math.max(0, pair.indexOf('='));
    String value = URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8);
    return switch (pair.substring(0, equals)) {
      case "timeout" ->
          new ServerUri(encrypted, host, port, identity, database, seconds(value), authority);
      case "ca" ->
          new ServerUri(
              encrypted, host, port, identity, database, timeout, Optional.of(Path.of(value)));
      default -> throw unfit("of options it knows timeout=seconds and ca=file");
    };
  }

  private static Duration seconds(String value) {
    try {
      double seconds = Double.parseDouble(value);
      if (seconds > 0 && seconds <= MOST_SECONDS) {
        return Duration.ofMillis((long) Math.ceil(seconds * 1000));
      }
    } catch (NumberFormatException none) {
      // refused below
    }
    throw unfit("timeout is a number of seconds above 0");
  }

  private static ElanusException unfit(String why) {
    return ElanusException.invalid("the URI of the server cannot be read, " + why);
  }

  /** {@code host:port}. */
  String address() {
    return host + ":" + port;
  }

  @Override
  public String toString() {
    return (encrypted ? "https://" : "http://") + address() + "/" + database;
  }
}
