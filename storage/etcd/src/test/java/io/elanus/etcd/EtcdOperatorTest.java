package io.elanus.etcd;

import static io.elanus.etcd.EtcdTests.ask;
import static io.elanus.etcd.EtcdTests.await;
import static io.elanus.etcd.EtcdTests.bytes;
import static io.elanus.etcd.EtcdTests.put;
import static io.elanus.etcd.EtcdTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.abort;

import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.servers.EtcdServer;
import io.etcd.jetcd.api.AuthEnableRequest;
import io.etcd.jetcd.api.AuthGrpc;
import io.etcd.jetcd.api.AuthRoleAddRequest;
import io.etcd.jetcd.api.AuthUserAddRequest;
import io.etcd.jetcd.api.AuthUserGrantRoleRequest;
import io.etcd.jetcd.api.MaintenanceGrpc;
import io.etcd.jetcd.api.StatusRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator of etcd does and sees: members, users, quotas, options. */
@Tag("long")
final class EtcdOperatorTest {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  @Test
  void aClusterWhoseLeaderIsKilledLosesNoCommitWatchOrLease() throws Exception {
    withoutLeader(EtcdServer::kill);
  }

  /** It goes on accepting connections, which nobody serves. */
  @Test
  void aClusterWhoseLeaderIsPausedLosesNoCommitWatchOrLease() throws Exception {
    withoutLeader(EtcdServer::pause);
  }

  private interface Fault {
    void strike(EtcdServer server) throws Exception;
  }

  private void withoutLeader(Fault fault) throws Exception {
    List<EtcdServer> members = TestEtcd.startCluster(folder, 3);
    List<String> endpoints = members.stream().map(EtcdServer::endpoint).toList();
    var options =
        EtcdOptions.of(endpoints, "").within(Duration.ofSeconds(1), Duration.ofSeconds(30));
    try (var store = EtcdMetadataStore.open(options);
        var other = EtcdMetadataStore.open(options)) {
      var seen = new CopyOnWriteArrayList<Integer>();
      put(store, "counter", "0");
      other.watch(
          "counter",
          changes ->
              changes.forEach(
                  change -> seen.add(Integer.valueOf(text(((KeyChange.Put) change).versioned())))));
      Lease lease = store.lease("leader", bytes(""), Duration.ofSeconds(15));
      var stop = new AtomicBoolean();
      var increments =
          CompletableFuture.supplyAsync(() -> EtcdFaultsTest.incrementUntil(stop, store));
      Thread.sleep(1_500);
      EtcdServer leader = leader(members);
      fault.strike(leader);
      Thread.sleep(4_000);
      stop.set(true);
      int done = increments.get(60, TimeUnit.SECONDS);
      assertThat(text(other.get("counter").orElseThrow())).isEqualTo(String.valueOf(done));
      await(SOON, () -> seen.size() >= done);
      assertThat(seen).hasSize(done).isSorted().doesNotHaveDuplicates();
      assertThat(lease.held()).isTrue();
    } finally {
      for (EtcdServer member : members) {
        member.kill();
      }
    }
  }

  private static EtcdServer leader(List<EtcdServer> members) throws Exception {
    for (EtcdServer member : members) {
      boolean leads =
          ask(
              member,
              channel -> {
                var status =
                    MaintenanceGrpc.newBlockingV2Stub(channel)
                        .status(StatusRequest.getDefaultInstance());
                return status.getLeader() == status.getHeader().getMemberId();
              });
      if (leads) {
        return member;
      }
    }
    throw new IllegalStateException("nobody leads");
  }

  @Test
  void usersAreAskedForTheirPasswordWhichIsNeverTold() throws Exception {
    String password = "open sesame 4711";
    var logged = new ConcurrentLinkedQueue<String>();
    Handler listening = new Listening(logged);
    Logger.getLogger("").addHandler(listening);
    Level before = Logger.getLogger("").getLevel();
    Logger.getLogger("").setLevel(Level.ALL);
    try (EtcdServer server = TestEtcd.start(folder)) {
      requireUsers(server, password);
      var nobody =
          EtcdOptions.of(List.of(server.endpoint()), "")
              .within(Duration.ofSeconds(1), Duration.ofSeconds(2));
      var wrong = nobody.as(new EtcdOptions.User("root", password + "!"));
      var right = nobody.as(new EtcdOptions.User("root", password));
      for (EtcdOptions refused : List.of(nobody, wrong)) {
        var failure =
            catchThrowableOfType(ElanusException.class, () -> EtcdMetadataStore.open(refused));
        assertThat(failure.code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED);
        assertThat(failure.getMessage()).doesNotContain(password);
      }
      try (var store = EtcdMetadataStore.open(right)) {
        var seen = new CopyOnWriteArrayList<KeyChange>();
        store.watch("", seen::addAll);
        put(store, "a", "1");
        assertThat(store.lease("l", bytes(""), Duration.ofSeconds(5)).held()).isTrue();
        await(SOON, () -> seen.size() == 2);
        server.kill();
        server.start(); // forgets its tokens
        put(store, "a", "2");
        await(SOON, () -> seen.size() >= 3);
        assertThat(right.toString()).contains("root").doesNotContain(password);
      }
    } finally {
      Logger.getLogger("").setLevel(before);
      Logger.getLogger("").removeHandler(listening);
    }
    assertThat(logged).isNotEmpty().noneMatch(line -> line.contains(password));
  }

