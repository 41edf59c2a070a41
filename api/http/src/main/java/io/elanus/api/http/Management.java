package io.elanus.api.http;

import io.micrometer.core.instrument.MeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** The routes of the management port: health, liveness, metrics. None of them changes anything. */
public final class Management {
  private static final int HEALTHY = 1;
  private static final int ABNORMAL = 2;

  /** Whether one part of the process is well. */
  public record Component(String name, boolean healthy) {}

  private Management() {}

  /**
   * @param components asked at each health check
   * @param meters printed at {@code /metrics}; figures of the JVM join them when that is first
   *     asked, as looking them up takes longer than other parts of a start
   */
  public static HttpRoutes routes(Supplier<List<Component>> components, MeterRegistry meters) {
    return routes(components, meters, () -> {}).build();
  }

  /**
   * As {@link #routes(Supplier, MeterRegistry)}, for further ones to be added.
   *
   * @param refresh brings the meters up to date; run before they are printed
   */
  public static HttpRoutes.Builder routes(
      Supplier<List<Component>> components, MeterRegistry meters, Runnable refresh) {
    AtomicBoolean asked = new AtomicBoolean();
    return HttpRoutes.builder()
        .get("/healthz", request -> health(request, components.get()))
        .get("/livez", request -> HttpResponse.text(200, "OK"))
        .get(
            "/metrics",
            request -> {
              if (asked.compareAndSet(false, true)) {
                Meters.bindJvm(meters);
              }
              refresh.run();
              return metrics(meters);
            });
  }

  /** Text, or JSON when the caller sent that content type, as the probes of Milvus do. */
  private static HttpResponse health(HttpRequest request, List<Component> components) {
    List<Component> ill = components.stream().filter(part -> !part.healthy()).toList();
    int status = ill.isEmpty() ? 200 : 500;
    String state =
        ill.isEmpty()
            ? "OK"
            : ill.stream()
                .map(Component::name)
                .collect(Collectors.joining("/", "Not all components are healthy, ", ""));
    if (!request.header("content-type").orElse("").startsWith("application/json")) {
      return HttpResponse.text(status, state);
    }
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("state", state);
    body.put("detail", details(components));
    return HttpResponse.json(status, body);
  }

  private static List<Map<String, Object>> details(List<Component> components) {
    List<Map<String, Object>> details = new ArrayList<>();
    for (Component component : components) {
      Map<String, Object> detail = new LinkedHashMap<>();
      detail.put("name", component.name());
      detail.put("code", component.healthy() ? HEALTHY : ABNORMAL);
      details.add(detail);
    }
    return details;
  }

  private static HttpResponse metrics(MeterRegistry meters) {
    return new HttpResponse(
        200,
        "text/plain; version=0.0.4; charset=utf-8",
        PrometheusText.of(meters).getBytes(StandardCharsets.UTF_8));
  }
}
