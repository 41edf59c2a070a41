package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.coordinator.SteppedBackground;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class KeyedTasksTest {
  @Test
  void aRequestDuringARunMakesOneMoreRun() throws Exception {
    var runs = new AtomicInteger();
    var inFirst = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    try (Background background = Background.onVirtualThreads();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          new KeyedTasks(
              "test",
              background,
              key -> {
                if (runs.incrementAndGet() == 1) {
                  inFirst.countDown();
                  await(goOn);
                }
              });
      Future<?> first = threads.submit(() -> tasks.await(5));
      inFirst.await();
      tasks.request(5);
      tasks.request(5);
      Future<?> last = threads.submit(() -> tasks.await(5));
      goOn.countDown();
      first.get();
      last.get();
      assertThat(runs.get()).isBetween(2, 3);
    }
  }

  @Test
  void nobodyWaitsForWorkThatThereWillNotBe() {
    Background background = Background.onVirtualThreads();
    var runs = new AtomicInteger();
    var tasks = new KeyedTasks("test", background, key -> runs.incrementAndGet());
    tasks.await(5);
    background.close();
    assertThatThrownBy(() -> tasks.await(5)).isInstanceOf(CancellationException.class);
    assertThat(runs).hasValue(1);
  }

  @Test
  void manyWaitersEachSeeARunThatBeganAfterThem() throws Exception {
    var began = new AtomicInteger();
    var requested = new AtomicInteger();
    try (Background background = Background.onVirtualThreads();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var seen = new AtomicInteger();
      var tasks =
          new KeyedTasks(
              "test",
              background,
              key -> {
                began.incrementAndGet();
                seen.set(requested.get());
              });
      Future<?>[] waiters = new Future<?>[200];
      for (int i = 0; i < waiters.length; i++) {
        waiters[i] =
            threads.submit(() -> {
              int mine = requested.incrementAndGet();
              tasks.await(1);
              assertThat(seen.get()).isGreaterThanOrEqualTo(mine);
            });
      }
      for (Future<?> waiter : waiters) {
        waiter.get();
      }
      assertThat(began.get()).isLessThanOrEqualTo(200);
    }
  }

  @Test
  void aFailureEndsTheWaitAndIsRepeatedLater() {
    var background = new SteppedBackground();
    var runs = new AtomicInteger();
    var tasks =
        new KeyedTasks(
            "test",
            background,
            key -> {
              if (runs.incrementAndGet() < 3) {
                throw new IllegalStateException("planned");
              }
            });
    tasks.await(1);
    assertThat(runs).hasValue(1);
    background.runDelayed();
    background.runDelayed();
    assertThat(runs).hasValue(3);
    assertThat(background.delayed()).isZero();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
