package io.elanus.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every object store must do. */
public abstract class ObjectContract {
  protected ObjectStore store;

  /** Opens the store of this test; again after close, on the same data. */
  protected abstract ObjectStore open() throws Exception;

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

  protected static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
  }

  protected final boolean put(String key, String text) {
    try (ObjectWriter writer = store.create(key)) {
      writer.write(bytes(text));
      return writer.commit();
    }
  }

  protected final String text(String key) {
    ByteBuffer bytes = store.read(key, 0, (int) store.size(key));
    return StandardCharsets.UTF_8.decode(bytes).toString();
  }

  protected static void assertCode(ErrorCode code, Callable<?> action) {
    assertThatThrownBy(action::call)
        .isInstanceOfSatisfying(
            ElanusException.class, failure -> assertThat(failure.code()).isEqualTo(code));
  }

  @Test
  void anObjectIsReadWholeAndInRanges() {
    assertThat(put("a/b/c", "hello world")).isTrue();
    assertThat(store.size("a/b/c")).isEqualTo(11);
    assertThat(store.read("a/b/c", 6, 5)).isEqualTo(bytes("world"));
    assertThat(store.read("a/b/c", 11, 0).remaining()).isZero();
    assertThat(store.read("a/b/c", 0, 1).order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.read("a/b/c", 6, 6));
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.read("a/b/c", -1, 1));
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.read("a/b/c", Long.MAX_VALUE, 1));
  }

  @Test
  void whatDoesNotExistIsSaid() {
    assertThat(store.exists("x")).isFalse();
    assertThat(store.delete("x/y")).isFalse();
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.size("x"));
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.read("x/y", 0, 0));
    put("x/y", "there");
    assertThat(store.exists("x")).isFalse();
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.size("x"));
  }

  @Test
  void theFirstCommitWins() {
    try (ObjectWriter first = store.create("key");
        ObjectWriter second = store.create("key")) {
      second.write(bytes("second"));
      first.write(bytes("first"));
      assertThat(store.exists("key")).isFalse();
      assertThat(second.commit()).isTrue();
      assertThat(first.commit()).isFalse();
    }
    assertThat(put("key", "third")).isFalse();
    assertThat(text("key")).isEqualTo("second");
    assertThat(store.delete("key")).isTrue();
    assertThat(put("key", "fourth")).isTrue();
    assertThat(text("key")).isEqualTo("fourth");
  }

  @Test
  void oneOfManyConcurrentCommitsWins() throws Exception {
    try (var threads = Executors.newFixedThreadPool(4)) {
      var results =
          IntStream.range(0, 16).mapToObj(i -> threads.submit(() -> put("race/x", "v" + i)));
      int won = 0;
      int winner = -1;
      List<Boolean> outcomes = results.toList().stream().map(ObjectContract::outcome).toList();
      for (int i = 0; i < outcomes.size(); i++) {
        won += outcomes.get(i) ? 1 : 0;
        winner = outcomes.get(i) ? i : winner;
      }
      assertThat(won).isEqualTo(1);
      assertThat(text("race/x")).isEqualTo("v" + winner);
    }
  }

  private static boolean outcome(Future<Boolean> future) {
    try {
      return future.get();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
  }

  @Test
  void whatWasNotCommittedIsDiscarded() {
    ObjectWriter writer = store.create("key");
    writer.write(bytes("text"));
    writer.close();
    writer.close();
    assertThat(store.exists("key")).isFalse();
    assertThat(store.list("")).isEmpty();
    assertCode(ErrorCode.UNAVAILABLE, () -> writer.commit());
  }

  @Test
  void piecesOfAnySizeAddUp() {
    long seed = new Random().nextLong();
    System.out.println("ObjectContract seed " + seed);
    var random = new Random(seed);
    byte[] whole = new byte[500_000];
    random.nextBytes(whole);
    ByteBuffer rest = ByteBuffer.wrap(whole);
    try (ObjectWriter writer = store.create("large")) {
      while (rest.hasRemaining()) {
        int length = Math.min(rest.remaining(), random.nextInt(random.nextBoolean() ? 99 : 99_999));
        ByteBuffer piece = rest.slice(rest.position(), length);
        writer.write(random.nextBoolean() ? piece : piece.asReadOnlyBuffer());
        assertThat(piece.position()).isLessThanOrEqualTo(length);
        rest.position(rest.position() + length);
        assertThat(writer.sizeBytes()).isEqualTo(rest.position());
      }
      assertThat(writer.commit()).isTrue();
    }
    assertThat(store.read("large", 0, whole.length)).isEqualTo(ByteBuffer.wrap(whole));
    assertThat(store.read("large", 123_456, 1000)).isEqualTo(ByteBuffer.wrap(whole, 123_456, 1000));
  }

  @Test
  void anEmptyObjectExists() {
    assertThat(put("empty", "")).isTrue();
    assertThat(store.size("empty")).isZero();
    assertThat(store.list("")).extracting(ObjectInfo::sizeBytes).containsExactly(0L);
  }

  @Test
  void listingsAreSortedAndKnowAnyPrefix() {
    for (String key : List.of("b/2", "b/10", "b.x", "a/1/z", "a/1/y", "bb", "a/12")) {
      put(key, key);
    }
    assertThat(keys("")).containsExactly("a/1/y", "a/1/z", "a/12", "b.x", "b/10", "b/2", "bb");
    assertThat(keys("a/1")).containsExactly("a/1/y", "a/1/z", "a/12");
    assertThat(keys("a/1/")).containsExactly("a/1/y", "a/1/z");
    assertThat(keys("b")).containsExactly("b.x", "b/10", "b/2", "bb");
    assertThat(keys("b/2")).containsExactly("b/2");
    assertThat(keys("none")).isEmpty();
    assertThat(keys("../")).isEmpty();
    assertThat(keys("/")).isEmpty();
    assertThat(keys("a//")).isEmpty();
    ObjectInfo info = store.list("a/12").getFirst();
    assertThat(info.sizeBytes()).isEqualTo(4);
    assertThat(info.modifiedMillis()).isPositive();
  }

  protected final List<String> keys(String prefix) {
    return store.list(prefix).stream().map(ObjectInfo::key).toList();
  }

  @Test
  void keysThatWouldLeaveTheStoreAreRefused() {
    for (String key :
        List.of(
            "",
            "/",
            "/a",
            "a/",
            "a//b",
            ".",
            "..",
            "../a",
            "a/../b",
            "a/./b",
            ".a",
            "a/.b",
            "a\\b",
            "a b",
            "a\0",
            "ä",
            "a\nb",
            "C:/x",
            "a/".repeat(16) + "b",
            "x".repeat(201))) {
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.create(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.read(key, 0, 0));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.delete(key));
      assertCode(ErrorCode.INVALID_PARAMETER, () -> store.exists(key));
    }
  }

  @Test
  void anObjectIsCopiedIntoAFile(@TempDir Path folder) throws Exception {
    byte[] whole = new byte[9_000_001];
    new Random(7).nextBytes(whole);
    try (ObjectWriter writer = store.create("copies/large")) {
      writer.write(ByteBuffer.wrap(whole));
      writer.commit();
    }
    put("copies/empty", "");
    List<Long> told = new ArrayList<>();
    store.copyTo("copies/large", folder.resolve("large"), told::add);
    store.copyTo("copies/empty", folder.resolve("empty"), told::add);
    assertThat(told).containsExactly((long) whole.length, 0L);
    assertThat(folder.resolve("large")).hasBinaryContent(whole);
    assertThat(folder.resolve("empty")).isEmptyFile();
    assertThatThrownBy(() -> store.copyTo("copies/none", folder.resolve("none")))
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> assertThat(failure.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
  }

  @Test
  void anObjectIsReadWhole() {
    for (int bytes : new int[] {0, 1, 65_536, 65_537, 200_000}) {
      byte[] whole = new byte[bytes];
      new Random(bytes).nextBytes(whole);
      try (ObjectWriter writer = store.create("whole/" + bytes)) {
        writer.write(ByteBuffer.wrap(whole));
        writer.commit();
      }
      ByteBuffer read = store.readAll("whole/" + bytes);
      assertThat(read.order()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
      assertThat(read).isEqualTo(ByteBuffer.wrap(whole));
    }
    assertCode(ErrorCode.DATA_INTEGRITY, () -> store.readAll("whole/none"));
  }

  @Test
  void aClosedStoreAnswersUnavailable() {
    put("a", "text");
    store.close();
    store.close();
    assertCode(ErrorCode.UNAVAILABLE, () -> store.exists("a"));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.read("a", 0, 1));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.create("b"));
    assertCode(ErrorCode.UNAVAILABLE, () -> store.list(""));
  }
}
