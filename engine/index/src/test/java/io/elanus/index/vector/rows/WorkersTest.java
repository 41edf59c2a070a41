package io.elanus.index.vector.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class WorkersTest {
  private static final int ITEMS = 1000;

  @Test
  void afterAFailureNoItemIsBegun() {
    AtomicInteger begun = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(1);
    try (Workers workers = new Workers(BuildContext.withThreads(2))) {
      assertThatThrownBy(() ->
              workers.each(
                  ITEMS,
                  (worker, item) -> {
                    begun.incrementAndGet();
                    if (item == 0) {
                      throw new IllegalArgumentException("of item 0");
                    }
                    await(never);
                  }))
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
    }
    assertThat(begun.get()).isLessThan(ITEMS);
  }

  @Test
  void afterAFailureNoItemRunsOn() {
    AtomicInteger running = new AtomicInteger();
    try (Workers workers = new Workers(BuildContext.withThreads(3))) {
      assertThatThrownBy(() ->
              workers.each(
                  ITEMS,
                  (worker, item) -> {
                    if (item == 0) {
                      throw new IllegalArgumentException("of item 0");
                    }
                    spin(running);
                  }))
          .hasRootCauseInstanceOf(IllegalArgumentException.class);
      assertThat(running).hasValue(0);
    }
  }

  @Test
  void afterAnInterruptNoItemRunsOn() throws InterruptedException {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(-1);
    AtomicReference<Throwable> thrown = new AtomicReference<>();
    Thread build =
        Thread.ofPlatform()
            .start(() -> {
              try (Workers workers = new Workers(BuildContext.withThreads(3))) {
                workers.run(1_000_000, (worker, item) -> spin(running));
              } catch (ElanusException stopped) {
                left.set(running.get());
                thrown.set(stopped);
                assertThat(Thread.interrupted()).isTrue();
              }
            });
    while (running.get() == 0) {
      Thread.onSpinWait();
    }
    build.interrupt();
    build.join();
    assertThat(left).hasValue(0);
    assertThat(thrown.get())
        .isInstanceOfSatisfying(
            ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
  }

  /** An item that takes a moment, and does not look whether it is to stop. */
  private static void spin(AtomicInteger running) {
    running.incrementAndGet();
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3);
    while (System.nanoTime() < until) {
      Thread.onSpinWait();
    }
    running.decrementAndGet();
  }

  /** Long enough for the other thread to fail meanwhile. */
  private static void await(CountDownLatch never) {
    try {
      assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
