package io.elanus.jdbc;

import static io.elanus.jdbc.JdbcTests.await;
import static io.elanus.jdbc.JdbcTests.bytes;
import static io.elanus.jdbc.JdbcTests.committed;
import static io.elanus.jdbc.JdbcTests.put;
import static io.elanus.jdbc.JdbcTests.text;
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
import io.elanus.servers.SqlServer;
import java.sql.Connection;
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

/** A server that is killed or paused, and a way to it that is cut. */
abstract class JdbcFaults {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final Duration TTL = Duration.ofMillis(900);

  private final String space = TestDatabase.newSpace();
  private SqlServer server;
  private CuttableProxy proxy;

  /** Goes through the proxy. */
  private JdbcMetadataStore far;

  private JdbcMetadataStore near;

  abstract TestDatabase database();

  @BeforeEach
  final void start() throws Exception {
    server = database().get();
    proxy = new CuttableProxy(server.port());
    near = open(server.url(), Duration.ofSeconds(20));
    far = open(farUrl(), Duration.ofSeconds(20));
  }

  /** Statements are sent in words each time, so that the proxy recognises them. */
  private String farUrl() {
    String url = server.url().replace(":" + server.port(), ":" + proxy.port());
    return database() == TestDatabase.POSTGRESQL ? url + "?prepareThreshold=0" : url;
  }

  private JdbcMetadataStore open(String url, Duration operation) {
    return JdbcMetadataStore.open(
        TestDatabase.options(url, space).within(Duration.ofSeconds(1), operation));
  }

  @AfterEach
  final void stop() throws Exception {
    if (proxy != null) {
      proxy.mend();
      far.close();
      near.close();
      proxy.close();
    }
  }

  // ---- commits

  /** The key is overwritten before the store can look: what it wrote is nowhere to be seen. */
  @Test
  void aCommitWhoseAnswerWasLostIsToldAsCommittedThoughItWasOverwritten() throws Exception {
    long before = put(far, "counter", "0");
    var increment =
        Transaction.builder()
            .requireRevision("counter", before)
            .put("counter", bytes("1"))
            .delete("b")
            .build();
    proxy.loseAnswersTo("COMMIT");
    var result = CompletableFuture.supplyAsync(() -> far.commit(increment));
    await(SOON, () -> text(near.get("counter").orElseThrow()).equals("1"));
    assertThat(proxy.isSprung()).isTrue();
    long revision = near.get("counter").orElseThrow().revision();
    long last = put(near, "counter", "2");
    assertThat(result).isNotDone();
    proxy.mend();
    assertThat(result.get(20, TimeUnit.SECONDS)).isEqualTo(new CommitResult.Committed(revision));
    assertThat(near.get("counter")).contains(new Versioned(bytes("2"), last));
  }

  @Test
  void aCommitThatNeverArrivedHappensOnceOrConflicts() throws Exception {
    long before = put(far, "a", "0");
    proxy.cutAt("COMMIT");
    var result =
        CompletableFuture.supplyAsync(() ->
            far.commit(
                Transaction.builder().requireRevision("a", before).put("a", bytes("1")).build()));
    await(SOON, proxy::isSprung);
    Thread.sleep(300);
    assertThat(text(near.get("a").orElseThrow())).isEqualTo("0");
    proxy.mend();
    long revision = committed(result.get(20, TimeUnit.SECONDS));
    assertThat(near.get("a")).contains(new Versioned(bytes("1"), revision));
    proxy.cutAt("COMMIT");
    var late =
        CompletableFuture.supplyAsync(() ->
            far.commit(
                Transaction.builder().requireRevision("a", revision).put("a", bytes("2")).build()));
    await(SOON, proxy::isSprung);
    proxy.endConnections();
    long taken = put(near, "a", "taken");
    proxy.mend();
    assertThat(late.get(20, TimeUnit.SECONDS)).isEqualTo(new CommitResult.Conflict("a"));
    assertThat(near.get("a")).contains(new Versioned(bytes("taken"), taken));
  }

