package io.elanus.gcs;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.servers.Ports;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Large uploads against a small server that keeps to the documentation of resumable uploads: it
 * overlooks bytes that it has, and tells on {@code bytes *}{@code /…} how far it has got. Of its
 * answers to uploads every other is lost, after what was asked was done, or after half of it was.
 */
final class GcsLostAnswersTest {
  private static final int RESUME = 308;
  private static final int CANCELLED = 499;
  private static final int PRECONDITION_FAILED = 412;

  private final Map<String, byte[]> objects = new ConcurrentHashMap<>();
  private final Map<String, String> descriptions = new ConcurrentHashMap<>();
  private final Map<String, ByteArrayOutputStream> uploads = new ConcurrentHashMap<>();
  private final Random random = new Random(5);
  private HttpServer server;
  private int begun;
  private int lost;

  @BeforeEach
  void start() throws IOException {
    server =
        HttpServer.create(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free()), 50);
    server.setExecutor(Executors.newSingleThreadExecutor());
    server.createContext("/", this::serve);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void serve(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String query = String.valueOf(exchange.getRequestURI().getRawQuery());
    String path = exchange.getRequestURI().getPath();
    if (query.contains("uploadType=resumable")) {
      begin(exchange, query, new String(body, StandardCharsets.UTF_8));
    } else if (exchange.getRequestMethod().equals("DELETE")) {
      answer(exchange, CANCELLED, "");
    } else if (path.startsWith("/session/")) {
      upload(exchange, path, body);
    } else if (path.endsWith("/o")) {
      answer(exchange, 200, "{}");
    } else {
      find(exchange, path.substring(path.indexOf("/o/") + 3));
    }
  }

  private void begin(HttpExchange exchange, String query, String description) throws IOException {
    assertThat(query).contains("ifGenerationMatch=0");
    String session = "/session/" + begun++;
    uploads.put(session, new ByteArrayOutputStream());
    descriptions.put(session, description);
    exchange
        .getResponseHeaders()
        .add("Location", "http://127.0.0.1:" + server.getAddress().getPort() + session);
    answer(exchange, 200, "");
  }

  private void upload(HttpExchange exchange, String session, byte[] body) throws IOException {
    String range = exchange.getRequestHeaders().getFirst("Content-Range").substring(6);
    String total = range.substring(range.indexOf('/') + 1);
    ByteArrayOutputStream arrived = uploads.get(session);
    boolean loses = random.nextBoolean();
    if (!range.startsWith("*")) {
      int first = Integer.parseInt(range.substring(0, range.indexOf('-')));
      assertThat(first).isLessThanOrEqualTo(arrived.size());
      int known = arrived.size() - first;
      int news = loses && random.nextBoolean() ? (body.length - known) / 2 : body.length - known;
      arrived.write(body, known, Math.max(0, news));
    }
    if (total.equals(String.valueOf(arrived.size()))) {
      finish(exchange, session, arrived.toByteArray(), loses);
      return;
    }
    if (arrived.size() > 0) {
      exchange.getResponseHeaders().add("Range", "bytes=0-" + (arrived.size() - 1));
    }
    if (loses) {
      lose(exchange);
    } else {
      answer(exchange, RESUME, "");
    }
  }

  private void finish(HttpExchange exchange, String session, byte[] whole, boolean loses)
      throws IOException {
    JsonObject description = JsonParser.parseString(descriptions.get(session)).getAsJsonObject();
    String name = description.get("name").getAsString();
    boolean isNew = objects.putIfAbsent(name, whole) == null;
    if (isNew) {
      descriptions.put(name, description.get("metadata").toString());
    }
    if (loses) {
      lose(exchange);
    } else {
      answer(exchange, isNew ? 200 : PRECONDITION_FAILED, "{}");
    }
  }

  private void find(HttpExchange exchange, String name) throws IOException {
    byte[] object = objects.get(name);
    if (object == null) {
      answer(exchange, 404, "{}");
    } else {
      answer(
          exchange,
          200,
          "{\"size\": \"" + object.length + "\", \"metadata\": " + descriptions.get(name) + "}");
    }
  }

  private void lose(HttpExchange exchange) {
    lost++;
    exchange.close();
  }

  private static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void partsWhoseAnswersWereLostArriveOnceAndCommitsTellTheTruth() {
    GcsOptions options =
        GcsOptions.ofBucket("elanus")
            .withEndpoint(URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
            .withCredentials(new GcsCredentials.None());
    options =
        new GcsOptions(
            options.bucket(),
            "db/",
            options.endpoint(),
            options.credentials(),
            256 << 10,
            options.deadline(),
            options.stall());
    try (ObjectStore store = GcsObjectStore.open(options)) {
      for (int ordinal = 0; ordinal < 5; ordinal++) {
        byte[] whole = new byte[1_000_000 + ordinal];
        random.nextBytes(whole);
        assertThat(put(store, "object" + ordinal, whole)).isTrue();
        assertThat(objects.get("db/object" + ordinal)).isEqualTo(whole);
        assertThat(put(store, "object" + ordinal, new byte[1_000_000])).isFalse();
        assertThat(objects.get("db/object" + ordinal)).isEqualTo(whole);
      }
    }
    assertThat(lost).isGreaterThan(10);
  }

  private static boolean put(ObjectStore store, String key, byte[] bytes) {
    try (ObjectWriter writer = store.create(key)) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.commit();
    }
  }
}
