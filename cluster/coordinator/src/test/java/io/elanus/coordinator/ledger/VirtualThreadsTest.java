package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class VirtualThreadsTest {
  @Test
  void allHaveEndedAlsoWhenTheCallerIsInterrupted() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(2);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(2);
    AtomicInteger ended = new AtomicInteger();
    Runnable stubborn =
        () -> {
          begun.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException told) {
            interrupted.countDown();
          }
          awaitUninterruptibly(released);
          ended.incrementAndGet();
        };
    List<Integer> endedAtReturn = new ArrayList<>();
    List<Boolean> interruptKept = new ArrayList<>();
    try (Background background = new VirtualThreads()) {
      Thread caller =
          Thread.ofVirtual()
              .start(() -> {
                background.all(List.of(stubborn, stubborn));
                endedAtReturn.add(ended.get());
                interruptKept.add(Thread.currentThread().isInterrupted());
              });
      begun.await();
      caller.interrupt();
      interrupted.await();
      assertThat(caller.isAlive()).isTrue();
      released.countDown();
      caller.join();
    }
    assertThat(endedAtReturn).containsExactly(2);
    assertThat(interruptKept).containsExactly(true);
  }

  @Test
  void theFirstFailureIsThrownAsItWas() {
    try (Background background = new VirtualThreads()) {
      assertThatThrownBy(() ->
              background.all(
                  List.of(
                      () -> {
                        throw new IllegalArgumentException("planned");
                      },
                      () -> {})))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static void awaitUninterruptibly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException told) {
      Thread.currentThread().interrupt();
    }
  }
}
