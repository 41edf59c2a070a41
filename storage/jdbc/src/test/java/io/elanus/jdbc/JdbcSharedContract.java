package io.elanus.jdbc;

import static io.elanus.jdbc.JdbcTests.await;
import static io.elanus.jdbc.JdbcTests.bytes;
import static io.elanus.jdbc.JdbcTests.committed;
import static io.elanus.jdbc.JdbcTests.put;
import static io.elanus.jdbc.JdbcTests.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.metadata.CommitResult;
import io.elanus.metadata.KeyChange;
import io.elanus.metadata.Lease;
import io.elanus.metadata.Transaction;
import io.elanus.metadata.Versioned;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.servers.SqlServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several stores on one server. */
abstract class JdbcSharedContract {
  private static final Duration TTL = Duration.ofSeconds(30);
  private static final Duration SOON = Duration.ofSeconds(10);

  private final String space = TestDatabase.newSpace();
  private final List<JdbcMetadataStore> opened = new ArrayList<>();
  private JdbcMetadataStore one;
  private JdbcMetadataStore two;

  abstract TestDatabase database();

  @BeforeEach
  final void openStores() throws Exception {
    one = open();
    two = open();
  }

  @AfterEach
  final void closeStores() {
    opened.forEach(JdbcMetadataStore::close);
  }

  private JdbcMetadataStore open() throws Exception {
    var store = JdbcMetadataStore.open(TestDatabase.options(database().get().url(), space));
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
  void databasesInDifferentSpacesDoNotMeet() throws Exception {
    put(one, "a", "1");
    try (var other =
        JdbcMetadataStore.open(TestDatabase.options(database().get().url(), space + "/other"))) {
      assertThat(other.range("")).isEmpty();
      put(other, "b", "2");
    }
    assertThat(one.range("").keySet()).containsExactly("a");
  }

  @Test
  void manyOpenAnEmptyDatabaseAtOnce() throws Exception {
    String name = TestDatabase.newSpace();
    String url = database().get().url();
    List<CompletableFuture<Long>> commits = new ArrayList<>();
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        commits.add(
            CompletableFuture.supplyAsync(
                () -> {
                  try (var store = JdbcMetadataStore.open(TestDatabase.options(url, name))) {
                    return put(store, "a", "1");
                  }
                },
                threads));
      }
    }
    assertThat(commits.stream().map(CompletableFuture::join))
        .containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
  }

  @Test
  void aLeaseGoesRoundInOrderOfAskingOverStores() throws Exception {
    JdbcMetadataStore three = open();
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
  void aHundredLongValuesUnderLongKeysCommitAtOnce() throws Exception {
    var random = new Random(7);
    var seen = new CopyOnWriteArrayList<KeyChange>();
    two.watch("long/", seen::addAll);
    Map<String, byte[]> model = new TreeMap<>();
    long revision = 0;
    for (int round = 0; round < 2; round++) {
      var transaction = Transaction.builder();
      for (int ordinal = 0; ordinal < Transaction.MAX_KEYS; ordinal++) {
        String key = "long/" + "€".repeat(1_000) + "/" + ordinal;
        byte[] value = new byte[Transaction.MAX_BYTES / Transaction.MAX_KEYS - 1_000 + ordinal];
        random.nextBytes(value);
        transaction.requireRevision(key, revision).put(key, value);
        model.put(key, value);
      }
      revision = committed(one.commit(transaction.build()));
      assertThat(one.commit(transaction.build())).isInstanceOf(CommitResult.Conflict.class);
    }
    long last = revision;
    var found = two.range("long/" + "€".repeat(1_000));
    assertThat(found.keySet()).isEqualTo(model.keySet());
    found.forEach(
        (key, versioned) -> assertThat(versioned).isEqualTo(new Versioned(model.get(key), last)));
    assertThat(two.range("long/" + "€".repeat(999) + "x")).isEmpty();
    await(SOON, () -> seen.size() == 200);
  }

  @Test
  void aRangeShowsOneRevision() throws Exception {
    for (int from = 0; from < 2_000; from += Transaction.MAX_KEYS) {
      var transaction = Transaction.builder();
      for (int ordinal = from; ordinal < from + Transaction.MAX_KEYS; ordinal++) {
        transaction.put("k%04d".formatted(ordinal), bytes("value".repeat(20)));
      }
      one.commit(transaction.build());
    }
    one.commit(Transaction.builder().put("k0000", bytes("-")).put("k1999", bytes("-")).build());
    var stop = new AtomicBoolean();
    try (var threads = Executors.newSingleThreadExecutor()) {
      threads.submit(() -> {
        for (int round = 0; !stop.get(); round++) {
          byte[] value = bytes("round " + round);
          one.commit(Transaction.builder().put("k0000", value).put("k1999", value).build());
        }
      });
      for (int reads = 0; reads < 20; reads++) {
        Map<String, Versioned> all = two.range("k");
        assertThat(all).hasSize(2_000);
        assertThat(all.get("k0000")).isEqualTo(all.get("k1999"));
      }
      stop.set(true);
    }
  }

  @Test
  void wrongPasswordsAreRefusedAndNotRepeated() {
    assertThatThrownBy(() ->
            JdbcMetadataStore.open(
                JdbcOptions.of(database().get().url(), SqlServer.USER, "guessed", space)))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.NOT_AUTHENTICATED))
        .hasMessageNotContaining("guessed");
  }
}
