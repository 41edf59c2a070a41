package io.elanus.etcd;

import static io.elanus.etcd.EtcdTests.await;
import static io.elanus.etcd.EtcdTests.bytes;
import static io.elanus.etcd.EtcdTests.committed;
import static io.elanus.etcd.EtcdTests.countKeys;
import static io.elanus.etcd.EtcdTests.put;
import static io.elanus.etcd.EtcdTests.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.servers.EtcdServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several stores on one server, and what is larger than one request of etcd's. */
final class EtcdSharedTest {
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static EtcdServer server;

  private final String prefix = "shared" + TESTS.incrementAndGet() + "/";
  private final List<EtcdMetadataStore> opened = new ArrayList<>();
  private final EtcdMetadataStore one = open();
  private final EtcdMetadataStore two = open();

  @BeforeAll
  static void startServer(@TempDir(factory = MemoryFolder.class) Path folder) throws Exception {
    server = TestEtcd.start(folder);
  }

  @AfterAll
  static void stopServer() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void closeStores() {
    opened.forEach(EtcdMetadataStore::close);
  }

  private EtcdMetadataStore open() {
    var store = EtcdMetadataStore.open(EtcdOptions.of(List.of(server.endpoint()), prefix));
    opened.add(store);
    return store;
  }

  @Test
  void whatOneCommitsTheOtherReadsWatchesAndConflictsWith() throws Exception {
    var seen = new CopyOnWriteArrayList<KeyChange>();
    two.watch("a", seen::addAll);
    long first = put(one, "a", "1");
    assertThat(two.get("a")).contains(new Versioned(bytes("1"), first));
    Transaction late = Transaction.builder().requireRevision("a", 0).put("a", bytes("2")).build();
    assertThat(two.commit(late)).isEqualTo(new CommitResult.Conflict("a"));
    long second =
        committed(
            two.commit(
                Transaction.builder().requireRevision("a", first).put("a", bytes("2")).build()));
    await(SOON, () -> seen.size() == 2);
    assertThat(seen)
        .containsExactly(
            new KeyChange.Put("a", new Versioned(bytes("1"), first)),
            new KeyChange.Put("a", new Versioned(bytes("2"), second)));
  }

  @Test
  void databasesWithDifferentPrefixesDoNotMeet() {
    put(one, "a", "1");
    try (var other =
        EtcdMetadataStore.open(EtcdOptions.of(List.of(server.endpoint()), prefix + "other/"))) {
      assertThat(other.range("")).isEmpty();
      put(other, "b", "2");
    }
    assertThat(one.range("").keySet()).containsExactly("a");
  }

  @Test
  void aLeaseGoesRoundInOrderOfAskingOverStores() throws Exception {
    EtcdMetadataStore three = open();
    Lease first = one.lease("leader", bytes("one"), TTL);
    Lease second = two.lease("leader", bytes("two"), TTL);
    Lease third = three.lease("leader", bytes("three"), TTL);
    Lease fourth = one.lease("leader", bytes("four"), TTL);
    assertThat(List.of(first.held(), second.held(), third.held(), fourth.held()))
        .containsExactly(true, false, false, false);
    long revision = three.get("leader").orElseThrow().revision();
    one.commit(Transaction.builder().put("else", bytes("")).build());
    assertThat(three.get("leader").map(Versioned::revision)).contains(revision);
    assertThat(two.commit(Transaction.builder().put("leader", bytes("x")).build()))
        .isEqualTo(new CommitResult.Conflict("leader"));
    first.close();
    await(SOON, second::held);
    assertThat(text(three.get("leader").orElseThrow())).isEqualTo("two");
    two.close();
    await(SOON, third::held);
    three.close();
    await(SOON, fourth::held);
    assertThat(text(one.get("leader").orElseThrow())).isEqualTo("four");
    assertThat(one.range("").keySet()).containsExactlyInAnyOrder("leader", "else");
  }

  @Test
  void aHolderFencesItsCommitsAgainstItsSuccessor() throws Exception {
    Lease first = one.lease("leader", bytes("one"), TTL);
    Lease second = two.lease("leader", bytes("two"), TTL);
    long revision = one.get("leader").orElseThrow().revision();
    var fenced =
        Transaction.builder()
            .requireRevision("leader", revision)
            .put("state", bytes("by the first"))
            .build();
    committed(one.commit(fenced));
    first.close();
    await(SOON, second::held);
    assertThat(one.commit(fenced)).isEqualTo(new CommitResult.Conflict("leader"));
  }

