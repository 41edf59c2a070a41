package io.elanus.brokers;

import static io.elanus.brokers.OpenedStores.append;
import static io.elanus.brokers.OpenedStores.payloads;
import static io.elanus.brokers.OpenedStores.texts;
import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.log.AppendResult;
import io.elanus.log.AppendResult.Appended;
import io.elanus.log.AppendResult.Fenced;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several owners of a channel, one after the other or at once. */
public abstract class OwnersContract {
  private TestTopics topics;
  private OpenedStores stores;
  private final ExecutorService threads = Executors.newCachedThreadPool();

  /** New topics of a broker that runs; a test that cannot have one is skipped. */
  protected abstract TestTopics topics() throws Exception;

  @BeforeEach
  final void findTopics() throws Exception {
    topics = topics();
    stores = new OpenedStores(topics);
  }

  @AfterEach
  final void close() {
    threads.shutdownNow();
    if (stores != null) { // its broker may not be there, and the test skipped
      stores.close();
    }
  }

  @Test
  void aSupersededOwnerAcknowledgesNothing() throws Exception {
    Log old = stores.open();
    append(old, 1, "before");
    Log successor = stores.open();
    successor.fence(2);
    assertThat(old.append(1, payloads("late"))).isEqualTo(new Fenced(2));
    append(successor, 2, "after");
    assertThat(old.append(1, payloads("later"))).isEqualTo(new Fenced(2));
    assertThat(texts(successor)).containsExactly("before", "after");
    assertThat(texts(stores.open())).containsExactly("before", "after");
  }

  /** The broker stands still while both send; who was first there is told by what comes back. */
  @Test
  void anAppendInFlightWhenTheBarrierArrivesIsWholeOrFenced() throws Exception {
    Log old = stores.open();
    append(old, 1, "before");
    for (int round = 0; round < 5; round++) {
      long epoch = 2 + round;
      Log successor = stores.open();
      topics.pause();
      Future<AppendResult> late;
      Future<?> fence;
      String text = "late " + round;
      long oldEpoch = epoch - 1;
      Log owner = old;
      try {
        late = threads.submit(() -> owner.append(oldEpoch, payloads(text, text + "'")));
        fence = threads.submit(() -> successor.fence(epoch));
        TimeUnit.MILLISECONDS.sleep(100);
      } finally {
        topics.resume();
      }
      AppendResult result = late.get();
      fence.get();
      List<String> read = texts(successor);
      if (result instanceof Appended) {
        assertThat(read).endsWith(text, text + "'");
      } else {
        assertThat(result).isEqualTo(new Fenced(epoch));
        assertThat(read).doesNotContain(text + "'");
      }
      assertThat(owner.append(oldEpoch, payloads("never"))).isEqualTo(new Fenced(epoch));
      append(successor, epoch, "round " + round);
      old = successor;
    }
    assertThat(texts(old)).doesNotHaveDuplicates().doesNotContain("never");
  }

  /** Two stores that were given the same epoch by mistake do not both acknowledge. */
  @Test
  void ofTwoOwnersWithOneEpochTheLaterStays() throws Exception {
    Log first = stores.open();
    append(first, 1, "a");
    Log second = stores.open();
    append(second, 1, "b");
    assertThat(first.append(1, payloads("c"))).isEqualTo(new Fenced(1));
    append(second, 1, "d");
    assertThat(texts(stores.open())).containsExactly("a", "b", "d");
  }