  /** Keeps every line that is logged. */
  private static final class Listening extends Handler {
    private final ConcurrentLinkedQueue<String> lines;

    Listening(ConcurrentLinkedQueue<String> lines) {
      this.lines = lines;
      setLevel(Level.ALL);
    }

    @Override
    public void publish(LogRecord logRecord) {
      lines.add(new SimpleFormatter().format(logRecord));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  private static void requireUsers(EtcdServer server, String password) throws Exception {
    ask(
        server,
        channel -> {
          var auth = AuthGrpc.newBlockingV2Stub(channel);
          auth.userAdd(
              AuthUserAddRequest.newBuilder().setName("root").setPassword(password).build());
          auth.roleAdd(AuthRoleAddRequest.newBuilder().setName("root").build());
          auth.userGrantRole(
              AuthUserGrantRoleRequest.newBuilder().setUser("root").setRole("root").build());
          return auth.authEnable(AuthEnableRequest.getDefaultInstance());
        });
  }

  @Test
  void connectionsMayBeSecuredInBothDirections() throws Exception {
    Path certificate = folder.resolve("certificate.pem");
    Path key = folder.resolve("key.pem");
    makeCertificate(certificate, key);
    var own =
        new EtcdOptions.Tls(Optional.of(certificate), Optional.of(certificate), Optional.of(key));
    var anonymous =
        new EtcdOptions.Tls(Optional.of(certificate), Optional.empty(), Optional.empty());
    var suspicious = new EtcdOptions.Tls(Optional.empty(), Optional.empty(), Optional.empty());
    try (EtcdServer server = TestEtcd.startSecured(folder, certificate, key, certificate)) {
      var plain =
          EtcdOptions.of(List.of(server.endpoint()), "")
              .within(Duration.ofSeconds(1), Duration.ofSeconds(2));
      try (var store = EtcdMetadataStore.open(plain.over(own))) {
        put(store, "a", "1");
        assertThat(store.get("a").map(EtcdTests::text)).contains("1");
      }
      for (EtcdOptions refused : List.of(plain, plain.over(anonymous), plain.over(suspicious))) {
        var failure =
            catchThrowableOfType(ElanusException.class, () -> EtcdMetadataStore.open(refused));
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      }
    }
  }

  /** For the loopback, signed by itself. */
  private static void makeCertificate(Path certificate, Path key) throws Exception {
    var command =
        "openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test"
            + " -addext subjectAltName=IP:127.0.0.1 -keyout %s -out %s";
    try {
      Process made =
          new ProcessBuilder(command.formatted(key, certificate).split(" "))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      assertThat(made.waitFor()).isZero();
    } catch (IOException missing) {
      abort("skipped, there is no openssl to make a certificate");
    }
  }

  @Test
  void aServerWithoutSpaceRefusesCommitsAndGoesOnReading() throws Exception {
    try (EtcdServer server =
            TestEtcd.start(folder, "--quota-backend-bytes", String.valueOf(4 << 20));
        var store = EtcdMetadataStore.open(EtcdOptions.of(List.of(server.endpoint()), ""))) {
      put(store, "a", "1");
      List<ElanusException> refused = new ArrayList<>();
      for (int ordinal = 0; ordinal < 40 && refused.isEmpty(); ordinal++) {
        try {
          put(store, "large", "x".repeat(500_000));
        } catch (ElanusException full) {
          refused.add(full);
        }
      }
      assertThat(refused).hasSize(1);
      assertThat(refused.getFirst().code()).isEqualTo(ErrorCode.DISK_LIMIT);
      assertThat(store.get("a").map(EtcdTests::text)).contains("1");
      assertThat(store.range("")).hasSize(2);
    }
  }

  @Test
  void optionsAreChecked() {
    for (List<String> endpoints :
        List.of(List.<String>of(), List.of("http://host:2379"), List.of("host"))) {
      assertThatThrownBy(() -> EtcdOptions.of(endpoints, "")).isInstanceOf(ElanusException.class);
    }
    assertThatThrownBy(() -> EtcdOptions.of(List.of("host:1"), "ä"))
        .isInstanceOf(ElanusException.class);
    assertThatThrownBy(() ->
            EtcdOptions.of(List.of("host:1"), "")
                .within(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(ElanusException.class);
    assertThatThrownBy(
            () -> new EtcdOptions.Tls(Optional.empty(), Optional.of(folder), Optional.empty()))
        .isInstanceOf(ElanusException.class);
    assertThat(EtcdOptions.of(List.of("[::1]:2379", "host:2379"), "elanus/").endpoints())
        .hasSize(2);
  }
}
