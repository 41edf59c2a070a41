package io.elanus.api.http;

import java.util.Map;
import java.util.Optional;

/**
 * A complete HTTP/1.1 request.
 *
 * @param local the caller is on this machine: it came by the loopback interface
 * @param method upper case, for example {@code GET}
 * @param target path and query as they were sent
 * @param path decoded, without query
 * @param query the first value of each query parameter
 * @param headers the first value of each header; names in lower case
 * @param body at most the limit of the door
 */
public record HttpRequest(
    boolean local,
    String method,
    String target,
    String path,
    Map<String, String> query,
    Map<String, String> headers,
    byte[] body) {
  public HttpRequest {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /** The value of a header, by its name in lower case. */
  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.get(name));
  }
}
