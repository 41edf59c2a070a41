package io.elanus.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What reaches a collector, of a process whose roles are behind sockets. */
@Timeout(60)
final class TracesTest {
  /** As it came; ids in hex, the parent's empty where there is none. */
  private record Sent(String trace, String id, String parent, String name) {}

  @TempDir private Path folder;

  @Test
  void oneTraceLeadsFromTheDoorToTheQueryNode() throws IOException {
    List<Sent> spans = new CopyOnWriteArrayList<>();
    HttpServer collector = collector(spans);
    try {
      Settings settings =
          Settings.defaults()
              .with(Setting.DATA_DIRECTORY, folder.toString())
              .with(Setting.GRPC_PORT, "0")
              .with(Setting.HTTP_PORT, "0")
              .with(Setting.WARM_UP, "false")
              .with(Setting.WIRING, "sockets")
              .with(
                  Setting.TRACE_ENDPOINT,
                  "http://127.0.0.1:" + collector.getAddress().getPort() + "/v1/traces");
      AtomicInteger left = new AtomicInteger(3);
      try (ElanusServer server = ElanusServer.start(settings)) {
        server.rehearse(() -> left.getAndDecrement() > 0);
      }
      try (ElanusServer server = ElanusServer.start(settings)) {
        server.rehearseAgain(); // reads what query nodes have mapped
      }
    } finally {
      collector.stop(0);
    }
    Map<String, Sent> byId =
        spans.stream().collect(Collectors.toMap(Sent::id, Function.identity()));
    Set<String> ways = spans.stream().map(span -> way(span, byId)).collect(Collectors.toSet());
    assertThat(ways)
        .contains(
            "QueryNode.search < QueryNode.search < StreamingNode.search < StreamingNode.search"
                + " < Search");
    assertThat(spans).noneMatch(span -> span.parent().isEmpty() && span.name().contains("."));
  }

  /** The span's name and those it was called from, of the same trace. */
  private static String way(Sent span, Map<String, Sent> byId) {
    Sent caller = byId.get(span.parent());
    return caller == null || !caller.trace().equals(span.trace())
        ? span.name()
        : span.name() + " < " + way(caller, byId);
  }

  private static HttpServer collector(List<Sent> spans) throws IOException {
    HttpServer collector =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    collector.createContext(
        "/v1/traces",
        exchange -> {
          ExportTraceServiceRequest.parseFrom(exchange.getRequestBody())
              .getResourceSpansList()
              .forEach(resource ->
                  resource
                      .getScopeSpansList()
                      .forEach(scope ->
                          scope
                              .getSpansList()
                              .forEach(span ->
                                  spans.add(
                                      new Sent(
                                          hex(span.getTraceId().toByteArray()),
                                          hex(span.getSpanId().toByteArray()),
                                          hex(span.getParentSpanId().toByteArray()),
                                          span.getName())))));
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    collector.start();
    return collector;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
