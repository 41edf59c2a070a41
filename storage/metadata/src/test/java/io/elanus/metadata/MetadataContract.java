package io.elanus.metadata;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every metadata store must do. Implementations say how to open, crash and harm them. */
public abstract class MetadataContract {
  private static final Duration TTL = Duration.ofSeconds(30);

  protected MetadataStore store;

  /** Opens the store of this test; again after {@link #crash} or close, on the same data. */
  protected abstract MetadataStore open() throws Exception;

  /** Whether data outlives the store object. */
  protected boolean isDurable() {
    return true;
  }

  /** Ends the process without closing the store; what was not forced may be lost. */
  protected void crash(Random random) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Removes the last bytes that were written; the store is gone. */
  protected void tearTail(int bytes) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Turns over a bit inside an early transaction; the store is closed. */
  protected void damageMiddle() throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Whether {@link #tearTail} and {@link #damageMiddle} work; a server's files are its own. */
  protected boolean ownsItsFiles() {
    return isDurable();
  }

  /** Whether {@link #failNextForce} and {@link #fillDisk} work. */
  protected boolean hasFaultyDisk() {
    return false;
  }

  protected void failNextForce() {
    throw new UnsupportedOperationException();
  }

  protected void fillDisk() {
    throw new UnsupportedOperationException();
  }

  protected void freeDisk() {
    throw new UnsupportedOperationException();
  }

  @BeforeEach
  final void openStore() throws Exception {
    store = open();
  }

  @AfterEach
  final void closeStore() {
    if (store != null) { // its server may not be there, and the test skipped
      store.close();
    }
  }

  protected final void reopen() throws Exception {
    store.close();
    store = open();
  }

  // ---- helpers

  protected static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  protected static String text(Versioned versioned) {
    return new String(versioned.value(), StandardCharsets.UTF_8);
  }

  protected final long put(String key, String value) {
    return committed(Transaction.builder().put(key, bytes(value)).build());
  }

  protected final long committed(Transaction transaction) {
    CommitResult result = store.commit(transaction);
    assertThat(result).isInstanceOf(CommitResult.Committed.class);
    return ((CommitResult.Committed) result).revision();
  }

  protected final Map<String, String> contents(String prefix) {
    var texts = new TreeMap<String, String>();
    store.range(prefix).forEach((key, versioned) -> texts.put(key, text(versioned)));
    return texts;
  }

  /** For what a watch sees: it may be told after the commit was answered. */
  protected static void eventually(Runnable assertion) throws InterruptedException {
    for (long end = System.nanoTime() + 10_000_000_000L; ; Thread.sleep(1)) {
      try {
        assertion.run();
        return;
      } catch (AssertionError notYet) {
        if (System.nanoTime() > end) {
          throw notYet;
        }
      }
    }
  }

  protected static void assertCode(ErrorCode code, Callable<?> action) {
    assertThatThrownBy(action::call)
        .isInstanceOfSatisfying(
            ElanusException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  // ---- keys, values, revisions

  @Test
  void valuesComeBackWithTheRevisionThatWroteThem() {
    assertThat(store.get("a")).isEmpty();
    long first = put("a", "1");
    long second = put("b", "2");
    assertThat(first).isPositive();
    assertThat(second).isGreaterThan(first);
    assertThat(store.get("a")).contains(new Versioned(bytes("1"), first));
    assertThat(store.get("b")).contains(new Versioned(bytes("2"), second));
    long third = put("a", "");
    assertThat(store.get("a")).contains(new Versioned(bytes(""), third));
    committed(Transaction.builder().delete("a").delete("never there").build());
    assertThat(store.get("a")).isEmpty();
  }

  @Test
  void rangesAreSortedAndEndWithThePrefix() {
    for (String key : List.of("seg/2", "seg/1", "seg", "segment/1", "seh", "sef", "seg/é", "ö")) {
      put(key, key);
    }
    assertThat(store.range("seg/").keySet()).containsExactly("seg/1", "seg/2", "seg/é");
    assertThat(store.range("seg").keySet())
        .containsExactly("seg", "seg/1", "seg/2", "seg/é", "segment/1");
    assertThat(List.copyOf(store.range("").keySet())).hasSize(8).isSorted();
    assertThat(store.range("x")).isEmpty();
    assertThat(contents("se")).containsEntry("sef", "sef").doesNotContainKey("ö");
  }

  @Test
  void aTransactionCommitsWhollyOrNotAtAll() {
    long revision = put("a", "1");
    Transaction both =
        Transaction.builder()
            .requireRevision("a", revision)
            .requireRevision("b", 0)
            .put("a", bytes("2"))
            .put("b", bytes("2"))
            .delete("c")
            .build();
    long next = committed(both);
    assertThat(store.get("a")).map(Versioned::revision).contains(next);
    assertThat(store.get("b")).map(Versioned::revision).contains(next);
    assertThat(store.commit(both)).isEqualTo(new CommitResult.Conflict("a"));
    Transaction absent =
        Transaction.builder().requireRevision("b", 0).put("a", bytes("3")).delete("b").build();
    assertThat(store.commit(absent)).isEqualTo(new CommitResult.Conflict("b"));
    Transaction gone = Transaction.builder().requireRevision("x", 1).put("y", bytes("3")).build();
    assertThat(store.commit(gone)).isEqualTo(new CommitResult.Conflict("x"));
    assertThat(contents("")).containsExactlyInAnyOrderEntriesOf(Map.of("a", "2", "b", "2"));
  }

  @Test
  void aRevisionIsNeverGivenTwiceToAKey() throws Exception {
    long first = put("a", "1");
    committed(Transaction.builder().delete("a").build());
    if (isDurable()) {
      reopen();
    }
    long second = put("a", "1");
    assertThat(second).isGreaterThan(first);
    assertThat(
            store.commit(
                Transaction.builder().requireRevision("a", first).put("a", bytes("x")).build()))
        .isEqualTo(new CommitResult.Conflict("a"));
  }

  @Test
  void transactionsAreLimited() {
    var many = Transaction.builder();
    IntStream.range(0, Transaction.MAX_KEYS).forEach(i -> many.put("k" + i, bytes("v")));
    committed(many.build());
    many.put("one more", bytes("v"));
    assertCode(ErrorCode.INVALID_PARAMETER, many::build);
    byte[] largest = new byte[Transaction.MAX_VALUE_BYTES];
    committed(Transaction.builder().put("large", largest).build());
    assertThat(store.get("large").orElseThrow().value()).isEqualTo(largest);
    var tooLarge = Transaction.builder().put("large", new byte[Transaction.MAX_VALUE_BYTES + 1]);
    assertCode(ErrorCode.INVALID_PARAMETER, tooLarge::build);
    var tooMuch = Transaction.builder();
    IntStream.range(0, 5).forEach(i -> tooMuch.put("k" + i, largest));
    assertCode(ErrorCode.INVALID_PARAMETER, tooMuch::build);
    assertCode(
        ErrorCode.INVALID_PARAMETER,
        () -> Transaction.builder().put("a", bytes("")).delete("a").build());
    for (String key : List.of("", "a\nb", "a\0", "x".repeat(1025))) {
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.get(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> put(key, ""));
    }
  }

  @Test
  void concurrentIncrementsAreNotLost() throws Exception {
    put("counter", "0");
    try (var threads = Executors.newFixedThreadPool(4)) {
      var results = IntStream.range(0, 4).mapToObj(i -> threads.submit(() -> increment(25)));
      for (var result : results.toList()) {
        result.get();
      }
    }
    assertThat(contents("counter")).containsEntry("counter", "100");
  }

  private void increment(int times) {
    for (int done = 0; done < times; ) {
      Versioned now = store.get("counter").orElseThrow();
      String next = String.valueOf(Integer.parseInt(text(now)) + 1);
      var transaction =
          Transaction.builder()
              .requireRevision("counter", now.revision())
              .put("counter", bytes(next))
              .build();
      if (store.commit(transaction) instanceof CommitResult.Committed) {
        done++;
      }
    }
  }

  @Test
  void aRandomHistoryEqualsAMapAlsoAfterReopening() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("MetadataContract seed " + seed);
    var random = new Random(seed);
    Map<String, String> model = new HashMap<>();
    for (int step = 0; step < 400; step++) {
      var transaction = Transaction.builder();
      Map<String, String> after = new HashMap<>(model);
      for (int change = random.nextInt(6); change >= 0; change--) {
        String key = "key/" + change + random.nextInt(8);
        if (random.nextBoolean()) {
          String value = "v" + step + "x".repeat(random.nextInt(200));
          transaction.put(key, bytes(value));
          after.put(key, value);
        } else {
          transaction.delete(key);
          after.remove(key);
        }
      }
      committed(transaction.build());
      model = after;
      if (isDurable() && random.nextInt(60) == 0) {
        reopen();
      }
    }
    assertThat(contents("")).isEqualTo(new TreeMap<>(model));
  }

  // ---- watches

  @Test
  void aWatchSeesChangesOfItsPrefixInOrder() throws Exception {
    put("w/before", "");
    var seen = new CopyOnWriteArrayList<KeyChange>();
    var seenByTheNext = new CopyOnWriteArrayList<KeyChange>();
    try (Watch watch = store.watch("w/", seen::addAll)) {
      assertThat(watch).isNotNull();
      long first = put("w/a", "1");
      put("other", "1");
      long second =
          committed(
              Transaction.builder()
                  .put("w/a", bytes("2"))
                  .put("x", bytes("2"))
                  .delete("w/before")
                  .delete("w/never there")
                  .build());
      eventually(() ->
          assertThat(seen)
              .containsExactlyInAnyOrder(
                  new KeyChange.Put("w/a", new Versioned(bytes("1"), first)),
                  new KeyChange.Put("w/a", new Versioned(bytes("2"), second)),
                  new KeyChange.Deleted("w/before", second))
              .startsWith(new KeyChange.Put("w/a", new Versioned(bytes("1"), first))));
    }
    int before = seen.size();
    store.watch("w/", seenByTheNext::addAll);
    put("w/a", "3");
    eventually(() -> assertThat(seenByTheNext).hasSize(1));
    assertThat(seen).hasSize(before);
  }

  @Test
  void aListenerMayUseTheStoreAndMayFail() throws Exception {
    var seen = new CopyOnWriteArrayList<String>();
    store.watch(
        "a",
        changes -> {
          throw new IllegalStateException("on purpose");
        });
    store.watch(
        "a",
        changes -> {
          seen.add("a");
          put("b", "from the listener");
        });
    store.watch("b", changes -> seen.add("b"));
    put("a", "1");
    eventually(() -> assertThat(seen).containsExactly("a", "b"));
    put("a", "2");
    eventually(() -> assertThat(seen).containsExactly("a", "b", "a", "b"));
    assertThat(contents("b")).containsEntry("b", "from the listener");
  }

  @Test
  void everyCommitReachesAWatchOnceThoughManyCommit() throws Exception {
    var revisions = new CopyOnWriteArrayList<Long>();
    store.watch(
        "k", changes -> revisions.add(((KeyChange.Put) changes.getFirst()).versioned().revision()));
    try (var threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 100; i++) {
        int ordinal = i;
        threads.submit(() -> put("k" + ordinal, ""));
      }
    }
    long last = put("k-last", "");
    eventually(() -> assertThat(revisions).endsWith(last));
    assertThat(revisions).hasSize(101).isSorted().doesNotHaveDuplicates();
  }

  // ---- leases

  @Test
  void aLeaseIsHeldByOneAndPassedOn() throws Exception {
    var seen = new CopyOnWriteArrayList<KeyChange>();
    store.watch("lead", seen::addAll);
    Lease first = store.lease("leader", bytes("one"), TTL);
    Lease second = store.lease("leader", bytes("two"), TTL);
    Lease third = store.lease("leader", bytes("three"), TTL);
    assertThat(first.held()).isTrue();
    assertThat(second.held()).isFalse();
    assertThat(store.get("leader")).map(MetadataContract::text).contains("one");
    assertThat(contents("")).containsEntry("leader", "one");
    second.close();
    first.close();
    first.close();
    assertThat(first.held()).isFalse();
    assertThat(first.isOver()).isTrue();
    assertThat(second.isOver()).isTrue();
    assertThat(third.isOver()).isFalse();
    assertThat(second.held()).isFalse();
    assertThat(third.held()).isTrue();
    assertThat(store.get("leader")).map(MetadataContract::text).contains("three");
    eventually(() -> assertThat(seen).hasSize(3));
    assertThat(seen.get(1)).isInstanceOf(KeyChange.Deleted.class);
    if (isDurable()) {
      reopen();
      assertThat(third.held()).isFalse();
      assertThat(store.get("leader")).isEmpty();
      assertThat(store.lease("leader", bytes("four"), TTL).held()).isTrue();
    }
  }

  @Test
  void aLeasedKeyGuardsTransactionsAndCannotBeWritten() {
    put("written", "");
    assertCode(ErrorCode.INVALID_PARAMETER, () -> store.lease("written", bytes(""), TTL));
    assertCode(ErrorCode.INVALID_PARAMETER, () -> store.lease("leader", bytes(""), Duration.ZERO));
    Lease lease = store.lease("leader", bytes("me"), TTL);
    long revision = store.get("leader").orElseThrow().revision();
    Transaction guarded =
        Transaction.builder()
            .requireRevision("leader", revision)
            .put("guarded", bytes("by me"))
            .build();
    committed(guarded);
    assertThat(store.commit(Transaction.builder().put("leader", bytes("")).build()))
        .isEqualTo(new CommitResult.Conflict("leader"));
    assertThat(store.commit(Transaction.builder().delete("leader").build()))
        .isEqualTo(new CommitResult.Conflict("leader"));
    lease.close();
    assertThat(store.commit(guarded)).isEqualTo(new CommitResult.Conflict("leader"));
  }

  @Test
  void aClosedStoreAnswersUnavailable() {
    put("a", "1");
    Lease lease = store.lease("leader", bytes("me"), TTL);
    store.close();
    store.close();
    lease.close();
    assertThat(lease.held()).isFalse();
    assertThat(lease.isOver()).isTrue();
    assertCode(ErrorCode.UNAVAILABLE, () -> store.get("a"));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.range(""));
    assertCode(ErrorCode.UNAVAILABLE, () -> put("a", "2"));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.watch("", changes -> {}));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.lease("b", bytes(""), TTL));
  }

  // ---- faults

  @Test
  void committedTransactionsSurviveCrashes() throws Exception {
    assumeThat(isDurable()).as("only for a durable store").isTrue();
    long seed = new Random().nextLong();
    System.out.println("MetadataContract seed " + seed);
    var random = new Random(seed);
    Map<String, String> model = new TreeMap<>();
    for (int life = 0; life < 12; life++) {
      for (int step = 0; step < 30; step++) {
        String key = "k" + random.nextInt(20);
        model.put(key, "v" + life + "/" + step + "x".repeat(random.nextInt(100)));
        put(key, model.get(key));
      }
      crash(random);
      store = open();
      assertThat(contents("")).isEqualTo(model);
    }
  }

  @Test
  void aTornTailCostsOnlyTheLastTransaction() throws Exception {
    assumeThat(ownsItsFiles()).as("only for a store that owns its files").isTrue();
    for (int torn : List.of(1, 5, 30)) {
      put("kept" + torn, "value");
      put("torn" + torn, "value");
      crash(new Random(torn));
      tearTail(torn);
      store = open();
      assertThat(contents("kept" + torn)).hasSize(1);
      assertThat(contents("torn" + torn)).isEmpty();
      put("after" + torn, "value");
      reopen();
      assertThat(contents("after" + torn)).hasSize(1);
    }
  }

  @Test
  void damageInTheMiddleIsAnError() throws Exception {
    assumeThat(ownsItsFiles()).as("only for a store that owns its files").isTrue();
    for (int ordinal = 0; ordinal < 20; ordinal++) {
      put("k" + ordinal, "value".repeat(50));
    }
    store.close();
    damageMiddle();
    assertCode(
        ErrorCode.DATA_INTEGRITY,
        () -> {
          store = open();
          return store.range("");
        });
  }

  @Test
  void afterAFailedForceNothingCommitsUntilOpenedAnew() throws Exception {
    assumeThat(hasFaultyDisk()).as("only for a store on a faulty disk").isTrue();
    put("a", "1");
    failNextForce();
    assertCode(ErrorCode.IO_FAILED, () -> put("b", "unknown"));
    assertCode(ErrorCode.IO_FAILED, () -> put("c", "never"));
    assertThat(contents("")).isEqualTo(Map.of("a", "1"));
    crash(new Random(3));
    store = open();
    assertThat(contents("a")).containsEntry("a", "1");
    assertThat(contents("c")).isEmpty();
    put("c", "now");
    reopen();
    assertThat(contents("c")).containsEntry("c", "now");
  }

  @Test
  void aFullDiskRefusesCommitsUntilThereIsSpace() throws Exception {
    assumeThat(hasFaultyDisk()).as("only for a store on a faulty disk").isTrue();
    put("a", "1");
    fillDisk();
    String large = "x".repeat(700_000);
    boolean refused = false;
    for (int ordinal = 0; ordinal < 20 && !refused; ordinal++) {
      try {
        put("large", large);
      } catch (ElanusException full) {
        assertThat(full.code()).isEqualTo(ErrorCode.DISK_LIMIT);
        refused = true;
      }
    }
    assertThat(refused).isTrue();
    assertThat(contents("a")).containsEntry("a", "1");
    freeDisk();
    put("b", "2");
    reopen();
    assertThat(contents("a")).containsEntry("a", "1");
    assertThat(contents("b")).containsEntry("b", "2");
  }
}
