package io.elanus.coordinator.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class OwnTasksTest {
  @Test
  void closingEndsItsTasksAndNobodyElses() throws InterruptedException {
    ExecutorService shared = Executors.newFixedThreadPool(1);
    try (OwnTasks tasks = new OwnTasks(shared)) {
      CountDownLatch running = new CountDownLatch(1);
      AtomicBoolean interrupted = new AtomicBoolean();
      AtomicBoolean begun = new AtomicBoolean();
      tasks.execute(() -> {
        running.countDown();
        try {
          new CountDownLatch(1).await();
        } catch (InterruptedException end) {
          interrupted.set(true);
        }
      });
      tasks.execute(() -> begun.set(true));
      running.await();
      tasks.close();
      CountDownLatch other = new CountDownLatch(1);
      shared.execute(other::countDown);
      assertThat(other.await(20, TimeUnit.SECONDS)).isTrue();
      assertThat(interrupted).isTrue();
      assertThat(begun).as("a task that waited").isFalse();
      assertThatThrownBy(() -> tasks.execute(() -> {}))
          .isInstanceOf(RejectedExecutionException.class);
    } finally {
      shared.shutdownNow();
    }
  }

  @Test
  void aTaskMayBeginAnotherOnTheSameThread() {
    List<String> done = new ArrayList<>();
    try (OwnTasks tasks = new OwnTasks(Runnable::run)) {
      tasks.execute(() -> {
        tasks.execute(() -> done.add("inner"));
        done.add("outer");
      });
    }
    assertThat(done).containsExactly("inner", "outer");
  }
}
