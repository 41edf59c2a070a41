package io.elanus.etcd;

import static io.elanus.etcd.EtcdTests.await;
import static io.elanus.etcd.EtcdTests.bytes;
import static io.elanus.etcd.EtcdTests.committed;
import static io.elanus.etcd.EtcdTests.compact;
import static io.elanus.etcd.EtcdTests.put;
import static io.elanus.etcd.EtcdTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.servers.CuttableProxy;
import io.elanus.servers.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server that is killed or paused, and a way to it that is cut. */
final class EtcdFaultsTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration TTL = Duration.ofSeconds(3);

  @TempDir(factory = MemoryFolder.class)
  Path folder;

  private EtcdServer server;
  private CuttableProxy proxy;

  /** Goes through the proxy. */
  private EtcdMetadataStore far;

  private EtcdMetadataStore near;

  @BeforeEach
  void start() throws Exception {
    server = TestEtcd.start(folder);
    proxy = new CuttableProxy(server.port());
    far = open(endpoint(proxy), Duration.ofSeconds(20));
    near = open(server.endpoint(), Duration.ofSeconds(20));
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      proxy.mend();
      far.close();
      near.close();
      proxy.close();
      server.close();
    }
  }

  private static EtcdMetadataStore open(String endpoint, Duration operation) {
    return EtcdMetadataStore.open(
        EtcdOptions.of(List.of(endpoint), "faults/").within(Duration.ofSeconds(1), operation));
  }

  // ---- commits

  @Test
  void aCommitWhoseAnswerWasLostIsToldAsCommittedAndHappensOnce() throws Exception {
    long before = put(far, "counter", "0");
    var increment =
        Transaction.builder().requireRevision("counter", before).put("counter", bytes("1")).build();
    proxy.loseAnswers();
    var result = CompletableFuture.supplyAsync(() -> far.commit(increment));
    await(SOON, () -> text(near.get("counter").orElseThrow()).equals("1"));
    long revision = near.get("counter").orElseThrow().revision();
    assertThat(result).isNotDone();
    proxy.mend();
    assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(new CommitResult.Committed(revision));
    assertThat(near.get("counter").orElseThrow().revision()).isEqualTo(revision);
  }

  /** The key is overwritten before the store can look: what it wrote is nowhere to be seen. */
  @Test
  void itIsToldAsCommittedThoughItWasOverwrittenMeanwhile() throws Exception {
    put(far, "a", "0");
    proxy.loseAnswers();
    var result =
        CompletableFuture.supplyAsync(
            () -> far.commit(Transaction.builder().put("a", bytes("1")).delete("b").build()));
    await(SOON, () -> text(near.get("a").orElseThrow()).equals("1"));
    long revision = near.get("a").orElseThrow().revision();
    long last = put(near, "a", "2");
    proxy.mend();
    assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(new CommitResult.Committed(revision));
    assertThat(near.get("a")).contains(new Versioned(bytes("2"), last));
  }

  @Test
  void aConflictWhoseAnswerWasLostIsToldAsConflictAndNeverHappens() throws Exception {
    put(far, "warm", "");
    long taken = put(near, "a", "taken");
    proxy.loseAnswers();
    var result =
        CompletableFuture.supplyAsync(() ->
            far.commit(
                Transaction.builder().requireRevision("a", 0).put("a", bytes("mine")).build()));
    Thread.sleep(1_500);
    proxy.mend();
    assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(new CommitResult.Conflict("a"));
    committed(near.commit(Transaction.builder().requireRevision("a", taken).delete("a").build()));
    Thread.sleep(500);
    assertThat(near.get("a")).isEmpty();
  }

  @Test
  void anOutcomeThatCannotBeFoundOutIsSaidToBeUnknown() throws Exception {
    try (var hasty = open(endpoint(proxy), Duration.ofSeconds(2))) {
      put(hasty, "a", "0");
      proxy.loseAnswers();
      var failure = catchThrowableOfType(ElanusException.class, () -> put(hasty, "a", "perhaps"));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(failure.code().retriable()).isTrue();
      assertThat(failure.leading()).isEqualTo("the outcome of a commit to etcd is unknown");
      proxy.mend();
      put(hasty, "a", "afterwards");
      assertThat(text(near.get("a").orElseThrow())).isEqualTo("afterwards");
    }
  }

  @Test
  @Tag("long")
  void withoutAServerEverythingIsUnavailableAndNamesTheEndpoint() throws Exception {
    try (var hasty = open(server.endpoint(), Duration.ofSeconds(2))) {
      put(hasty, "a", "0");
      server.kill();
      for (Runnable operation :
          List.<Runnable>of(
              () -> hasty.get("a"),
              () -> hasty.range(""),
              () -> hasty.watch("", changes -> {}),
              () -> hasty.lease("l", bytes(""), TTL))) {
        var failure = catchThrowableOfType(ElanusException.class, operation::run);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure).hasMessageContaining("[endpoint=" + server.endpoint() + "]");
      }
      var failure = catchThrowableOfType(ElanusException.class, () -> put(hasty, "a", "1"));
      assertThat(failure.leading()).isEqualTo("etcd cannot be reached");
      assertThat(
              catchThrowableOfType(
                      ElanusException.class, () -> open(server.endpoint(), Duration.ofSeconds(1)))
                  .code())
          .isEqualTo(ErrorCode.UNAVAILABLE);
      server.start();
      put(hasty, "a", "2");
    }
  }

  @Test
  @Tag("long")
  void incrementsThroughKillsAndCutsAreCountedOnceEach() throws Exception {
    put(far, "counter", "0");
    var stop = new AtomicBoolean();
    var increments = CompletableFuture.supplyAsync(() -> incrementUntil(stop, far));
    for (int round = 0; round < 2; round++) {
      Thread.sleep(700);
      proxy.loseAnswers();
      Thread.sleep(300);
      proxy.mend();
      Thread.sleep(700);
      server.kill();
      server.start();
    }
    Thread.sleep(500);
    stop.set(true);
    int done = increments.get(60, TimeUnit.SECONDS);
    assertThat(text(near.get("counter").orElseThrow())).isEqualTo(String.valueOf(done));
    assertThat(done).isPositive();
  }

  /** Counts up under conditions; returns how often that was told to have happened. */
  static int incrementUntil(AtomicBoolean stop, EtcdMetadataStore store) {
    int done = 0;
    while (!stop.get()) {
      done += increment(store) ? 1 : 0;
    }
    return done;
  }

  private static boolean increment(EtcdMetadataStore store) {
    Versioned now = store.get("counter").orElseThrow();
    String next = String.valueOf(Integer.parseInt(text(now)) + 1);
    return store.commit(
            Transaction.builder()
                .requireRevision("counter", now.revision())
                .put("counter", bytes(next))
                .build())
        instanceof CommitResult.Committed;
  }

  // ---- watches

  @Test
  void aWatchLosesAndDoublesNothingThroughCutsAndKills() throws Exception {
    var seen = new CopyOnWriteArrayList<Long>();
    far.watch(
        "w/",
        changes ->
            changes.forEach(change -> seen.add(((KeyChange.Put) change).versioned().revision())));
    List<Long> written = new ArrayList<>();
    for (int ordinal = 0; ordinal < 200; ordinal++) {
      written.add(put(near, "w/" + ordinal % 7, "v" + ordinal));
      switch (ordinal) {
        case 40 -> proxy.endConnections();
        case 80 -> {
          server.kill();
          server.start();
        }
        case 120 -> proxy.loseAnswers();
        case 160 -> proxy.mend();
        default -> {}
      }
    }
    await(SOON, () -> seen.size() >= written.size());
    assertThat(seen).isEqualTo(written);
  }

  @Test
  void aWatchComparesWhenWhatItMissedWasCompacted() throws Exception {
    Map<String, String> mirror = new ConcurrentSkipListMap<>();
    put(near, "w/kept", "1");
    put(near, "w/deleted", "1");
    far.range("w/").forEach((key, versioned) -> mirror.put(key, text(versioned)));
    var calls = new CopyOnWriteArrayList<List<KeyChange>>();
    far.watch(
        "w/",
        changes -> {
          calls.add(changes);
          changes.forEach(change -> apply(change, mirror));
        });
    put(near, "w/before", "1");
    await(SOON, () -> mirror.containsKey("w/before"));
    proxy.cut();
    put(near, "w/kept", "2");
    committed(
        near.commit(Transaction.builder().delete("w/deleted").put("w/new", bytes("1")).build()));
    put(near, "w/passing", "1");
    committed(near.commit(Transaction.builder().delete("w/passing").build()));
    put(near, "w/kept", "3");
    compact(server);
    proxy.mend();
    long last = put(near, "w/last", "1");
    await(SOON, () -> mirror.containsKey("w/last"));
    var now = new TreeMap<String, String>();
    near.range("w/").forEach((key, versioned) -> now.put(key, text(versioned)));
    await(SOON, () -> mirror.equals(now));
    assertThat(calls.stream().flatMap(List::stream).filter(change -> change.key().equals("w/last")))
        .containsExactly(new KeyChange.Put("w/last", new Versioned(bytes("1"), last)));
  }

  private static void apply(KeyChange change, Map<String, String> mirror) {
    switch (change) {
      case KeyChange.Put put -> mirror.put(put.key(), text(put.versioned()));
      case KeyChange.Deleted deleted -> mirror.remove(deleted.key());
    }
  }

  // ---- leases

  @Test
  @Tag("long")
  void aHolderThatIsCutOffStopsHoldingBeforeTheNextOneHolds() throws Exception {
    Lease first = far.lease("leader", bytes("far"), TTL);
    Lease second = near.lease("leader", bytes("near"), TTL);
    assertThat(first.held()).isTrue();
    Thread.sleep(TTL.toMillis() + 1_000);
    assertThat(first.held()).as("renewed").isTrue();
    proxy.cut();
    await(
        TTL.plusSeconds(15),
        () -> {
          boolean secondHolds = second.held();
          assertThat(secondHolds && first.held()).as("both hold").isFalse();
          return secondHolds;
        });
    assertThat(text(near.get("leader").orElseThrow())).isEqualTo("near");
    proxy.mend();
    Thread.sleep(2_000);
    assertThat(first.held()).isFalse();
    assertThat(second.held()).isTrue();
    first.close();
    assertThat(second.held()).isTrue();
  }

  @Test
  void aHolderThatIsKilledIsFollowedWithinItsTime() throws Exception {
    Process holder = LeaseHolder.start(server.endpoint(), "faults/", "leader", TTL);
    try (var said = holder.inputReader()) {
      LeaseHolder.awaitHeld(said);
      Lease next = near.lease("leader", bytes("near"), TTL);
      assertThat(next.held()).isFalse();
      holder.destroyForcibly();
      await(TTL.plusSeconds(3), next::held);
      assertThat(text(near.get("leader").orElseThrow())).isEqualTo("near");
    } finally {
      holder.destroyForcibly();
    }
  }

  /** What it said last before the pause may be heard after it. */
  @Test
  @Tag("long")
  void aHolderThatWasPausedDoesNotBelieveItHoldsWhenItWakes() throws Exception {
    Process holder = LeaseHolder.start(server.endpoint(), "faults/", "leader", TTL);
    try (var said = holder.inputReader()) {
      LeaseHolder.awaitHeld(said);
      Lease next = near.lease("leader", bytes("near"), TTL);
      signal("-STOP", holder);
      await(TTL.plusSeconds(3), next::held);
      while (said.ready()) {
        said.readLine();
      }
      signal("-CONT", holder);
      said.readLine();
      for (int lines = 0; lines < 200; lines++) {
        assertThat(said.readLine()).isEqualTo("false");
      }
      assertThat(next.held()).isTrue();
    } finally {
      holder.destroyForcibly();
    }
  }

  @Test
  @Tag("long")
  void whileTheServerIsPausedNobodyHoldsLongerThanItsTime() throws Exception {
    Lease lease = near.lease("leader", bytes("near"), TTL);
    long revision = near.get("leader").orElseThrow().revision();
    server.pause();
    long paused = System.nanoTime();
    await(TTL.plusSeconds(5), () -> !lease.held());
    assertThat(Duration.ofNanos(System.nanoTime() - paused))
        .isLessThanOrEqualTo(TTL.plusSeconds(2));
    server.resume();
    await(SOON, () -> lease.held() || near.get("leader").isEmpty());
    if (lease.held()) {
      assertThat(near.get("leader").orElseThrow().revision()).isEqualTo(revision);
    }
  }

  @Test
  @Tag("long")
  void aWaiterThatWasForgottenQueuesAgain() throws Exception {
    Lease first = near.lease("leader", bytes("near"), Duration.ofSeconds(60));
    Lease second = far.lease("leader", bytes("far"), TTL);
    proxy.cut();
    Thread.sleep(TTL.toMillis() + 4_000);
    proxy.mend();
    Thread.sleep(3_000);
    assertThat(second.held()).isFalse();
    first.close();
    await(SOON, second::held);
  }

  @Test
  void aHoldOutlivesARestartOfTheServer() throws Exception {
    Lease lease = near.lease("leader", bytes("near"), Duration.ofSeconds(10));
    long revision = near.get("leader").orElseThrow().revision();
    server.kill();
    server.start();
    assertThat(near.get("leader").orElseThrow().revision()).isEqualTo(revision);
    assertThat(lease.held()).isTrue();
  }

  private static String endpoint(CuttableProxy proxy) {
    return "127.0.0.1:" + proxy.port();
  }

  private static void signal(String name, Process process) throws Exception {
    int status = new ProcessBuilder("kill", name, Long.toString(process.pid())).start().waitFor();
    assertThat(status).isZero();
  }
}
