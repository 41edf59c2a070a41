package io.elanus.index.vector.rows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** Long enough for the other thread to fail meanwhile. */
  private static void await(CountDownLatch never) {
    try {
      assertThat(never.await(5, TimeUnit.MILLISECONDS)).isFalse();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
