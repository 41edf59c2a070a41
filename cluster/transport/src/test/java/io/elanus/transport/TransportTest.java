package io.elanus.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.roles.DataNode;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.Standing;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.grpc.Context;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class TransportTest {
  private static final long SEED = Long.getLong("seed", 20_260_801L);
  private static final String RESULT = "result";
  private static final int LEAST_ROUNDS = 3;
  private static final int MOST_ROUNDS = 100;
  private static final Pulse.Limits SHORT =
      new Pulse.Limits(Duration.ofMillis(50), Duration.ofMillis(400));

  /** As long as a machine may stand still that runs other tests as well. */
  private static final Pulse.Limits PATIENT =
      new Pulse.Limits(Duration.ofMillis(50), Duration.ofSeconds(2));

  @TestFactory
  Stream<DynamicTest> everyMethodOfEveryRoleRoundTrips() {
    return RoleMethods.ROLES.stream()
        .flatMap(role ->
            RoleMethods.of(role).values().stream()
                .map(method ->
                    DynamicTest.dynamicTest(
                        role.getSimpleName() + "." + method.method().getName(),
                        () -> roundTrips(role, method.method()))));
  }

  /**
   * At least three messages, and more until every optional and list of them was both with and
   * without content, and every alternative and constant was sent; fails when it does not come to
   * that.
   */
  private static <R> void roundTrips(Class<R> role, Method method) throws Exception {
    var messages = new Messages(new Random(SEED + method.getName().hashCode()));
    Map<String, Type> parts = parts(method);
    var received = new AtomicReference<Object[]>();
    var answer = new AtomicReference<Object>();
    Object target =
        Proxy.newProxyInstance(
            role.getClassLoader(),
            new Class<?>[] {role},
            (self, called, arguments) -> {
              assertThat(called.getName()).isEqualTo(method.getName());
              received.set(arguments == null ? new Object[0] : arguments);
              return answer.get();
            });
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(target));
        RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      R stub = client.role(role);
      for (int round = 0;
          round < LEAST_ROUNDS || round < MOST_ROUNDS && !open(messages, parts).isEmpty();
          round++) {
        Map<String, Object> sent = new LinkedHashMap<>();
        parts.forEach((place, type) -> sent.put(place, messages.any(type, place)));
        answer.set(sent.remove(RESULT));
        Object[] arguments = sent.values().toArray();
        Object result = method.invoke(stub, arguments);
        assertThat(Messages.print(received.get()))
            .as("arguments, seed %d", SEED)
            .isEqualTo(Messages.print(arguments));
        if (answer.get() != null) {
          assertThat(Messages.print(result))
              .as("result, seed %d", SEED)
              .isEqualTo(Messages.print(answer.get()));
        }
      }
    }
    assertThat(open(messages, parts)).as("what no message had, seed %d", SEED).isEmpty();
  }

  /** Parameters in their order, then the result, by place. */
  private static Map<String, Type> parts(Method method) {
    Map<String, Type> parts = new LinkedHashMap<>();
    Type[] parameters = method.getGenericParameterTypes();
    for (int i = 0; i < parameters.length; i++) {
      parts.put("parameter " + i, parameters[i]);
    }
    if (method.getReturnType() != void.class) {
      parts.put(RESULT, method.getGenericReturnType());
    }
    return parts;
  }

  private static Set<String> open(Messages messages, Map<String, Type> parts) {
    Set<String> open = new TreeSet<>();
    parts.forEach((place, type) -> open.addAll(messages.open(type, place)));
    return open;
  }

  @Test
  void errorsKeepCodeSentenceAndVariables() {
    ProxyCache failing =
        id -> {
          throw new ElanusException(ErrorCode.COLLECTION_NOT_FOUND, "lead")
              .with("database", "d")
              .with("collection", id);
        };
    ElanusException error = failureOf(failing);
    assertThat(error.code()).isEqualTo(ErrorCode.COLLECTION_NOT_FOUND);
    assertThat(error.getMessage())
        .isEqualTo("lead: collection not found[database=d][collection=7]");
  }

  @Test
  void anUnexpectedErrorArrivesAsSuch() {
    ElanusException error =
        failureOf(id -> {
          throw new IllegalStateException("broken invariant");
        });
    assertThat(error.code()).isEqualTo(ErrorCode.UNEXPECTED);
    assertThat(error.getMessage()).contains("broken invariant");
  }

  private static ElanusException failureOf(ProxyCache target) {
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(target));
        RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      return catchThrowableOfType(
          ElanusException.class, () -> client.role(ProxyCache.class).forget(7));
    }
  }

  @Test
  void rolesComeAndGo() {
    ProxyCache first = id -> {};
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of());
        RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      ProxyCache stub = client.role(ProxyCache.class);
      assertRefused(ErrorCode.NOT_READY, stub);
      server.add(first, Standing.ALWAYS);
      stub.forget(1);
      assertThatThrownBy(() -> server.add((ProxyCache) id -> {}, Standing.ALWAYS))
          .isInstanceOf(IllegalArgumentException.class);
      server.remove(first);
      assertRefused(ErrorCode.NOT_READY, stub);
    }
  }

  @Test
  void anAnswerCountsOnlyWhileItsRoleStands() {
    var asked = new AtomicReference<Long>();
    var standing = new AtomicReference<>(true);
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of());
        RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      server.add(
          (ProxyCache)
              id -> {
                asked.set(id);
                standing.set(false);
              },
          standing::get);
      assertRefused(ErrorCode.UNAVAILABLE, client.role(ProxyCache.class));
      assertThat(asked.get()).isEqualTo(1);
    }
  }

  @Test
  void callsToAPeerThatIsGoneEnd() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    ProxyCache slow =
        id -> {
          begun.countDown();
          awaitUninterruptibly(end);
        };
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(slow));
        RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      var failure = new AtomicReference<ElanusException>();
      Thread caller =
          Thread.startVirtualThread(() ->
              failure.set(
                  catchThrowableOfType(
                      ElanusException.class, () -> client.role(ProxyCache.class).forget(1))));
      begun.await();
      client.abort();
      caller.join();
      assertThat(failure.get().code()).isEqualTo(ErrorCode.UNAVAILABLE);
      end.countDown();
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aPortWhereNobodyListensWasNotReached() throws Exception {
    int port;
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of())) {
      port = server.port();
    }
    try (RoleClient client = RoleClient.open("127.0.0.1", port)) {
      assertRefused(ErrorCode.NOT_READY, client.role(ProxyCache.class));
    }
  }

  private static void assertRefused(ErrorCode code, ProxyCache stub) {
    assertThatThrownBy(() -> stub.forget(1))
        .isInstanceOfSatisfying(
            ElanusException.class, error -> assertThat(error.code()).isEqualTo(code));
  }

  @Test
  void deadlinesPassOnThroughTwoCalls() throws Exception {
    var innerHadDeadline = new AtomicReference<Boolean>();
    ProxyCache inner = id -> innerHadDeadline.set(Context.current().getDeadline() != null);
    try (RoleServer innerServer = RoleServer.open("127.0.0.1", 0, List.of(inner));
        RoleClient innerClient = RoleClient.open("127.0.0.1", innerServer.port());
        RoleServer outer =
            RoleServer.open("127.0.0.1", 0, List.of(innerClient.role(ProxyCache.class)));
        RoleClient client = RoleClient.open("127.0.0.1", outer.port());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      // closed, or else the timer lives as long as the deadline
      try (var withDeadline = Context.current().withDeadlineAfter(60, TimeUnit.SECONDS, timer)) {
        withDeadline.run(() -> client.role(ProxyCache.class).forget(1));
      }
      assertThat(innerHadDeadline).hasValue(true);
    }
  }

  @Test
  void aPassedDeadlineIsATimeout() throws Exception {
    var release = new CountDownLatch(1);
    ProxyCache slow =
        id -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        };
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(slow));
        RoleClient client = RoleClient.open("127.0.0.1", server.port());
        ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor()) {
      ElanusException error =
          catchThrowableOfType(
              ElanusException.class,
              () ->
                  Context.current()
                      .withDeadlineAfter(50, TimeUnit.MILLISECONDS, timer)
                      .run(() -> client.role(ProxyCache.class).forget(1)));
      assertThat(error.code()).isIn(ErrorCode.TIMEOUT, ErrorCode.CANCELLED);
      release.countDown();
    }
  }

  @Test
  void aStubIsTheSameForTheSameRoleAndEqualToItselfOnly() {
    try (RoleClient one = RoleClient.open("127.0.0.1", 1);
        RoleClient other = RoleClient.open("127.0.0.1", 1)) {
      DataNode stub = one.role(DataNode.class);
      assertThat(one.role(DataNode.class)).isSameAs(stub).isEqualTo(stub);
      assertThat(other.role(DataNode.class)).isNotEqualTo(stub);
      assertThat(stub).hasToString("DataNode@127.0.0.1:1");
    }
  }

  @Test
  void aPeerThatIsGoneIsKnownToBeWithoutACall() throws InterruptedException {
    ProxyCache cache = collection -> {};
    RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(cache));
    int port = server.port();
    try (RoleClient client = RoleClient.open("127.0.0.1", port)) {
      var told = new LinkedBlockingQueue<Boolean>();
      client.watch(told::add);
      client.role(ProxyCache.class).forget(1);
      assertThat(told).isEmpty();
      server.close();
      assertThat(told.take()).isFalse();
      try (RoleServer again = RoleServer.open("127.0.0.1", port, List.of(cache))) {
        assertThat(told.take()).isTrue();
      }
    }
  }

  @Test
  void whoWasConnectedToIsKnownToBeGoneThoughNobodyCalledIt() throws InterruptedException {
    RoleServer server = RoleServer.open("127.0.0.1", 0, List.of());
    try (RoleClient client = RoleClient.open("127.0.0.1", server.port())) {
      var told = new LinkedBlockingQueue<Boolean>();
      client.watch(told::add);
      client.connect();
      server.close();
      assertThat(told.take()).isFalse();
    }
  }

  @Test
  void aPeerThatSaysNothingMoreIsGivenUpWithTheCallsThatWaitForIt() throws Exception {
    var begun = new CountDownLatch(1);
    var end = new CountDownLatch(1);
    ProxyCache slow =
        id -> {
          begun.countDown();
          awaitUninterruptibly(end);
        };
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(slow));
        Gate gate = Gate.to(server.port());
        RoleClient client = RoleClient.open("127.0.0.1", gate.port(), Trust.ANYBODY, SHORT)) {
      var told = new LinkedBlockingQueue<Boolean>();
      client.watch(told::add);
      ProxyCache stub = client.role(ProxyCache.class);
      var failure = new LinkedBlockingQueue<ElanusException>();
      Thread.startVirtualThread(
          () -> failure.add(catchThrowableOfType(ElanusException.class, () -> stub.forget(1))));
      begun.await();
      gate.shut();
      assertThat(failure.take().code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(told.take()).isFalse();
      assertRefused(ErrorCode.NOT_READY, stub); // and does not wait for a connection
      end.countDown();
      gate.open();
      assertThat(told.take()).isTrue();
      stub.forget(2);
    }
  }

  @Test
  void aPeerThatTakesNoConnectionIsGivenUpOnceAndFoundWhenItDoes() throws Exception {
    ProxyCache cache = id -> {};
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(cache));
        Gate gate = Gate.to(server.port());
        RoleClient client = RoleClient.open("127.0.0.1", gate.port())) {
      gate.shut();
      var told = new LinkedBlockingQueue<Boolean>();
      client.watch(told::add);
      ProxyCache stub = client.role(ProxyCache.class);
      assertRefused(ErrorCode.NOT_READY, stub);
      assertThat(told.take()).isFalse();
      assertRefused(ErrorCode.NOT_READY, stub); // and does not wait
      gate.open();
      assertThat(told.take()).isTrue();
      stub.forget(2);
    }
  }

  @Test
  void aPeerThatTakesItsTimeIsWaitedFor() throws Exception {
    ProxyCache slow =
        id -> {
          try {
            Thread.sleep(2 * (PATIENT.silence().toMillis() + PATIENT.answer().toMillis()));
          } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
          }
        };
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, List.of(slow));
        RoleClient client = RoleClient.open("127.0.0.1", server.port(), Trust.ANYBODY, PATIENT)) {
      client.role(ProxyCache.class).forget(1);
    }
  }
}
