package io.elanus.node.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FanOutTest {
  private final ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();

  @AfterEach
  void close() {
    pool.close();
  }

  /** Ends some time after the caller began to wait. */
  private Future<Integer> slow() throws InterruptedException {
    Future<Integer> part =
        FanOut.begin(
            pool,
            () -> {
              begun.countDown();
              Thread.sleep(50);
              ended.set(true);
              return 7;
            });
    begun.await();
    return part;
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
    List<Future<Integer>> parts = List.of(FanOut.begin(pool, () -> 8), running);
    assertThatThrownBy(() -> FanOut.awaitAll(parts))
        .isInstanceOfSatisfying(
            ElanusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    assertThat(ended).isTrue();
  }
}
