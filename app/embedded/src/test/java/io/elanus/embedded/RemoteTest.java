package io.elanus.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.api.milvus.Authorizer;
import io.elanus.api.milvus.Caller;
import io.elanus.roles.Proxy;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What only a database over the wire meets: servers that are away, busy, slow or ask who it is. */
@Timeout(60)
final class RemoteTest {
  private static final CollectionSpec ROWS =
      CollectionSpec.named("rows").longKey("id").vector("v", 2, Metric.L2);
  private static final List<Row> TWO =
      List.of(Row.of("id", 1L, "v", new float[] {1, 0}), Row.of("id", 2L, "v", new float[] {0, 1}));

  /** Fails the first calls of a method, before or after they were carried out. */
  private static final class Failing implements UnaryOperator<Proxy> {
    private final String method;
    private final boolean before;
    private final AtomicInteger calls = new AtomicInteger();
    private volatile int failures;
    private volatile ErrorCode code = ErrorCode.UNEXPECTED;

    Failing(String method, boolean before) {
      this.method = method;
      this.before = before;
    }

    void fail(int times, ErrorCode with) {
      calls.set(0);
      failures = times;
      code = with;
    }

    @Override
    public Proxy apply(Proxy proxy) {
      return (Proxy)
          java.lang.reflect.Proxy.newProxyInstance(
              Proxy.class.getClassLoader(),
              new Class<?>[] {Proxy.class},
              (self, called, arguments) -> {
                boolean fails =
                    called.getName().equals(method) && calls.incrementAndGet() <= failures;
                if (fails && before) {
                  throw new ElanusException(code, "as the test wants it");
                }
                try {
                  Object answer = called.invoke(proxy, arguments);
                  if (fails) {
                    throw new ElanusException(code, "as the test wants it");
                  }
                  return answer;
                } catch (InvocationTargetException thrown) {
                  throw thrown.getCause();
                }
              });
    }
  }

  private static TestServer serverWith(UnaryOperator<Proxy> seen) {
    return new TestServer(TestServer.inMemory(), seen, Authorizer.OFF, 0);
  }

  private static ErrorCode codeOf(Runnable failing) {
    try {
      failing.run();
    } catch (ElanusException failure) {
      return failure.code();
    }
    throw new AssertionError("it did not fail");
  }

  @Test
  void whatMayPassIsTriedAgain() {
    var failing = new Failing("query", true);
    try (TestServer server = serverWith(failing);
        Database database = Elanus.open(server.uri())) {
      Collection rows = database.create(ROWS);
      rows.insert(TWO);
      failing.fail(3, ErrorCode.CHANNEL_NOT_AVAILABLE);
      assertThat(rows.count("")).isEqualTo(2);
      assertThat(failing.calls).hasValue(4);
      failing.fail(1, ErrorCode.INVALID_PARAMETER);
      assertThat(codeOf(() -> rows.count(""))).isEqualTo(ErrorCode.INVALID_PARAMETER);
      assertThat(failing.calls).hasValue(1);
    }
  }

  @Test
  void itIsGivenUpWhenItsTimeIsOver() {
    var failing = new Failing("query", true);
    try (TestServer server = serverWith(failing);
        Database database = Elanus.open(server.uri() + "?timeout=0.5")) {
      Collection rows = database.create(ROWS);
      failing.fail(Integer.MAX_VALUE, ErrorCode.CHANNEL_NOT_AVAILABLE);
      assertThat(codeOf(() -> rows.count(""))).isEqualTo(ErrorCode.CHANNEL_NOT_AVAILABLE);
      assertThat(failing.calls).hasValueGreaterThan(2);
    }
  }

  @Test
  void anInsertIsSentAgainOnlyWhereItWasNotBegun() {
    var failing = new Failing("insert", false);
    try (TestServer server = serverWith(failing);
        Database database = Elanus.open(server.uri())) {
      Collection rows = database.create(ROWS);
      failing.fail(1, ErrorCode.UNAVAILABLE);
      assertThat(codeOf(() -> rows.insert(TWO))).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(rows.count("")).isEqualTo(2);
    }
    var limiting = new Failing("insert", true);
    try (TestServer server = serverWith(limiting);
        Database database = Elanus.open(server.uri())) {
      Collection rows = database.create(ROWS);
      limiting.fail(2, ErrorCode.RATE_LIMIT);
      rows.insert(TWO);
      assertThat(rows.count("")).isEqualTo(2);
    }
  }

