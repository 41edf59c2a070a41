package io.elanus.brokers;

import static io.elanus.brokers.OpenedStores.append;
import static io.elanus.brokers.OpenedStores.payloads;
import static io.elanus.brokers.OpenedStores.texts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.log.AppendResult.Fenced;
import io.elanus.log.Log;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A broker that is killed, restarted, paused, or not there. */
public abstract class OutagesContract {
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
  void aBrokerKilledUnderAppendsLosesAndRepeatsNothing() throws Exception {
    Log log = stores.open();
    var stopped = new AtomicBoolean();
    var appended = new AtomicInteger();
    Future<?> writing =
        threads.submit(() -> {
          while (!stopped.get()) {
            int count = appended.get();
            append(log, 1, "a" + count, "b" + count);
            appended.incrementAndGet();
          }
        });
    for (int kill = 0; kill < 2; kill++) {
      int before = appended.get();
      while (appended.get() < before + 50 && !writing.isDone()) {
        TimeUnit.MILLISECONDS.sleep(1);
      }
      topics.kill();
      topics.start();
    }
    int before = appended.get();
    while (appended.get() < before + 50 && !writing.isDone()) {
      TimeUnit.MILLISECONDS.sleep(1);
    }
    stopped.set(true);
    writing.get();
    List<String> expected = new ArrayList<>();
    for (int count = 0; count < appended.get(); count++) {
      expected.add("a" + count);
      expected.add("b" + count);
    }
    assertThat(texts(log)).isEqualTo(expected);
    assertThat(texts(stores.open())).isEqualTo(expected);
  }

  /** What a longer outage leaves, and how the owner goes on without a new process. */
  @Test
  void afterAFailedAppendAGreaterEpochGoesOn() throws Exception {
    Log log = stores.open(topics.openImpatient());
    append(log, 1, "acknowledged");
    topics.pause();
    try {
      assertUnavailable(() -> log.append(1, payloads("unknown", "unknown too")));
      assertUnavailable(() -> log.append(1, payloads("refused at once")));
      assertUnavailable(() -> log.fence(2));
    } finally {
      topics.resume();
    }
    assertUnavailable(() -> log.append(1, payloads("refused still")));
    fenceUntilItIs(log, 3);
    assertThat(log.append(1, payloads("past"))).isEqualTo(new Fenced(3));
    List<String> read = texts(log);
    assertThat(List.of("acknowledged", "unknown", "unknown too"))
        .startsWith(read.toArray(String[]::new));
    append(log, 3, "goes on");
    List<String> expected = new ArrayList<>(read);
    expected.add("goes on");
    assertThat(texts(log)).isEqualTo(expected);
    assertThat(texts(stores.open())).isEqualTo(expected);
  }

  /** The clients may need a moment to find the broker again. */
  private static void fenceUntilItIs(Log log, long epoch) throws InterruptedException {
    for (int attempt = 0; log.epoch() < epoch && attempt < 20; attempt++) {
      try {
        log.fence(epoch);
      } catch (ElanusException failure) {
        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        TimeUnit.MILLISECONDS.sleep(100);
      }
    }
    assertThat(log.epoch()).isEqualTo(epoch);
  }

  @Test
  void aBrokerThatIsNotThereIsUnavailable() throws Exception {
    assertUnavailable(() -> stores.open(topics.openNowhere()));
  }

  private static void assertUnavailable(ThrowingCallable action) {
    assertThatThrownBy(action)
        .isInstanceOfSatisfying(
            ElanusException.class,
            failure -> {
              assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
              assertThat(failure.code().retriable()).isTrue();
              assertThat(failure.getMessage()).contains("topic=");
            });
  }
}
