package io.elanus.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every log must do. Implementations say how to open, crash and harm them. */
public abstract class LogContract {
  protected static final String CHANNEL = "channel-0";

  protected LogStore store;

  /** Opens the store of this test; again after {@link #crash} or close, on the same data. */
  protected abstract LogStore open() throws Exception;

  /** Largest payload that {@link #open} configures. */
  protected abstract int maxRecordBytes();

  /** Whether data outlives the store object. */
  protected boolean isDurable() {
    return true;
  }

  /** Ends the process without closing the store; what was not forced may be lost. */
  protected void crash(Random random) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** How many bytes of the last record are torn off, one after the other. */
  protected List<Integer> tornBytes() {
    return List.of(1, 8, 20, 40);
  }

  /** Removes the last bytes that were written, as a torn write would; the store is closed. */
  protected void tearTail(int bytes) throws Exception {
    throw new UnsupportedOperationException();
  }

  /** Turns over a bit inside acknowledged data of an early record; the store is closed. */
  protected void damageMiddle() throws Exception {
    throw new UnsupportedOperationException();
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

  protected static ByteBuffer payload(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  protected static List<ByteBuffer> payloads(String... texts) {
    return List.of(texts).stream().map(LogContract::payload).toList();
  }

  protected static String text(LogRecord record) {
    return StandardCharsets.UTF_8.decode(record.payload().duplicate()).toString();
  }

  protected static AppendResult.Appended append(Log log, long epoch, String... texts) {
    AppendResult result = log.append(epoch, payloads(texts));
    assertThat(result).isInstanceOf(AppendResult.Appended.class);
    return (AppendResult.Appended) result;
  }

  protected static List<String> texts(Log log, long position) {
    try (LogReader reader = log.read(position)) {
      var texts = new ArrayList<String>();
      for (var next = reader.next(); next.isPresent(); next = reader.next()) {
        texts.add(text(next.get()));
      }
      return texts;
    }
  }

  protected static List<String> texts(Log log) {
    return texts(log, log.firstPosition());
  }

  protected static void assertCode(ErrorCode code, Callable<?> action) {
    assertThatThrownBy(action::call)
        .isInstanceOfSatisfying(
            ElanusException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  /** About {@code bytes} of text that differs from record to record. */
  protected static String filler(int ordinal, int bytes) {
    return (ordinal + ":").repeat(bytes / 2 + 1).substring(0, bytes);
  }

  // ---- order and positions

  @Test
  void aNewLogIsEmpty() {
    Log log = store.open(CHANNEL);
    assertThat(log.firstPosition()).isEqualTo(log.endPosition());
    assertThat(log.epoch()).isZero();
    assertThat(texts(log)).isEmpty();
    assertThat(log.maxRecordBytes()).isEqualTo(maxRecordBytes());
  }

  @Test
  void recordsComeBackInOrderWithTheirPositionsAndEpochs() {
    Log log = store.open(CHANNEL);
    var first = append(log, 3, "a", "", "ccc");
    var second = append(log, 4, "d");
    assertThat(first.positions()).hasSize(3).isSorted().doesNotHaveDuplicates();
    assertThat(first.firstPosition()).isEqualTo(first.positions()[0]);
    assertThat(second.firstPosition()).isGreaterThanOrEqualTo(first.endPosition());
    assertThat(log.endPosition()).isEqualTo(second.endPosition());
    try (LogReader reader = log.read(first.firstPosition())) {
      for (int ordinal = 0; ordinal < 3; ordinal++) {
        LogRecord record = reader.next().orElseThrow();
        assertThat(record.position()).isEqualTo(first.positions()[ordinal]);
        assertThat(record.epoch()).isEqualTo(3);
        assertThat(record.nextPosition()).isGreaterThan(record.position());
        assertThat(record.payload().order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
        assertThat(record.payload().isReadOnly()).isTrue();
      }
      assertThat(text(reader.next().orElseThrow())).isEqualTo("d");
      assertThat(reader.next()).isEmpty();
    }
    assertThat(texts(log)).containsExactly("a", "", "ccc", "d");
  }

  @Test
  void anAppendLeavesTheCallersBuffersAlone() {
    Log log = store.open(CHANNEL);
    ByteBuffer bytes = payload("xxhelloxx").position(2).limit(7);
    log.append(1, List.of(bytes, bytes));
    assertThat(bytes.position()).isEqualTo(2);
    assertThat(bytes.limit()).isEqualTo(7);
    bytes.put(2, (byte) 'X');
    assertThat(texts(log)).containsExactly("hello", "hello");
  }

  @Test
  void directAndReadOnlyBuffersAreAccepted() {
    Log log = store.open(CHANNEL);
    ByteBuffer direct = ByteBuffer.allocateDirect(5).put(payload("abcde")).flip();
    log.append(1, List.of(direct.asReadOnlyBuffer(), payload("f").asReadOnlyBuffer()));
    assertThat(texts(log)).containsExactly("abcde", "f");
  }

  @Test
  void readingStartsAtOrAfterAnyPosition() {
    Log log = store.open(CHANNEL);
    var appended = append(log, 1, "one", "two", "three");
    assertThat(texts(log, appended.positions()[1])).containsExactly("two", "three");
    assertThat(texts(log, appended.positions()[1] + 1)).containsExactly("three");
    assertThat(texts(log, appended.positions()[1] + 8)).containsExactly("three");
    assertThat(texts(log, appended.positions()[2] + 1)).isEmpty();
    assertThat(texts(log, log.endPosition())).isEmpty();
  }

  @Test
  void aReaderSeesWhatIsAppendedLater() {
    Log log = store.open(CHANNEL);
    try (LogReader reader = log.read(log.endPosition())) {
      assertThat(reader.next()).isEmpty();
      append(log, 1, "later");
      assertThat(reader.next().map(LogContract::text)).contains("later");
      assertThat(reader.next()).isEmpty();
      append(log, 1, "and later");
      assertThat(reader.next().map(LogContract::text)).contains("and later");
    }
  }

  @Test
  void positionsOutsideOfTheLogAreRefused() {
    Log log = store.open(CHANNEL);
    append(log, 1, "a");
    assertCode(ErrorCode.DATA_INTEGRITY, () -> log.read(log.endPosition() + 1));
    assertCode(ErrorCode.DATA_INTEGRITY, () -> log.read(log.firstPosition() - 1));
    assertCode(ErrorCode.INVALID_PARAMETER, () -> cut(log, log.endPosition() + 1));
  }

  @Test
  void payloadsAreLimited() {
    Log log = store.open(CHANNEL);
    ByteBuffer largest = ByteBuffer.allocate(maxRecordBytes());
    ByteBuffer tooLarge = ByteBuffer.allocate(maxRecordBytes() + 1);
    assertCode(ErrorCode.INVALID_PARAMETER, () -> log.append(1, List.of()));
    assertCode(ErrorCode.PARAMETER_TOO_LARGE, () -> log.append(1, List.of(payload("a"), tooLarge)));
    assertThat(texts(log)).isEmpty();
    log.append(1, List.of(largest));
    try (LogReader reader = log.read(log.firstPosition())) {
      assertThat(reader.next().orElseThrow().payload().remaining()).isEqualTo(maxRecordBytes());
    }
  }

  @Test
  void manyAppendsOfAllSizesComeBackAfterReopening() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("LogContract seed " + seed);
    var random = new Random(seed);
    var expected = new ArrayList<String>();
    for (int round = 0; round < 3; round++) {
      Log log = store.open(CHANNEL);
      for (int count = 0; count < 40; count++) {
        List<String> group =
            IntStream.range(0, 1 + random.nextInt(5))
                .mapToObj(i -> filler(random.nextInt(1000), random.nextInt(maxRecordBytes() / 4)))
                .toList();
        append(log, 1, group.toArray(String[]::new));
        expected.addAll(group);
      }
      assertThat(texts(log)).isEqualTo(expected);
      if (isDurable()) {
        reopen();
        assertThat(texts(store.open(CHANNEL))).isEqualTo(expected);
      }
    }
  }

  // ---- epochs

  @Test
  void smallerEpochsAreFenced() {
    Log log = store.open(CHANNEL);
    append(log, 5, "five");
    log.fence(7);
    assertThat(log.epoch()).isEqualTo(7);
    assertThat(log.append(6, payloads("six"))).isEqualTo(new AppendResult.Fenced(7));
    append(log, 7, "seven");
    append(log, 9, "nine");
    assertThat(log.epoch()).isEqualTo(9);
    assertThat(log.append(8, payloads("eight"))).isEqualTo(new AppendResult.Fenced(9));
    log.fence(2);
    assertThat(log.epoch()).isEqualTo(9);
    assertThat(texts(log)).containsExactly("five", "seven", "nine");
  }

  @Test
  void aFenceSurvivesRestartAndCut() throws Exception {
    assumeThat(isDurable()).as("only for a durable store").isTrue();
    Log log = store.open(CHANNEL);
    append(log, 1, "one");
    log.fence(7);
    reopen();
    log = store.open(CHANNEL);
    assertThat(log.append(6, payloads("six"))).isEqualTo(new AppendResult.Fenced(7));
    for (int ordinal = 0; ordinal < 50; ordinal++) {
      append(log, 7, filler(ordinal, maxRecordBytes() / 2));
    }
    log.cutBelow(log.endPosition());
    reopen();
    assertThat(store.open(CHANNEL).epoch()).isEqualTo(7);
  }

  // ---- cut

  @Test
  void cuttingKeepsEverythingFromThePosition() throws Exception {
    Log log = store.open(CHANNEL);
    var positions = new ArrayList<Long>();
    var expected = new ArrayList<String>();
    for (int ordinal = 0; ordinal < 60; ordinal++) {
      expected.add(filler(ordinal, maxRecordBytes() / 2));
      positions.add(append(log, 1, expected.getLast()).firstPosition());
    }
    long before = log.firstPosition();
    log.cutBelow(positions.get(40));
    assertThat(log.firstPosition()).isGreaterThan(before).isLessThanOrEqualTo(positions.get(40));
    assertThat(texts(log, positions.get(40))).isEqualTo(expected.subList(40, 60));
    assertCode(ErrorCode.DATA_INTEGRITY, () -> log.read(before));
    if (isDurable()) {
      reopen();
      Log again = store.open(CHANNEL);
      assertThat(again.firstPosition()).isGreaterThan(before);
      assertThat(texts(again, positions.get(40))).isEqualTo(expected.subList(40, 60));
      append(again, 1, "more");
      assertThat(texts(again, positions.get(59))).containsExactly(expected.get(59), "more");
    }
  }

  @Test
  void positionsGoOnAfterEverythingWasCut() throws Exception {
    Log log = store.open(CHANNEL);
    append(log, 1, "a");
    long end = log.endPosition();
    log.cutBelow(end);
    if (isDurable()) {
      reopen();
      log = store.open(CHANNEL);
    }
    assertThat(log.endPosition()).isGreaterThanOrEqualTo(end);
    assertThat(append(log, 1, "b").firstPosition()).isGreaterThanOrEqualTo(end);
    assertThat(texts(log, end)).containsExactly("b");
  }

  @Test
  void aReaderIsToldWhenItsNextRecordWasCut() {
    Log log = store.open(CHANNEL);
    append(log, 1, "a");
    try (LogReader reader = log.read(log.firstPosition())) {
      for (int ordinal = 0; ordinal < 60; ordinal++) {
        append(log, 1, filler(ordinal, maxRecordBytes() / 2));
      }
      log.cutBelow(log.endPosition());
      assertCode(
          ErrorCode.DATA_INTEGRITY,
          () -> {
            long last = -1;
            for (var next = reader.next(); next.isPresent(); next = reader.next()) {
              assertThat(next.get().position()).isGreaterThan(last);
              last = next.get().position();
            }
            return last;
          });
    }
  }

  // ---- channels

  @Test
  void channelsAreApart() throws Exception {
    append(store.open("b"), 1, "in b");
    append(store.open("a"), 2, "in a");
    assertThat(store.channels()).containsExactly("a", "b");
    assertThat(store.open("a")).isSameAs(store.open("a"));
    store.delete("b");
    store.delete("never-there");
    assertThat(store.channels()).containsExactly("a");
    assertThat(texts(store.open("b"))).isEmpty();
    assertThat(texts(store.open("a"))).containsExactly("in a");
    if (isDurable()) {
      reopen();
      assertThat(texts(store.open("b"))).isEmpty();
      assertThat(texts(store.open("a"))).containsExactly("in a");
    }
  }

  @Test
  void namesThatWouldLeaveTheStoreAreRefused() {
    for (String name : List.of("", ".", "..", "../a", "a/b", "/a", ".hidden", "a\0", "ä")) {
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.open(name));
    }
  }

  @Test
  void aClosedStoreAnswersUnavailable() {
    Log log = store.open(CHANNEL);
    append(log, 1, "a");
    LogReader reader = log.read(log.firstPosition());
    store.close();
    store.close();
    assertCode(ErrorCode.UNAVAILABLE, () -> log.append(1, payloads("b")));
    assertCode(ErrorCode.UNAVAILABLE, reader::next);
    assertCode(ErrorCode.UNAVAILABLE, () -> store.open(CHANNEL));
    reader.close();
  }

  // ---- many readers

  @Test
  void manyReadersFollowOneWriter() throws Exception {
    Log log = store.open(CHANNEL);
    int records = 300;
    try (var readers = Executors.newFixedThreadPool(4)) {
      try {
        var results =
            IntStream.range(0, 4)
                .mapToObj(i -> readers.submit(() -> follow(log, records)))
                .toList();
        for (int ordinal = 0; ordinal < records; ordinal += 3) {
          append(log, 1, filler(ordinal, 10), filler(ordinal + 1, 500), filler(ordinal + 2, 3000));
        }
        for (var result : results) {
          assertThat(result.get()).isEqualTo(texts(log));
        }
      } finally {
        readers.shutdownNow();
      }
    }
  }

  private static List<String> follow(Log log, int records) {
    var texts = new ArrayList<String>();
    try (LogReader reader = log.read(0)) {
      while (texts.size() < records && !Thread.interrupted()) {
        reader.next().ifPresentOrElse(record -> texts.add(text(record)), Thread::yield);
      }
    }
    return texts;
  }

  // ---- faults

  @Test
  void acknowledgedRecordsSurviveACrash() throws Exception {
    assumeThat(isDurable()).as("only for a durable store").isTrue();
    long seed = new Random().nextLong();
    System.out.println("LogContract seed " + seed);
    var random = new Random(seed);
    var expected = new ArrayList<String>();
    for (int round = 0; round < 8; round++) {
      Log log = store.open(CHANNEL);
      assertThat(texts(log)).isEqualTo(expected);
      for (int count = 0; count < 8; count++) {
        expected.add(filler(count, random.nextInt(maxRecordBytes())));
        append(log, 1, expected.getLast());
      }
      crash(random);
      store = open();
    }
    assertThat(texts(store.open(CHANNEL))).isEqualTo(expected);
  }

  @Test
  void aTornTailCostsOnlyTheLastGroup() throws Exception {
    assumeThat(isDurable()).as("only for a durable store").isTrue();
    for (int torn : tornBytes()) {
      Log log = store.open(CHANNEL);
      List<String> before = texts(log);
      append(log, 1, "kept " + torn);
      append(log, 1, "torn " + torn + filler(torn, 100));
      crash(new Random(torn));
      tearTail(torn);
      store = open();
      log = store.open(CHANNEL);
      assertThat(texts(log)).hasSize(before.size() + 1).last().isEqualTo("kept " + torn);
      assertThat(texts(log).subList(0, before.size())).isEqualTo(before);
      append(log, 1, "goes on");
      reopen();
      assertThat(texts(store.open(CHANNEL))).last().isEqualTo("goes on");
    }
  }

  @Test
  void damageInTheMiddleIsALocatedError() throws Exception {
    assumeThat(isDurable()).as("only for a durable store").isTrue();
    Log log = store.open(CHANNEL);
    for (int ordinal = 0; ordinal < 8; ordinal++) {
      append(log, 1, filler(ordinal, maxRecordBytes() / 8));
    }
    store.close();
    damageMiddle();
    assertThatThrownBy(
            () -> {
              store = open();
              texts(store.open(CHANNEL));
            })
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
              assertThat(failure.getMessage()).matches("(?s).*(offset|position|file|reason)=.*");
            });
  }

  @Test
  void aFailedForceEndsTheLogUntilItIsOpenedAnew() throws Exception {
    assumeThat(hasFaultyDisk()).as("only for a store on a faulty disk").isTrue();
    Log log = store.open(CHANNEL);
    append(log, 1, "acknowledged");
    long end = log.endPosition();
    failNextForce();
    assertCode(ErrorCode.IO_FAILED, () -> log.append(1, payloads("not acknowledged")));
    assertCode(ErrorCode.IO_FAILED, () -> log.append(1, payloads("nor this")));
    assertCode(ErrorCode.IO_FAILED, () -> fence(log, 9));
    assertThat(log.endPosition()).isEqualTo(end);
    assertThat(texts(log)).containsExactly("acknowledged");
    crash(new Random(1));
    store = open();
    Log again = store.open(CHANNEL);
    assertThat(texts(again)).startsWith("acknowledged").doesNotContain("nor this");
    append(again, 1, "goes on");
    assertThat(texts(again)).last().isEqualTo("goes on");
  }

  @Test
  void aFullDiskRefusesAppendsAndNothingElse() throws Exception {
    assumeThat(hasFaultyDisk()).as("only for a store on a faulty disk").isTrue();
    Log log = store.open(CHANNEL);
    append(log, 1, "before");
    fillDisk();
    String large = filler(7, maxRecordBytes() - 10);
    for (int count = 0; count < 3; count++) {
      assertThatThrownBy(() -> log.append(1, Collections.nCopies(12, payload(large))))
          .isInstanceOfSatisfying(
              ElanusException.class,
              failure -> {
                assertThat(failure.code()).isEqualTo(ErrorCode.DISK_LIMIT);
                assertThat(failure.code().retriable()).isTrue();
              });
      assertThat(texts(log)).containsExactly("before");
    }
    freeDisk();
    append(log, 1, "x", large);
    append(log, 1, "after");
    assertThat(texts(log)).containsExactly("before", "x", large, "after");
    crash(new Random(2));
    store = open();
    assertThat(texts(store.open(CHANNEL))).containsExactly("before", "x", large, "after");
  }

  private static Long cut(Log log, long position) {
    log.cutBelow(position);
    return position;
  }

  private static Long fence(Log log, long epoch) {
    log.fence(epoch);
    return epoch;
  }
}