  @Test
  void aCallThatTakesTooLongTimesOut() {
    var hold = new CountDownLatch(1);
    UnaryOperator<Proxy> slow =
        proxy ->
            (Proxy)
                java.lang.reflect.Proxy.newProxyInstance(
                    Proxy.class.getClassLoader(),
                    new Class<?>[] {Proxy.class},
                    (self, called, arguments) -> {
                      if (called.getName().equals("flush")) {
                        hold.await();
                      }
                      return called.invoke(proxy, arguments);
                    });
    try (TestServer server = serverWith(slow);
        Database database = Elanus.open(server.uri() + "?timeout=0.4")) {
      Collection rows = database.create(ROWS);
      assertThat(codeOf(rows::flush)).isEqualTo(ErrorCode.TIMEOUT);
      hold.countDown();
    }
  }

  @Test
  void nobodyThereIsUnavailableAndSomebodyWhoComesIsFound() throws Exception {
    int port;
    try (var free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    String uri = "http://127.0.0.1:" + port;
    assertThat(codeOf(() -> Elanus.open(uri + "?timeout=0.2"))).isEqualTo(ErrorCode.UNAVAILABLE);
    CompletableFuture<Database> opening = CompletableFuture.supplyAsync(() -> Elanus.open(uri));
    try (TestServer server =
            new TestServer(TestServer.inMemory(), proxy -> proxy, Authorizer.OFF, port);
        Database database = opening.get(20, TimeUnit.SECONDS)) {
      assertThat(server.port()).isEqualTo(port);
      assertThat(database.collections()).isEmpty();
    }
  }

  @Test
  void aServerThatWasAwayIsFoundAgain() throws IOException {
    var first = new TestServer(TestServer.inMemory());
    int port = first.port();
    try (Database database = Elanus.open(first.uri())) {
      assertThat(database.collections()).isEmpty();
      first.close();
      try (var second =
          new TestServer(TestServer.inMemory(), proxy -> proxy, Authorizer.OFF, port)) {
        assertThat(database.create(ROWS).insert(TWO).size()).isEqualTo(2);
        assertThat(second.port()).isEqualTo(port);
      }
    }
  }

  @Test
  void itSaysWhoItIsAndWhichDatabaseItMeans() {
    var callers = ConcurrentHashMap.<String>newKeySet();
    Authorizer asking =
        new Authorizer() {
          @Override
          public void authenticate(Caller caller) {
            caller.authorization().ifPresent(callers::add);
          }

          @Override
          public void authorize(
              Caller caller,
              String database,
              String privilege,
              String objectType,
              List<String> objects) {}
        };
    try (var server = new TestServer(TestServer.inMemory(), proxy -> proxy, asking, 0)) {
      String there = "127.0.0.1:" + server.port();
      try (Database database = Elanus.open("http://anna:p%40ss@" + there + "/default")) {
        assertThat(database.collections()).isEmpty();
      }
      assertThat(callers).containsExactly(base64("anna:p@ss"));
      assertThat(codeOf(() -> Elanus.open("http://" + there + "/elsewhere")))
          .isEqualTo(ErrorCode.DATABASE_NOT_FOUND);
    }
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void anotherSchemaUnderTheSameNameIsNoticed() {
    try (TestServer server = new TestServer(TestServer.inMemory());
        Database ours = Elanus.open(server.uri());
        Database theirs = Elanus.open(server.uri())) {
      Collection rows = ours.create(ROWS);
      rows.insert(TWO);
      theirs.drop("rows");
      theirs.create(CollectionSpec.named("rows").longKey("id").vector("v", 3, Metric.L2));
      assertThat(rows.insert(List.of(Row.of("id", 7L, "v", new float[3]))).get(0)).isEqualTo(7L);
      assertThat(rows.search(Search.near(new float[3]))).hasSize(1);
    }
  }

  @Test
  void afterItWasClosedNothingIsAnswered() {
    try (TestServer server = new TestServer(TestServer.inMemory())) {
      Database database = Elanus.open(server.uri());
      Collection rows = database.create(ROWS);
      database.close();
      database.close();
      assertThat(codeOf(() -> rows.count(""))).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void anInterruptedCallEndsAsCancelled() {
    try (TestServer server = new TestServer(TestServer.inMemory());
        Database database = Elanus.open(server.uri())) {
      Thread.currentThread().interrupt();
      assertThat(codeOf(database::collections)).isEqualTo(ErrorCode.CANCELLED);
      assertThat(Thread.interrupted()).isTrue();
    }
  }

  @Test
  void urisThatCannotBeReadAreRefusedWithoutThePassword() {
    for (String uri :
        List.of(
            "http://",
            "http://anna:secretword@host:port",
            "http://anna:secretword@host?tiemout=3",
            "http://anna:secretword@host?timeout=-1",
            "https://anna:secretword@host?ca=/no/such/file",
            "ftp://anna:secretword@host")) {
      assertThatThrownBy(() -> Elanus.open(uri))
          .as(uri)
          .isInstanceOfSatisfying(
              ElanusException.class,
              error -> assertThat(error.code()).isEqualTo(ErrorCode.INVALID_PARAMETER))
          .hasMessageNotContaining("secretword");
    }
  }
}