  @Test
  void ownersThatTakeTheChannelFromEachOtherLoseNothingThatWasAcknowledged() throws Exception {
    long seed = new Random().nextLong();
    System.out.println("OwnersContract seed " + seed);
    var random = new Random(seed);
    List<String> acknowledged = Collections.synchronizedList(new ArrayList<>());
    var tried = ConcurrentHashMap.<String>newKeySet();
    List<Future<?>> owners = new ArrayList<>();
    for (int epoch = 1; epoch <= 12; epoch++) {
      Log log = stores.open();
      log.fence(epoch);
      long own = epoch;
      owners.add(
          threads.submit(() -> {
            boolean held = true;
            for (int count = 0; held && count < 10_000; count++) {
              String text = own + "." + count;
              tried.add(text);
              held = log.append(own, payloads(text + "a", text + "b")) instanceof Appended;
              if (held) {
                acknowledged.add(text);
              }
            }
          }));
      TimeUnit.MILLISECONDS.sleep(20 + random.nextInt(150));
    }
    Log last = stores.open();
    last.fence(100);
    for (Future<?> owner : owners) {
      owner.get();
    }
    List<String> read = texts(last);
    assertThat(acknowledged).hasSizeGreaterThan(50);
    assertThat(read).doesNotHaveDuplicates();
    assertThat(read).containsAll(acknowledged.stream().map(text -> text + "a").toList());
    assertThat(read).containsAll(acknowledged.stream().map(text -> text + "b").toList());
    assertThat(read)
        .allSatisfy(text -> assertThat(tried).contains(text.substring(0, text.length() - 1)));
    assertInOrder(read);
    assertThat(texts(stores.open())).isEqualTo(read);
  }

  /** By epoch, then by count, then by place in the append: nobody wrote behind a newer barrier. */
  private static void assertInOrder(List<String> read) {
    List<String> sorted = new ArrayList<>(read);
    sorted.sort((one, other) -> {
      String[] left = one.split("[.]");
      String[] right = other.split("[.]");
      int byEpoch = Integer.compare(Integer.parseInt(left[0]), Integer.parseInt(right[0]));
      int byCount = Integer.compare(count(left[1]), count(right[1]));
      return byEpoch != 0 ? byEpoch : byCount != 0 ? byCount : one.compareTo(other);
    });
    assertThat(read).isEqualTo(sorted);
  }

  private static int count(String text) {
    return Integer.parseInt(text.substring(0, text.length() - 1));
  }

  @Test
  void aReaderInAnotherProcessFollows() throws Exception {
    Log owner = stores.open();
    append(owner, 1, "first");
    Log follower = stores.open();
    List<String> seen = new ArrayList<>();
    try (LogReader reader = follower.read(follower.firstPosition())) {
      Future<?> writing =
          threads.submit(() -> {
            for (int count = 0; count < 300; count++) {
              append(owner, 1, "record " + count);
            }
          });
      long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
      while (seen.size() < 301 && System.nanoTime() < deadline) {
        reader.next().ifPresentOrElse(record -> seen.add(OpenedStores.text(record)), Thread::yield);
      }
      writing.get();
    }
    assertThat(seen).isEqualTo(texts(owner)).hasSize(301);
    assertThat(follower.endPosition()).isEqualTo(owner.endPosition());
    assertThat(follower.epoch()).isEqualTo(1);
  }

  @Test
  void theLargestRecordsPassSeveralAtATime() throws Exception {
    Log log = stores.open();
    List<ByteBuffer> large = new ArrayList<>();
    var random = new Random(7);
    for (int ordinal = 0; ordinal < 3; ordinal++) {
      byte[] bytes = new byte[log.maxRecordBytes()];
      random.nextBytes(bytes);
      large.add(ByteBuffer.wrap(bytes));
    }
    assertThat(log.append(1, large)).isInstanceOf(Appended.class);
    try (LogReader reader = stores.open().read(0)) {
      for (ByteBuffer expected : large) {
        assertThat(reader.next().orElseThrow().payload()).isEqualTo(expected);
      }
      assertThat(reader.next()).isEmpty();
    }
  }

  /** What was cut stays cut for others, and epoch and positions with it. */
  @Test
  void anotherProcessSeesTheCut() throws Exception {
    Log log = stores.open();
    String filler = "x".repeat(40_000);
    for (int count = 0; count < 10; count++) {
      append(log, 5, count + filler);
    }
    log.fence(6);
    log.cutBelow(log.endPosition());
    Log other = stores.open();
    assertThat(other.firstPosition()).isPositive().isEqualTo(log.firstPosition());
    assertThat(other.endPosition()).isEqualTo(log.endPosition());
    assertThat(other.epoch()).isEqualTo(6);
    append(other, 7, "more");
    assertThat(texts(other)).last().isEqualTo("more");
    assertThat(texts(stores.open())).isEqualTo(texts(other));
  }
}
