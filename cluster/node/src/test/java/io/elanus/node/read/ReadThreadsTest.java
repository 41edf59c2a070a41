package io.elanus.node.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.roles.FanOut;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadThreadsTest {
  private final ThreadPoolExecutor pool =
      new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(2));
  private final ReadThreads threads = new ReadThreads(1, pool);

  @AfterEach
  void stop() {
    pool.shutdownNow();
  }

  private static void assertFails(Future<Integer> part, ErrorCode code) {
    assertThatThrownBy(() -> FanOut.await(part))
        .isInstanceOf(ElanusException.class)
        .extracting(failed -> ((ElanusException) failed).code())
        .isEqualTo(code);
  }

  @Test
  void aPartWithoutAPlaceIsRefusedAndTheOthersAnswer() {
    CountDownLatch begin = new CountDownLatch(1);
    List<Future<Integer>> placed = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int answer = i;
      placed.add(
          threads.begin(
              false,
              () -> {
                begin.await();
                return answer;
              }));
    }
    assertFails(threads.begin(false, () -> 3), ErrorCode.RATE_LIMIT);
    begin.countDown();
    assertThat(FanOut.awaitAll(placed)).containsExactly(0, 1, 2);
    while (!pool.getQueue().isEmpty()) { // parts that this thread did keep their places until then
      Thread.onSpinWait();
    }
    assertThat(FanOut.await(threads.begin(false, () -> 4))).isEqualTo(4);
    pool.shutdown();
    assertFails(threads.begin(false, () -> 5), ErrorCode.UNAVAILABLE);
  }
}
