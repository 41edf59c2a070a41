package io.elanus.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FanOutTest {
  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
  private final FanOut fanOut = new FanOut(requests);
  private final CountDownLatch begun = new CountDownLatch(1);
  private final AtomicBoolean ended = new AtomicBoolean();

  @AfterEach
  void close() {
    requests.close();
  }

  /** Ends some time after the caller began to wait. */
  private int slow(int item) {
    try {
      begun.countDown();
      Thread.sleep(50);
      ended.set(true);
      return item;
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  private void awaitBegun() {
    try {
      begun.await();
    } catch (InterruptedException interrupted) {
      throw new AssertionError(interrupted);
    }
  }

  @Test
  void anInterruptIsKeptUntilAllTasksHaveEnded() {
    List<Integer> results =
        fanOut.each(
            List.of(1, 2),
            item -> {
              if (item == 1) {
                return slow(item);
              }
              awaitBegun();
              Thread.currentThread().interrupt();
              return item;
            });
    assertThat(results).containsExactly(1, 2);
    assertThat(ended).isTrue();
    assertThat(Thread.interrupted()).isTrue();
  }

  @Test
  void anErrorIsThrownWhenAllTasksHaveEnded() {
    assertThatThrownBy(() ->
            fanOut.each(
                List.of(1, 2),
                item -> {
                  if (item == 1) {
                    return slow(item);
                  }
                  awaitBegun();
                  throw new AssertionError("planned");
                }))
        .isInstanceOf(AssertionError.class);
    assertThat(ended).isTrue();
  }

  @Test
  void aClosedExecutorIsUnavailable() {
    requests.shutdown();
    assertThatThrownBy(() -> fanOut.each(List.of(1, 2), item -> item))
        .isInstanceOfSatisfying(
            ElanusException.class,
            refused -> assertThat(refused.code()).isEqualTo(ErrorCode.UNAVAILABLE));
  }
}
