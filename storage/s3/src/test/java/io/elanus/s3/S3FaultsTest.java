package io.elanus.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.objects.ObjectStore;
import io.elanus.objects.ObjectWriter;
import io.elanus.s3.FaultyProxy.Fault;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.servers.S3Server;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** F26: a server that fails, answers in part or not at all, and goes away. */
final class S3FaultsTest {
  private static final Duration DEADLINE = Duration.ofSeconds(20);
  private static final Duration STALL = Duration.ofSeconds(1);

  @TempDir static Path folder;
  private static S3Server server;

  private final String prefix = "faults-" + UUID.randomUUID() + "/";

  @BeforeAll
  static void startServer() throws Exception {
    server = TestS3.start(folder);
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private S3Options options() {
    return TestS3.options(server).withPrefix(prefix).withPatience(DEADLINE, STALL);
  }

  /** A store behind a proxy that is harmless until the store is open. */
  private final class Behind implements AutoCloseable {
    private final AtomicBoolean begun = new AtomicBoolean();
    private final FaultyProxy proxy;
    private final ObjectStore store;

    Behind(Function<String, Fault> plan) throws Exception {
      proxy =
          new FaultyProxy(server.port(), request -> begun.get() ? plan.apply(request) : Fault.NONE);
      store = S3ObjectStore.open(options().withEndpoint(proxy.endpoint()));
      begun.set(true);
    }

    @Override
    public void close() throws Exception {
      store.close();
      proxy.close();
    }
  }

  private static boolean put(ObjectStore store, String key, byte[] bytes) {
    try (ObjectWriter writer = store.create(key)) {
      writer.write(ByteBuffer.wrap(bytes));
      return writer.commit();
    }
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static Random seeded() {
    long seed = new Random().nextLong();
    System.out.println("S3FaultsTest seed " + seed);
    return new Random(seed);
  }

  /** Two requests of five fail in one of six ways. */
  private static Function<String, Fault> chaos(Random random) {
    List<Fault> harm = new ArrayList<>();
    Collections.addAll(
        harm,
        Fault.SLOW_DOWN,
        Fault.SLOW_DOWN,
        Fault.INTERNAL_ERROR,
        Fault.RESET,
        Fault.CUT,
        Fault.LOST);
    return request -> {
      synchronized (random) {
        int drawn = random.nextInt(100);
        return drawn == 0
            ? Fault.STALL
            : drawn < 40 ? harm.get(random.nextInt(harm.size())) : Fault.NONE;
      }
    };
  }

  @Test
  @Tag("long")
  void readsAreRightWhateverTheServerDoes(@TempDir Path copies) throws Exception {
    Random random = seeded();
    byte[] whole = S3Contract.random(1_000_000, 3);
    byte[] large = S3Contract.random(30_000_000, 4);
    try (var behind = new Behind(chaos(random));
        ObjectStore direct = S3ObjectStore.open(options())) {
      put(direct, "object", whole);
      put(direct, "large", large);
      for (int i = 0; i < 60; i++) {
        int offset = random.nextInt(whole.length);
        int length = random.nextInt(whole.length - offset);
        assertThat(behind.store.read("object", offset, length))
            .isEqualTo(ByteBuffer.wrap(whole, offset, length));
        assertThat(behind.store.size("object")).isEqualTo(whole.length);
        assertThat(behind.store.exists("none")).isFalse();
      }
      behind.store.copyTo("large", copies.resolve("large"));
      assertThat(copies.resolve("large")).hasBinaryContent(large);
      assertThat(behind.store.list("")).hasSize(2);
      assertThat(behind.proxy.faults()).isGreaterThan(50);
    }
  }

  @Test
  void aCommitWhoseAnswerWasLostKnowsItsOwnObject() throws Exception {
    var once = new AtomicBoolean(true);
    Function<String, Fault> losesOne =
        request ->
            (request.startsWith("PUT") && !request.contains("partNumber")
                        || request.startsWith("POST") && request.contains("uploadId="))
                    && once.compareAndSet(true, false)
                ? Fault.LOST
                : Fault.NONE;
    byte[] large = S3Contract.random(10 << 20, 5);
    try (var behind = new Behind(losesOne)) {
      assertThat(put(behind.store, "small", text("mine"))).isTrue();
      assertThat(once).isFalse();
      once.set(true);
      assertThat(put(behind.store, "large", large)).isTrue();
      assertThat(once).isFalse();
      once.set(true);
      assertThat(put(behind.store, "small", text("later"))).isFalse();
      once.set(true);
      assertThat(put(behind.store, "large", text("later"))).isFalse();
      assertThat(behind.store.read("large", 0, large.length)).isEqualTo(ByteBuffer.wrap(large));
      assertThat(behind.store.read("small", 0, 4)).isEqualTo(ByteBuffer.wrap(text("mine")));
    }
  }

  @Test
  void commitsTellTheTruthWhateverTheServerDoes() throws Exception {
    int keys = 12;
    Map<String, List<String>> won = new TreeMap<>();
    Map<String, List<String>> unclear = new TreeMap<>();
    try (var behind = new Behind(chaos(seeded()));
        ObjectStore direct = S3ObjectStore.open(options())) {
      List<Future<?>> ends = new ArrayList<>();
      try (var threads = Executors.newFixedThreadPool(4)) {
        for (int writer = 0; writer < 4; writer++) {
          String text = "writer " + writer;
          ends.add(
              threads.submit(() -> {
                for (int key = 0; key < keys; key++) {
                  commit(behind.store, "key" + key, text, won, unclear);
                }
              }));
        }
      }
      for (Future<?> end : ends) {
        end.get();
      }
      for (int i = 0; i < keys; i++) {
        String key = "key" + i;
        List<String> winners = won.getOrDefault(key, List.of());
        assertThat(winners.size()).as(key).isLessThanOrEqualTo(1);
        String there =
            StandardCharsets.UTF_8.decode(direct.read(key, 0, (int) direct.size(key))).toString();
        assertThat(winners.isEmpty() ? unclear.get(key) : winners).as(key).contains(there);
      }
      assertThat(behind.proxy.faults()).isGreaterThan(20);
    }
  }

  private static void commit(
      ObjectStore store,
      String key,
      String text,
      Map<String, List<String>> won,
      Map<String, List<String>> unclear) {
    boolean mine = false;
    boolean failed = false;
    try {
      mine = put(store, key, text(text));
    } catch (ElanusException failure) {
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(failure.getMessage()).contains(key);
      failed = true;
    }
    synchronized (won) {
      if (mine) {
        won.computeIfAbsent(key, first -> new ArrayList<>()).add(text);
      }
      if (failed) {
        unclear.computeIfAbsent(key, first -> new ArrayList<>()).add(text);
      }
    }
  }

  @Test
  void uploadsByPartsTellTheTruthWhateverTheServerDoes() throws Exception {
    byte[] large = S3Contract.random(20 << 20, 7);
    try (var behind = new Behind(chaos(seeded()));
        ObjectStore direct = S3ObjectStore.open(options())) {
      for (int i = 0; i < 4; i++) {
        assertThat(put(behind.store, "large" + i, large)).isTrue();
        assertThat(put(behind.store, "large" + i, text("later"))).isFalse();
        assertThat(direct.read("large" + i, 0, large.length)).isEqualTo(ByteBuffer.wrap(large));
      }
      assertThat(put(behind.store, "empty", new byte[0])).isTrue();
      assertThat(put(behind.store, "empty", large)).isFalse();
    }
  }

  @Test
  @Tag("long")
  void anUploadGoesOnWhenTheServerComesBack() throws Exception {
    byte[] large = S3Contract.random(40 << 20, 6);
    try (ObjectStore store =
            S3ObjectStore.open(
                TestS3.options(server)
                    .withPrefix(prefix)
                    .withPatience(Duration.ofSeconds(60), STALL));
        ObjectWriter writer = store.create("large")) {
      writer.write(ByteBuffer.wrap(large, 0, 20 << 20));
      server.kill();
      Thread back =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  Thread.sleep(500);
                  server.start();
                } catch (Exception failure) {
                  throw new IllegalStateException(failure);
                }
              });
      writer.write(ByteBuffer.wrap(large, 20 << 20, 20 << 20));
      assertThat(writer.commit()).isTrue();
      back.join();
      assertThat(store.read("large", 0, large.length)).isEqualTo(ByteBuffer.wrap(large));
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsUnavailableAndSaysWhich() throws Exception {
    Duration shortly = Duration.ofSeconds(2);
    try (ObjectStore store =
        S3ObjectStore.open(
            TestS3.options(server).withPrefix(prefix).withPatience(shortly, STALL))) {
      put(store, "object", text("there"));
      server.pause();
      try {
        assertThatThrownBy(() -> store.read("object", 0, 5))
            .isInstanceOfSatisfying(
                ElanusException.class,
                failure -> {
                  assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
                  assertThat(failure.code().retriable()).isTrue();
                  assertThat(failure.getMessage()).contains("object", server.endpoint());
                });
      } finally {
        server.resume();
      }
      assertThat(store.read("object", 0, 5)).isEqualTo(ByteBuffer.wrap(text("there")));
    }
  }

  @Test
  void aServerThatOverwritesIsRefused() throws Exception {
    try (var proxy =
        new FaultyProxy(
            server.port(), request -> request.startsWith("PUT") ? Fault.AGREE : Fault.NONE)) {
      assertThatThrownBy(() -> S3ObjectStore.open(options().withEndpoint(proxy.endpoint())))
          .isInstanceOf(ElanusException.class)
          .hasMessageContaining("conditional.writes=false");
    }
  }

  @Test
  void wrongCredentialsAreNamedAndNoSecretIsTold() throws Exception {
    String secret = "top-secret-" + UUID.randomUUID();
    var session = new S3Credentials("elanus", secret, Optional.of("session-" + secret));
    assertThat(session.toString()).doesNotContain(secret);
    var wrong = new S3Credentials("elanus", secret, Optional.empty());
    assertThat(options().withCredentials(wrong).toString()).doesNotContain(secret);
    var told = new StringBuffer();
    try (var listening = new Listening(told)) {
      assertThatThrownBy(() -> S3ObjectStore.open(options().withCredentials(wrong)))
          .isInstanceOfSatisfying(
              ElanusException.class,
              failure -> {
                assertThat(failure.getMessage())
                    .startsWith("object store refuses access; look at its credentials");
                StringWriter trace = new StringWriter();
                failure.printStackTrace(new PrintWriter(trace));
                told.append(trace);
              });
      try (ObjectStore store = S3ObjectStore.open(options())) {
        put(store, "object", text("there"));
      }
    }
    assertThat(told.toString())
        .contains("/" + S3Server.BUCKET + "/" + prefix)
        .doesNotContain(secret)
        .doesNotContain(TestS3.CREDENTIALS.secretAccessKey());
  }

  @Test
  void aBucketThatIsNotThereIsNamed() {
    S3Options none =
        S3Options.ofBucket("no-such-bucket")
            .withEndpoint(URI.create(server.endpoint()))
            .withCredentials(TestS3.CREDENTIALS);
    assertThatThrownBy(() -> S3ObjectStore.open(none))
        .isInstanceOf(ElanusException.class)
        .hasMessageStartingWith("object store has no such bucket")
        .hasMessageContaining("no-such-bucket");
  }

  /** Everything that is logged, of all loggers and levels. */
  private static final class Listening extends Handler implements AutoCloseable {
    private final StringBuffer told;
    private final Logger root = Logger.getLogger("");
    private final Level before = root.getLevel();

    Listening(StringBuffer told) {
      this.told = told;
      root.setLevel(Level.ALL);
      root.addHandler(this);
    }

    @Override
    public void publish(LogRecord record) {
      told.append(record.getLoggerName()).append(' ').append(record.getMessage()).append('\n');
      if (record.getParameters() != null) {
        for (Object parameter : record.getParameters()) {
          told.append(parameter).append('\n');
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
      root.removeHandler(this);
      root.setLevel(before);
    }
  }
}
