package io.elanus.api.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.CallOptions;
import io.grpc.ManagedChannel;
import io.grpc.MethodDescriptor;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.ServerCalls;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class DoorsTest {
  private static final MethodDescriptor<byte[], byte[]> ECHO =
      MethodDescriptor.<byte[], byte[]>newBuilder()
          .setType(MethodDescriptor.MethodType.UNARY)
          .setFullMethodName("test.Echo/Echo")
          .setRequestMarshaller(new Bytes())
          .setResponseMarshaller(new Bytes())
          .build();

  private final MeterRegistry meters = Meters.registry();
  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private List<Management.Component> components = List.of(new Management.Component("proxy", true));
  private Doors doors;
  private ManagedChannel channel;

  @BeforeEach
  void open() throws IOException {
    var echo =
        ServerServiceDefinition.builder("test.Echo")
            .addMethod(
                ECHO,
                ServerCalls.asyncUnaryCall((request, answers) -> {
                  answers.onNext(request);
                  answers.onCompleted();
                }))
            .build();
    HttpRoutes routes =
        HttpRoutes.builder()
            .post("/echo", request -> new HttpResponse(200, "text/plain", request.body()))
            .get(
                "/broken",
                request -> {
                  throw new IllegalStateException("broken on purpose");
                })
            .get(
                "/asserted",
                request -> {
                  throw new AssertionError("broken on purpose");
                })
            .build();
    doors =
        Doors.open(
            DoorsConfiguration.defaults().withPorts(0, 0),
            new GrpcServices(List.of(echo), GrpcServices.NO_OTHERS, List.of(), () -> {}),
            routes,
            Management.routes(() -> components, meters));
    channel =
        NettyChannelBuilder.forAddress("127.0.0.1", doors.port())
            .usePlaintext()
            .maxInboundMessageSize(256 << 20)
            .build();
  }

  @AfterEach
  void close() throws InterruptedException {
    channel.shutdownNow().awaitTermination(5, TimeUnit.SECONDS);
    doors.close();
    http.close();
  }

  @Test
  void onePortAnswersGrpcAndHttp() throws Exception {
    assertThat(call(new byte[] {1, 2, 3})).containsExactly(1, 2, 3);
    assertThat(post(doors.port(), "/echo", "hello").body()).isEqualTo("hello");
    assertThat(call(new byte[] {4})).containsExactly(4);
  }

  @Test
  void unknownPathIs404AsJson() throws Exception {
    var answer = get(doors.port(), "/v2/vectordb/nothing", "");
    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body())
        .isEqualTo("{\"code\":404,\"message\":\"path not found: /v2/vectordb/nothing\"}");
    assertThat(get(doors.port(), "/echo", "").statusCode()).isEqualTo(405);
  }

  @Test
  void handlerThatThrowsIs500AndTheConnectionLives() throws Exception {
    assertThat(get(doors.port(), "/broken", "").statusCode()).isEqualTo(500);
    assertThat(get(doors.port(), "/asserted", "").statusCode()).isEqualTo(500);
    assertThat(post(doors.port(), "/echo", "still here").body()).isEqualTo("still here");
  }

  @Test
  void messageOverTheLimitIsResourceExhausted() {
    assertThatThrownBy(() -> call(new byte[68_000_000]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED));
    assertThat(call(new byte[60_000_000])).hasSize(60_000_000);
  }

  @Test
  void bodyOverTheLimitIs413() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", doors.port())) {
      send(socket, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 67108865\r\n\r\n");
      assertThat(readUntil(socket, "no such end"))
          .startsWith("HTTP/1.1 413")
          .contains("connection: close")
          .endsWith("{\"code\":413,\"message\":\"the body is longer than 67108864 bytes\"}");
    }
  }

  @Test
  void whatFollowsABodyOverTheLimitIsDropped() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", doors.managementPort())) {
      send(socket, "POST /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 9000000\r\n\r\n");
      for (int sent = 0; sent < 1 << 20; sent += 1 << 10) {
        send(socket, "x".repeat(1 << 10));
      }
      assertThat(readUntil(socket, "no such end")).startsWith("HTTP/1.1 413").endsWith("bytes\"}");
    }
  }

  @Test
  void headIsGetWithoutABody() throws Exception {
    for (String path : List.of("/healthz", "/livez", "/metrics")) {
      try (Socket socket = new Socket("127.0.0.1", doors.managementPort())) {
        send(socket, "HEAD " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(readUntil(socket, "no such end"))
            .startsWith("HTTP/1.1 200")
            .contains("content-length: ")
            .endsWith("\r\n\r\n");
      }
    }
  }

  @Test
  void targetMayBeAWholeAddress() throws Exception {
    for (String target : List.of("http://x/livez", "HTTP://x:9091/livez?a=b")) {
      try (Socket socket = new Socket("127.0.0.1", doors.managementPort())) {
        send(socket, "GET " + target + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(readUntil(socket, "no such end")).startsWith("HTTP/1.1 200").endsWith("OK");
      }
    }
  }

  @Test
  void clientThatLeavesInTheMiddleIsNoWarning() throws Exception {
    List<LogRecord> records = new CopyOnWriteArrayList<>();
    Handler handler =
        new Handler() {
          @Override
          public void publish(LogRecord log) {
            records.add(log);
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    Logger logger = Logger.getLogger(HttpConnection.class.getName());
    logger.setLevel(Level.ALL);
    logger.addHandler(handler);
    try {
      try (Socket socket = new Socket("127.0.0.1", doors.port())) {
        send(socket, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nhalf");
      }
      for (int tries = 0; records.isEmpty() && tries < 500; tries++) {
        Thread.sleep(10);
      }
      assertThat(records).extracting(LogRecord::getLevel).containsExactly(Level.FINE);
    } finally {
      logger.removeHandler(handler);
      logger.setLevel(null);
    }
  }

  @Test
  void clientsMaySendLargeFramesAndSoManyCallsAtOnce() throws Exception {
    try (Socket socket = http2()) {
      var in = new DataInputStream(socket.getInputStream());
      int maxFrame = 0;
      int calls = 0;
      while (maxFrame == 0) {
        byte[] header = in.readNBytes(9);
        byte[] payload = in.readNBytes((header[1] & 0xff) << 8 | (header[2] & 0xff));
        for (int at = 0; header[3] == 4 && at + 6 <= payload.length; at += 6) {
          ByteBuffer setting = ByteBuffer.wrap(payload, at, 6);
          short key = setting.getShort();
          maxFrame = key == 5 ? setting.getInt(2) : maxFrame;
          calls = key == 3 ? setting.getInt(2) : calls;
        }
      }
      assertThat(calls).isEqualTo(1024);
      assertThat(maxFrame).isEqualTo(64 << 10);
    }
  }

  @Test
  void clientThatKeepsGivingCallsUpIsSentAway() throws Exception {
    byte[] block =
        ("\u0083\u0086\u0004\u000f/test.Echo/Echo\u0041\u0001x"
                + "\u000f\u0010\u0010application/grpc\u0000\u0002te\u0008trailers")
            .getBytes(StandardCharsets.ISO_8859_1);
    ByteBuffer calls = ByteBuffer.allocate(6000 * (9 + block.length + 13));
    for (int stream = 1; stream < 12000; stream += 2) {
      calls.putInt(block.length << 8 | 1).put((byte) 4).putInt(stream).put(block);
      calls.putInt(4 << 8 | 3).put((byte) 0).putInt(stream).putInt(8);
    }
    boolean sentAway = false;
    try (Socket socket = http2()) {
      socket.getOutputStream().write(calls.array());
      while (!sentAway) {
        sentAway = socket.getInputStream().read() < 0;
      }
    } catch (SocketTimeoutException stillThere) {
      sentAway = false;
    } catch (IOException reset) {
      sentAway = true;
    }
    assertThat(sentAway).isTrue();
    assertThat(call(new byte[] {1})).containsExactly(1);
  }

  private Socket http2() throws IOException {
    byte[] emptySettings = {0, 0, 0, 4, 0, 0, 0, 0, 0};
    Socket socket = new Socket("127.0.0.1", doors.port());
    send(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.getOutputStream().write(emptySettings);
    return socket;
  }

  @Test
  void connectionsThatSayTooLittleAreClosedAndOthersNot() throws Exception {
    Duration patience = Duration.ofMillis(500);
    DoorsConfiguration configuration =
        DoorsConfiguration.defaults().withPorts(0, 0).withFirstRequestWithin(patience);
    HttpRoutes routes = Management.routes(() -> components, meters);
    try (Doors hasty = Doors.open(configuration, GrpcServices.NONE, routes, routes)) {
      for (int port : List.of(hasty.port(), hasty.managementPort())) {
        for (String start : List.of("", "P", "GE", "GET /livez HTTP/1.1\r\nHost", "PRI * HTTP")) {
          try (Socket socket = new Socket("127.0.0.1", port)) {
            send(socket, start);
            assertThat(readUntil(socket, "no such end")).as(start).doesNotContain("200");
          }
        }
        try (Socket socket = new Socket("127.0.0.1", port)) {
          send(socket, "GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
          assertThat(readUntil(socket, "OK\r\n")).contains("200 OK");
          Thread.sleep(patience.multipliedBy(2));
          send(socket, "GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
          assertThat(readUntil(socket, "no such end")).contains("200 OK");
        }
      }
      try (Socket socket = new Socket("127.0.0.1", hasty.port())) {
        send(socket, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        socket.setSoTimeout((int) patience.multipliedBy(2).toMillis());
        assertThatThrownBy(() -> readUntil(socket, "no such end"))
            .isInstanceOf(SocketTimeoutException.class);
      }
    }
  }

  @Test
  void unknownMethodIsUnimplemented() {
    var unknown = ECHO.toBuilder().setFullMethodName("test.Echo/Other").build();
    assertThatThrownBy(
            () -> ClientCalls.blockingUnaryCall(channel, unknown, CallOptions.DEFAULT, new byte[0]))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            e -> assertThat(e.getStatus().getCode()).isEqualTo(Status.Code.UNIMPLEMENTED));
  }

  @Test
  void pipelinedRequestsAreAnsweredInOrder() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", doors.port())) {
      String one = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n";
      send(socket, one + "one" + one + "two");
      String answers = readUntil(socket, "two");
      assertThat(answers.indexOf("one")).isPositive().isLessThan(answers.indexOf("two"));
    }
  }

  @Test
  void healthIsTextOrJson() throws Exception {
    var well = get(doors.managementPort(), "/healthz", "");
    assertThat(well.statusCode()).isEqualTo(200);
    assertThat(well.body()).isEqualTo("OK");
    assertThat(get(doors.managementPort(), "/healthz", "application/json").body())
        .isEqualTo("{\"state\":\"OK\",\"detail\":[{\"name\":\"proxy\",\"code\":1}]}");
    components = List.of(new Management.Component("proxy", false));
    var ill = get(doors.managementPort(), "/healthz", "");
    assertThat(ill.statusCode()).isEqualTo(500);
    assertThat(ill.body()).isEqualTo("Not all components are healthy, proxy");
    assertThat(get(doors.managementPort(), "/livez", "").statusCode()).isEqualTo(200);
  }

  @Test
  void metricsKeepTheirNames() throws Exception {
    Counter.builder("milvus_proxy_req_count")
        .description("count of requests")
        .tag("function_name", "Search")
        .tag("status", "success")
        .register(meters)
        .increment(3);
    DistributionSummary latency =
        DistributionSummary.builder("milvus_proxy_req_latency")
            .serviceLevelObjectives(1, 2, 4)
            .register(meters);
    latency.record(0.5);
    latency.record(3);
    assertThat(get(doors.managementPort(), "/metrics", "").body())
        .contains("# HELP milvus_proxy_req_count count of requests")
        .contains("milvus_proxy_req_count{function_name=\"Search\",status=\"success\"} 3\n")
        .contains("# TYPE milvus_proxy_req_latency histogram")
        .contains("milvus_proxy_req_latency_bucket{le=\"1\"} 1\n")
        .contains("milvus_proxy_req_latency_bucket{le=\"4\"} 2\n")
        .contains("milvus_proxy_req_latency_bucket{le=\"+Inf\"} 2\n")
        .contains("milvus_proxy_req_latency_sum 3.5\n");
  }

  @Test
  void figuresOfTheJvmJoinTheMetersWhenTheyAreAskedFor() throws Exception {
    assertThat(meters.getMeters()).isEmpty();
    for (int i = 0; i < 2; i++) {
      assertThat(get(doors.managementPort(), "/metrics", "").body())
          .contains("jvm_memory_used{area=\"heap\"")
          .containsOnlyOnce("\njvm_threads_live ")
          .containsOnlyOnce("\nprocess_cpu_usage ");
    }
  }

  @Test
  void shutdownClosesIdleHttpConnections() throws Exception {
    try (Socket socket = new Socket("127.0.0.1", doors.port())) {
      send(socket, "GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n");
      readUntil(socket, "}");
      channel.shutdownNow();
      doors.close();
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void portTakenIsAnError() {
    var same = DoorsConfiguration.defaults().withPorts(doors.port(), 0);
    assertThatThrownBy(
            () -> Doors.open(same, GrpcServices.NONE, HttpRoutes.none(), HttpRoutes.none()))
        .isInstanceOf(IOException.class);
    var sameManagement = DoorsConfiguration.defaults().withPorts(0, doors.managementPort());
    assertThatThrownBy(() ->
            Doors.open(sameManagement, GrpcServices.NONE, HttpRoutes.none(), HttpRoutes.none()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("cannot listen");
  }

  private byte[] call(byte[] request) {
    return ClientCalls.blockingUnaryCall(channel, ECHO, CallOptions.DEFAULT, request);
  }

  private java.net.http.HttpResponse<String> get(int port, String path, String contentType)
      throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (!contentType.isEmpty()) {
      request.header("Content-Type", contentType);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private java.net.http.HttpResponse<String> post(int port, String path, String body)
      throws Exception {
    var request =
        java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .POST(BodyPublishers.ofString(body))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.setSoTimeout(10_000);
    socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    socket.getOutputStream().flush();
  }

  private static String readUntil(Socket socket, String end) throws IOException {
    StringBuilder text = new StringBuilder();
    while (text.indexOf(end) < 0) {
      int read = socket.getInputStream().read();
      if (read < 0) {
        break;
      }
      text.append((char) read);
    }
    return text.toString();
  }

  private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      return new ByteArrayInputStream(value);
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
