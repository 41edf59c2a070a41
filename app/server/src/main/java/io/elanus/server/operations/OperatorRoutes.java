package io.elanus.server.operations;

import io.elanus.api.http.HttpHandler;
import io.elanus.api.http.HttpRequest;
import io.elanus.api.http.HttpResponse;
import io.elanus.api.http.HttpRoutes;
import io.elanus.membership.Role;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * The routes of operators. Lists are {@code [{…}, …]}; a failure is {@code {"msg": …}}, 400 where
 * the caller is to blame, else 500, as on Milvus's management paths. What changes something is POST
 * with parameters in the query or as a form; browsers are refused, because any page that one shows
 * could send it here.
 */
public final class OperatorRoutes {
  private final Inventory inventory;
  private final Moves moves;
  private final Site site;

  private OperatorRoutes(Site site, InstantSource clock) {
    this.site = site;
    inventory = new Inventory(site, clock);
    moves = new Moves(site, inventory);
  }

  /** Adds them. */
  public static void addTo(HttpRoutes.Builder routes, Site site, InstantSource clock) {
    new OperatorRoutes(site, clock).addTo(routes);
  }

  private void addTo(HttpRoutes.Builder routes) {
    routes
        .get("/management/nodes", list(inventory::nodes))
        .get("/management/channels", list(inventory::channels))
        .get("/management/segments", list(inventory::segments))
        .get("/management/replicas", list(inventory::replicas))
        .get("/management/check/ready", guarded(this::ready))
        .get("/management/querycoord/node/list", list(this::queryNodes))
        .post("/management/node/drain", change(given -> moves.drain(number(given, "node_id"))))
        .post(
            "/management/channel/move",
            change(given ->
                moves.moveChannel(text(given, "channel"), number(given, "target_node_id"))))
        .post(
            "/management/querycoord/transfer/segment",
            change(given ->
                moves.moveSegment(number(given, "segment_id"), number(given, "target_node_id"))));
  }

  private HttpResponse ready(HttpRequest request) {
    for (Role role : Role.parse(request.query().getOrDefault("role", "proxy"))) {
      if (site.here(Site.type(role)).isEmpty()) {
        return HttpResponse.json(500, Map.of("msg", role.word() + " does not run here now"));
      }
    }
    return HttpResponse.json(200, Map.of("msg", "OK"));
  }

  private List<OperatorRow> queryNodes() {
    return site.directory().queryNodes().keySet().stream()
        .map(id -> OperatorRow.of("ID", id))
        .toList();
  }

  private static HttpHandler list(Supplier<List<OperatorRow>> rows) {
    return guarded(
        request -> HttpResponse.json(200, rows.get().stream().map(OperatorRow::values).toList()));
  }

  private interface Change {
    OperatorRow make(Map<String, String> parameters);
  }

  private static HttpHandler change(Change change) {
    return guarded(request -> {
      if (request.header("origin").isPresent()) {
        return HttpResponse.json(403, Map.of("msg", "browsers may change nothing here"));
      }
      Map<String, Object> answer = change.make(parameters(request)).values();
      answer.put("msg", "OK");
      return HttpResponse.json(200, answer);
    });
  }

  private static HttpHandler guarded(HttpHandler handler) {
    return request -> {
      try {
        return handler.handle(request);
      } catch (ElanusException failure) {
        boolean callers = failure.code().blame() == ErrorCode.Blame.CALLER;
        return HttpResponse.json(callers ? 400 : 500, Map.of("msg", failure.getMessage()));
      }
    };
  }

  private static Map<String, String> parameters(HttpRequest request) {
    Map<String, String> parameters = new HashMap<>(request.query());
    for (String pair : new String(request.body(), StandardCharsets.UTF_8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            URLDecoder.decode(pair.substring(0, equals), StandardCharsets.UTF_8),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }

  private static String text(Map<String, String> parameters, String name) {
    String value = parameters.get(name);
    if (value == null || value.isBlank()) {
      throw ElanusException.invalid("parameter " + name + " is missing");
    }
    return value;
  }

  private static long number(Map<String, String> parameters, String name) {
    try {
      return Long.parseLong(text(parameters, name));
    } catch (NumberFormatException noNumber) {
      throw new ElanusException(
          ErrorCode.INVALID_PARAMETER, "parameter " + name + " is no whole number", noNumber);
    }
  }
}
