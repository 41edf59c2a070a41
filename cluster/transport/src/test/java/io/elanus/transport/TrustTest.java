package io.elanus.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.roles.ProxyCache;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may call whom, on real sockets. */
final class TrustTest {
  private static final String WORDS = "correct horse battery staple";
  private static final Trust SECRET = Trust.in(ClusterSecret.of(WORDS));
  private static final Trust OTHER_SECRET = Trust.in(ClusterSecret.of("another horse, 16 bytes"));

  @TempDir static Path folder;

  private static Certificates certificates;
  private static Certificates ofAnother;

  /** Counts the calls that came through. */
  private static final class Called implements ProxyCache {
    private int calls;

    @Override
    public void forget(long collection) {
      calls++;
    }
  }

  @BeforeAll
  static void makeCertificates() {
    certificates = TestCertificates.selfSigned(folder, "ours", "127.0.0.1");
    ofAnother = TestCertificates.selfSigned(folder, "another", "127.0.0.1");
  }

  private static Trust tls(Trust trust) {
    return trust.with(certificates);
  }

  @Test
  void thoseWhoHaveTheSameUnderstandEachOther() {
    for (Trust trust :
        List.of(Trust.ANYBODY, SECRET, tls(Trust.ANYBODY), tls(SECRET), tls(OTHER_SECRET))) {
      var called = new Called();
      try (RoleServer server = RoleServer.open("127.0.0.1", 0, trust, List.of(called));
          RoleClient client = RoleClient.open("127.0.0.1", server.port(), trust)) {
        client.role(ProxyCache.class).forget(1);
        client.role(ProxyCache.class).forget(2);
        assertThat(called.calls).isEqualTo(2);
        assertThat(server.refusedPeers()).isZero();
      }
    }
  }

  @Test
  void aPeerWithoutTheSecretIsRefused() {
    assertRefused(SECRET, Trust.ANYBODY, "has a secret (cluster.secret), and the caller has none");
    assertRefused(tls(SECRET), tls(Trust.ANYBODY), "and the caller has none");
  }

  @Test
  void aPeerWithAnotherSecretIsRefused() {
    assertRefused(
        SECRET, OTHER_SECRET, "the caller's secret (cluster.secret) is not the cluster's");
    assertRefused(tls(SECRET), tls(OTHER_SECRET), "is not the cluster's");
  }

  @Test
  void aSecretOnTheCallersSideAloneIsRefused() {
    assertRefused(Trust.ANYBODY, SECRET, "the caller has a secret (cluster.secret), and this one");
  }

  @Test
  void tlsOnOneSideAloneIsRefused() {
    assertRefused(tls(SECRET), SECRET, "speak TLS, and the caller does not");
    assertRefused(tls(Trust.ANYBODY), Trust.ANYBODY, "speak TLS, and the caller does not");
    assertRefused(SECRET, tls(SECRET), "TLS with the peer failed");
  }

  @Test
  void certificatesOfAnotherAuthorityAreRefusedByBothSides() {
    Trust stranger = SECRET.with(ofAnother);
    assertRefused(tls(SECRET), stranger, "TLS with the peer failed");
    // The caller would accept the server here; the server does not accept the caller.
    Trust caller =
        SECRET.with(
            new Certificates(ofAnother.certificate(), ofAnother.key(), certificates.authority()));
    assertRefused(tls(SECRET), caller, "TLS with the peer failed");
  }

  @Test
  void aCertificateMustNameTheHost() {
    Trust elsewhere = SECRET.with(TestCertificates.selfSigned(folder, "elsewhere", "elsewhere"));
    assertRefused(elsewhere, elsewhere, "TLS with the peer failed");
  }