  @Test
  void anOutcomeThatCannotBeFoundOutIsSaidToBeUnknown() throws Exception {
    try (var hasty = open(farUrl(), Duration.ofSeconds(2))) {
      put(hasty, "a", "0");
      proxy.loseAnswersTo("COMMIT");
      var failure = catchThrowableOfType(ElanusException.class, () -> put(hasty, "a", "perhaps"));
      assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
      assertThat(failure.leading()).isEqualTo("the outcome of a commit to the database is unknown");
      proxy.mend();
      put(hasty, "a", "afterwards");
      assertThat(text(near.get("a").orElseThrow())).isEqualTo("afterwards");
    }
  }

  /** A process that stops between lock and commit is thrown out, and the others go on. */
  @Test
  @Tag("long")
  void whoStopsInTheMiddleOfACommitHoldsTheOthersUpForSecondsOnly() throws Exception {
    put(near, "a", "0");
    try (var connections = Connections.open(TestDatabase.options(server.url(), space))) {
      Connection stopped = connections.take();
      stopped.setAutoCommit(false);
      Keyspace.open(connections).lock(stopped);
      long begun = System.nanoTime();
      put(near, "a", "1");
      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(10));
      Connections.end(stopped);
    }
  }

  @Test
  @Tag("long")
  void withoutAServerEverythingIsUnavailableAndNamesIt() throws Exception {
    try (var hasty = open(server.url(), Duration.ofSeconds(1))) {
      put(hasty, "a", "0");
      server.kill();
      for (Runnable operation :
          List.<Runnable>of(() -> hasty.get("a"), () -> put(hasty, "a", "1"))) {
        var failure = catchThrowableOfType(ElanusException.class, operation::run);
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(failure.leading()).isEqualTo("the metadata's database cannot be reached");
        assertThat(failure).hasMessageContaining("127.0.0.1:" + server.port());
      }
      server.start();
    }
    put(near, "a", "2");
    assertThat(text(near.get("a").orElseThrow())).isEqualTo("2");
  }

  @Test
  @Tag("long")
  void incrementsThroughKillsAndCutsAreCountedOnceEach() throws Exception {
    put(far, "counter", "0");
    var stop = new AtomicBoolean();
    var increments = CompletableFuture.supplyAsync(() -> incrementUntil(stop));
    for (int round = 0; round < 5; round++) {
      Thread.sleep(500);
      proxy.loseAnswersTo("COMMIT");
      await(SOON, proxy::isSprung);
      Thread.sleep(200);
      proxy.mend();
      Thread.sleep(500);
      proxy.cutAt("COMMIT");
      await(SOON, proxy::isSprung);
      proxy.mend();
      Thread.sleep(500);
      server.kill();
      server.start();
    }
    Thread.sleep(500);
    stop.set(true);
    int done = increments.get(60, TimeUnit.SECONDS);
    assertThat(text(near.get("counter").orElseThrow())).isEqualTo(String.valueOf(done));
    assertThat(done).isGreaterThan(100);
  }

  /** Counts up under conditions; returns how often that was told to have happened. */
  private int incrementUntil(AtomicBoolean stop) {
    int done = 0;
    while (!stop.get()) {
      Versioned now = far.get("counter").orElseThrow();
      String next = String.valueOf(Integer.parseInt(text(now)) + 1);
      var increment =
          Transaction.builder()
              .requireRevision("counter", now.revision())
              .put("counter", bytes(next))
              .build();
      done += far.commit(increment) instanceof CommitResult.Committed ? 1 : 0;
    }
    return done;
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
  void aWatchComparesWhenWhatItMissedIsNotRememberedAnyMore() throws Exception {
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
    near.compact(put(near, "w/kept", "3"));
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
    Thread.sleep(TTL.toMillis() + 300);
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
    await(SOON, () -> near.range("").size() == 1);
    assertThat(first.held()).isFalse();
  }

  @Test
  void aHoldLastsThroughARestartOfTheServer() throws Exception {
    Lease lease = near.lease("leader", bytes("near"), Duration.ofSeconds(20));
    long revision = near.get("leader").orElseThrow().revision();
    server.kill();
    server.start();
    await(SOON, () -> near.get("leader").isPresent());
    assertThat(lease.held()).isTrue();
    assertThat(near.get("leader").map(Versioned::revision)).contains(revision);
  }
}
