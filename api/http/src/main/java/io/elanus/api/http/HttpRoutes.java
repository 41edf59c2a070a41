package io.elanus.api.http;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * The router: exact method and path to handler, a hash map. Unknown paths get 404, known paths with
 * another method 405, both as JSON. HEAD is GET without the body (RFC 9110, section 9.3.2).
 */
public final class HttpRoutes {
  private final Map<String, Map<String, HttpHandler>> handlers;

  private HttpRoutes(Map<String, Map<String, HttpHandler>> handlers) {
    this.handlers = handlers;
  }

  /** No route at all. */
  public static HttpRoutes none() {
    return builder().build();
  }

  boolean isEmpty() {
    return handlers.isEmpty();
  }

  public static Builder builder() {
    return new Builder();
  }

  /** Calls {@code visitor} with the method and path of each route. */
  public void forEach(BiConsumer<String, String> visitor) {
    handlers.forEach((path, methods) -> methods.keySet().forEach(m -> visitor.accept(m, path)));
  }

  HttpHandler find(String method, String path) {
    Map<String, HttpHandler> methods = handlers.get(path);
    if (methods == null) {
      return request -> HttpResponse.error(404, "path not found: " + path);
    }
    HttpHandler handler = methods.get(method);
    if (handler == null && method.equals("HEAD")) {
      handler = methods.get("GET"); // the codec leaves the body out
    }
    if (handler != null) {
      return handler;
    }
    return request -> HttpResponse.error(405, "method " + method + " not allowed: " + path);
  }

  /** The same, with 403 for changes that the guard refuses. */
  HttpRoutes guardedBy(ChangeGuard guard) {
    Map<String, Map<String, HttpHandler>> guarded = new HashMap<>();
    handlers.forEach((path, methods) -> {
      Map<String, HttpHandler> each = new HashMap<>();
      methods.forEach((method, handler) ->
          each.put(method, method.equals("GET") ? handler : guarded(handler, guard)));
      guarded.put(path, Map.copyOf(each));
    });
    return new HttpRoutes(Map.copyOf(guarded));
  }

  private static HttpHandler guarded(HttpHandler handler, ChangeGuard guard) {
    return request -> {
      Optional<String> refused = guard.refuses(request);
      return refused.isPresent() ? HttpResponse.error(403, refused.get()) : handler.handle(request);
    };
  }

  /** Collects routes. */
  public static final class Builder {
    private final Map<String, Map<String, HttpHandler>> handlers = new HashMap<>();

    private Builder() {}

    public Builder get(String path, HttpHandler handler) {
      return add("GET", path, handler);
    }

    public Builder post(String path, HttpHandler handler) {
      return add("POST", path, handler);
    }

    public Builder add(String method, String path, HttpHandler handler) {
      HttpHandler before =
          handlers.computeIfAbsent(path, unused -> new HashMap<>()).put(method, handler);
      if (before != null) {
        throw new IllegalArgumentException("two routes for " + method + " " + path);
      }
      return this;
    }

    public HttpRoutes build() {
      Map<String, Map<String, HttpHandler>> copy = new HashMap<>();
      handlers.forEach((path, methods) -> copy.put(path, Map.copyOf(methods)));
      return new HttpRoutes(Map.copyOf(copy));
    }
  }
}