  private static void assertRefused(Trust ofServer, Trust ofClient, String why) {
    var called = new Called();
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, ofServer, List.of(called));
        RoleClient client = RoleClient.open("127.0.0.1", server.port(), ofClient)) {
      List<String> told = new CopyOnWriteArrayList<>();
      ElanusException refused =
          listening(
              told,
              () -> {
                ElanusException failure = failure(client);
                awaitRefusal(server);
                return failure;
              });
      assertThat(refused.code()).as(refused.getMessage()).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
      assertThat(refused.getMessage())
          .contains(why)
          .contains("127.0.0.1:" + server.port())
          .doesNotContain(WORDS);
      assertThat(called.calls).isZero();
      assertThat(server.refusedPeers()).isPositive();
      assertThat(told)
          .anySatisfy(line -> assertThat(line).contains("a peer was refused").contains("127.0.0.1"))
          .noneSatisfy(line -> assertThat(line).contains(WORDS));
    }
  }

  /** Who refuses first may be the caller; the server hears of it a moment later. */
  private static void awaitRefusal(RoleServer server) {
    for (int i = 0; i < 500 && server.refusedPeers() == 0; i++) {
      LockSupport.parkNanos(10_000_000);
    }
    LockSupport.parkNanos(10_000_000); // the line is written after it was counted
  }

  private static ElanusException failure(RoleClient client) {
    return catchThrowableOfType(
        ElanusException.class, () -> client.role(ProxyCache.class).forget(1));
  }

  private interface Doing {
    ElanusException run();
  }

  private static ElanusException listening(List<String> told, Doing doing) {
    Logger logger = Logger.getLogger(Refusals.class.getName());
    var formatter = new SimpleFormatter();
    Handler listener =
        new Handler() {
          @Override
          public void publish(LogRecord line) {
            told.add(formatter.formatMessage(line));
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.addHandler(listener);
    try {
      return doing.run();
    } finally {
      logger.removeHandler(listener);
    }
  }

  @Test
  void theSecretIsNotOnTheWireAndWhatWasRecordedOpensNothing() throws IOException {
    var called = new Called();
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, SECRET, List.of(called));
        var eavesdropper = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RoleClient client = RoleClient.open("127.0.0.1", eavesdropper.getLocalPort(), SECRET)) {
      var sent = new ByteArrayOutputStream();
      Thread forwarding =
          Thread.ofPlatform().start(() -> forward(eavesdropper, server.port(), sent));
      client.role(ProxyCache.class).forget(1);
      assertThat(called.calls).isEqualTo(1);
      byte[] recorded = sent.toByteArray();
      assertThat(new String(recorded, StandardCharsets.ISO_8859_1))
          .startsWith("ELANUS")
          .doesNotContain(WORDS);
      assertThat(replay(server.port(), recorded)).contains("is not the cluster's");
      assertThat(server.refusedPeers()).isEqualTo(1);
      client.abort();
      forwarding.interrupt();
    }
    assertThat(called.calls).isEqualTo(1);
  }

  /** One connection, both ways, until either side ends it. */
  private static void forward(ServerSocket listening, int port, ByteArrayOutputStream sent) {
    try (Socket caller = listening.accept();
        Socket server = new Socket("127.0.0.1", port)) {
      Thread back =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  server.getInputStream().transferTo(caller.getOutputStream());
                } catch (IOException ended) {
                  // as it should, with the test
                }
              });
      InputStream in = caller.getInputStream();
      byte[] buffer = new byte[4096];
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        sent.write(buffer, 0, read);
        server.getOutputStream().write(buffer, 0, read);
      }
      server.close();
      back.join();
    } catch (IOException | InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  private static String replay(int port, byte[] recorded) throws IOException {
    int greeting = Greeting.MAGIC.length + 1 + Greeting.NONCE_BYTES;
    try (Socket again = new Socket("127.0.0.1", port)) {
      OutputStream out = again.getOutputStream();
      out.write(recorded, 0, greeting);
      byte[] asked = again.getInputStream().readNBytes(1 + Greeting.NONCE_BYTES);
      assertThat(asked[0]).isEqualTo(Greeting.GO);
      out.write(Arrays.copyOfRange(recorded, greeting, greeting + ClusterSecret.PROOF_BYTES));
      return new String(again.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  /** A server that does not know the secret cannot pass for one: it gets no call to read. */
  @Test
  void aServerThatOnlySaysYesIsNotCalled() throws IOException {
    try (var pretender = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        RoleClient client = RoleClient.open("127.0.0.1", pretender.getLocalPort(), SECRET)) {
      var received = new ByteArrayOutputStream();
      Thread.ofPlatform().start(() -> pretend(pretender, received));
      assertThat(failure(client).getMessage()).contains("the peer's secret");
      assertThat(received.size())
          .isEqualTo(Greeting.MAGIC.length + 1 + Greeting.NONCE_BYTES + ClusterSecret.PROOF_BYTES);
    }
  }

  private static void pretend(ServerSocket listening, ByteArrayOutputStream received) {
    try (Socket caller = listening.accept()) {
      byte[] yes = new byte[1 + Greeting.NONCE_BYTES];
      yes[0] = Greeting.GO;
      received.write(
          caller.getInputStream().readNBytes(Greeting.MAGIC.length + 1 + Greeting.NONCE_BYTES));
      caller.getOutputStream().write(yes);
      received.write(caller.getInputStream().readNBytes(ClusterSecret.PROOF_BYTES));
      caller.getOutputStream().write(yes);
      caller.getInputStream().transferTo(received);
    } catch (IOException ended) {
      // as it should
    }
  }

  @Test
  void aShortSecretIsRefusedWithoutBeingRepeated() {
    assertThatThrownBy(() -> ClusterSecret.of("hunter2"))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("needs 16")
        .hasMessageNotContaining("hunter2");
    assertThat(SECRET.toString()).doesNotContain(WORDS);
  }

  @Test
  void certificatesThatCannotBeReadAreNamed() {
    Trust missing =
        new Trust(
            Optional.empty(),
            Optional.of(
                new Certificates(
                    folder.resolve("none.crt"), certificates.key(), certificates.authority())));
    assertThatThrownBy(() -> RoleServer.open("127.0.0.1", 0, missing, List.of()))
        .isInstanceOf(ElanusException.class)
        .hasMessageContaining("none.crt");
  }

  @Test
  void newCertificatesAreReadWithoutARestart() throws IOException {
    Path own = Files.createDirectory(folder.resolve("renewed"));
    Certificates files =
        new Certificates(own.resolve("crt"), own.resolve("key"), own.resolve("ca"));
    put(certificates, files, Instant.EPOCH);
    var called = new Called();
    try (RoleServer server = RoleServer.open("127.0.0.1", 0, SECRET.with(files), List.of(called))) {
      put(ofAnother, files, Instant.EPOCH.plusSeconds(60));
      try (RoleClient client =
          RoleClient.open("127.0.0.1", server.port(), SECRET.with(ofAnother))) {
        client.role(ProxyCache.class).forget(1);
      }
    }
    assertThat(called.calls).isEqualTo(1);
  }

  private static void put(Certificates from, Certificates to, Instant written) throws IOException {
    List<Path> sources = List.of(from.certificate(), from.key(), from.authority());
    List<Path> targets = List.of(to.certificate(), to.key(), to.authority());
    for (int i = 0; i < targets.size(); i++) {
      Files.write(targets.get(i), Files.readAllBytes(sources.get(i)));
      Files.setLastModifiedTime(targets.get(i), FileTime.from(written));
    }
  }
}