  @Test
  void aHundredLongValuesCommitAtOnceUnderConditionsAndLeaveNothingBehind() throws Exception {
    long seed = 7;
    var random = new Random(seed);
    var seen = new CopyOnWriteArrayList<KeyChange>();
    two.watch("", seen::addAll);
    Map<String, byte[]> model = new TreeMap<>();
    long revision = 0;
    for (int round = 0; round < 3; round++) {
      var transaction = Transaction.builder();
      for (int ordinal = 0; ordinal < Transaction.MAX_KEYS; ordinal++) {
        String key = "long/" + ordinal + "/" + "ü".repeat(900);
        byte[] value = new byte[Transaction.MAX_BYTES / Transaction.MAX_KEYS - 1_000 + ordinal];
        random.nextBytes(value);
        transaction.requireRevision(key, revision).put(key, value);
        model.put(key, value);
      }
      revision = committed(one.commit(transaction.build()));
      assertThat(one.commit(transaction.build())).isInstanceOf(CommitResult.Conflict.class);
    }
    long last = revision;
    assertThat(two.range("").keySet()).isEqualTo(model.keySet());
    two.range("")
        .forEach((key, versioned) ->
            assertThat(versioned).isEqualTo(new Versioned(model.get(key), last)));
    String any = model.keySet().iterator().next();
    assertThat(two.get(any).orElseThrow().value()).isEqualTo(model.get(any));
    await(SOON, () -> seen.size() == 300);
    one.sweep();
    assertThat(two.range("")).hasSize(100);
    var deletes = Transaction.builder();
    model.keySet().forEach(deletes::delete);
    committed(one.commit(deletes.build()));
    two.sweep();
    assertThat(countKeys(server, prefix + "p/")).isZero();
    assertThat(countKeys(server, prefix + "s/")).isZero();
  }

  @Test
  void partsOfATransactionThatNeverCameAreRemovedOnceItCannotComeAnyMore() throws Exception {
    var connection = new EtcdConnection(EtcdOptions.of(List.of(server.endpoint()), prefix));
    var keys = new EtcdKeys(prefix);
    var calls = new EtcdLeaseCalls(connection, new Random(3));
    var staging = new Staging(connection, keys, new EtcdReads(connection, keys), new Random(3));
    long session = calls.grant(Duration.ofMinutes(1));
    staging.stage(Map.of("a", new byte[1 << 20]), session, connection.operationTime());
    one.sweep();
    assertThat(countKeys(server, prefix + "p/")).isEqualTo(1);
    calls.revoke(session, connection.operationTime());
    one.sweep();
    assertThat(countKeys(server, prefix + "p/")).isZero();
    connection.close();
  }

  @Test
  void aLongRangeShowsOneRevision() throws Exception {
    fill(20_000);
    var stop = new AtomicBoolean();
    try (var threads = Executors.newSingleThreadExecutor()) {
      threads.submit(() -> {
        for (int round = 0; !stop.get(); round++) {
          byte[] value = bytes("round " + round);
          one.commit(Transaction.builder().put("k00000", value).put("k19999", value).build());
        }
      });
      for (int reads = 0; reads < 10; reads++) {
        Map<String, Versioned> all = two.range("k");
        assertThat(all).hasSize(20_000);
        assertThat(all.get("k00000")).isEqualTo(all.get("k19999"));
      }
      stop.set(true);
    }
  }

  private void fill(int count) throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int from = 0; from < count; from += Transaction.MAX_KEYS) {
        var transaction = Transaction.builder();
        for (int ordinal = from; ordinal < from + Transaction.MAX_KEYS; ordinal++) {
          transaction.put("k%05d".formatted(ordinal), bytes("value".repeat(20)));
        }
        threads.submit(() -> one.commit(transaction.build()));
      }
    }
    put(one, "k00000", "first");
    committed(
        one.commit(
            Transaction.builder().put("k00000", bytes("-")).put("k19999", bytes("-")).build()));
  }

  @Test
  void aRangeOfTheLongestValuesComesInShorterPages() {
    byte[] longest = new byte[Transaction.MAX_VALUE_BYTES];
    for (int ordinal = 0; ordinal < 70; ordinal++) {
      longest[0] = (byte) ordinal;
      one.commit(Transaction.builder().put("long%02d".formatted(ordinal), longest.clone()).build());
    }
    var all = two.range("long");
    assertThat(all).hasSize(70);
    assertThat(all.get("long69").value()).hasSize(longest.length).startsWith(69);
  }

  @Test
  void conditionsThatContradictEachOtherConflict() {
    long revision = put(one, "a", "1");
    var both = Transaction.builder().requireRevision("a", 0).requireRevision("a", revision).build();
    assertThat(one.commit(both)).isEqualTo(new CommitResult.Conflict("a"));
  }
}
