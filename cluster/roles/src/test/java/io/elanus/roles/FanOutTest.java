package io.elanus.roles;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
  private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
  private final FanOut fanOut = new FanOut(pool);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final CountDownLatch handed = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();

  @AfterEach
  void close() {
    pool.close();
  }

  /** Ends once the caller waits for it. */
  private Future<Integer> slow() throws InterruptedException {
    Thread caller = Thread.currentThread();
    Future<Integer> part =
        fanOut.compute(() -> {
          begun.countDown();
          handed.await();
          awaitWaiting(caller);
          ended.set(true);
          return 7;
        });
    begun.await();
    handed.countDown();
    return part;
  }

  private static void awaitWaiting(Thread thread) {
    for (int look = 0; look < 30_000 && thread.getState() != Thread.State.WAITING; look++) {
      LockSupport.parkNanos(1_000_000);
    }
  }

  @Test
  void anInterruptIsKeptUntilAllPartsHaveEnded() throws InterruptedException {
    List<Future<Integer>> parts = List.of(slow());
    Thread.currentThread().interrupt();
    assertThat(FanOut.awaitAll(parts)).containsExactly(7);
    assertThat(ended).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anErrorIsThrownWhenAllPartsHaveEnded() throws InterruptedException {
    Future<Integer> failed =
        FanOut.here(() -> {
          throw new AssertionError("planned");
        });
    List<Future<Integer>> parts = List.of(failed, slow());
    assertThatThrownBy(() -> FanOut.awaitAll(parts)).isInstanceOf(AssertionError.class);
    assertThat(ended).isTrue();
  }

  @Test
  void aPartThatTheClosingPoolRefusesFailsAfterTheOthersHaveEnded() throws InterruptedException {
    Future<Integer> running = slow();
    pool.shutdown();
    List<Future<Integer>> parts = List.of(fanOut.begin(() -> 8), running);
    assertThatThrownBy(() -> FanOut.awaitAll(parts))
        .isInstanceOfSatisfying(
            ElanusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(ended).isTrue();
  }

  @Test
  void eachItemIsAPartAndTheLastOneRunsHere() {
    Thread here = Thread.currentThread();
    List<Boolean> threads = fanOut.each(List.of(1, 2, 3), item -> Thread.currentThread() == here);
    assertThat(threads).containsExactly(false, false, true);
    assertThat(fanOut.each(List.of(), item -> item)).isEmpty();
  }

  @Test
  void anErrorOfAnItemIsThrownAsItWas() {
    assertThatThrownBy(() ->
            fanOut.each(
                List.of(1, 2),
                item -> {
                  throw new IllegalStateException("item " + item);
                }))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("item 1");
  }

  @Test
  void aClosedPoolIsUnavailable() {
    pool.shutdown();
    assertThatThrownBy(() -> fanOut.each(List.of(1, 2), item -> item))
        .isInstanceOfSatisfying(
            ElanusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }

  /** An event loop that keeps a read must not wait for the leaders of several shards. */
  @Test
  void severalPartsAreNotBegunWhereWaitingIsForbidden() {
    assertThatThrownBy(() ->
            Waits.forbidden(() ->
                fanOut.each(
                    List.of(1, 2),
                    item -> {
                      throw new AssertionError("begun");
                    })))
        .isInstanceOf(Waits.WouldWait.class);
    List<Integer> one = new ArrayList<>();
    Waits.forbidden(() -> one.addAll(fanOut.each(List.of(1), item -> item)));
    assertThat(one).containsExactly(1);
  }

  @Test
  void aPlatformThreadComputesWhatNoOtherHasBegun() throws InterruptedException {
    CountDownLatch over = new CountDownLatch(1);
    try (ExecutorService busy = Executors.newSingleThreadExecutor()) {
      busy.execute(() -> awaitUninterruptibly(over));
      List<Future<Thread>> parts = new ArrayList<>();
      FanOut behind = new FanOut(busy);
      for (int i = 0; i < 3; i++) {
        parts.add(behind.compute(Thread::currentThread));
      }
      assertThat(FanOut.awaitAll(parts)).containsOnly(Thread.currentThread());
      over.countDown();
    }
  }

  @Test
  void anInterruptIsPassedOnToTheCallsOfAllItems() throws InterruptedException {
    CountDownLatch waiting = new CountDownLatch(3);
    CountDownLatch never = new CountDownLatch(1);
    AtomicInteger gaveUp = new AtomicInteger();
    AtomicInteger running = new AtomicInteger();
    List<Integer> leftRunning = new ArrayList<>();
    List<Throwable> thrown = new ArrayList<>();
    Thread caller =
        Thread.ofVirtual()
            .start(() -> {
              try {
                fanOut.each(
                    List.of(1, 2, 3),
                    item -> {
                      running.incrementAndGet();
                      waiting.countDown();
                      try {
                        never.await();
                      } catch (InterruptedException closing) {
                        gaveUp.incrementAndGet();
                        Thread.currentThread().interrupt(); // as roles do
                        throw new ElanusException(ErrorCode.CANCELLED, "planned", closing);
                      } finally {
                        running.decrementAndGet();
                      }
                      return item;
                    });
              } catch (ElanusException cancelled) {
                thrown.add(cancelled);
                leftRunning.add(running.get());
              }
            });
    waiting.await();
    caller.interrupt();
    caller.join();
    assertThat(gaveUp).hasValue(3);
    assertThat(thrown).hasSize(1);
    assertThat(leftRunning).containsExactly(0);
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException closing) {
      Thread.currentThread().interrupt();
    }
  }
}
