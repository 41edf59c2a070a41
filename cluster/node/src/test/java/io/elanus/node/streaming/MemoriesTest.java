package io.elanus.node.streaming;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Timestamps;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What a channel remembers, and for how long. */
class MemoriesTest {
  private static long seconds(long seconds) {
    return Timestamps.of(seconds * 1000, 0);
  }

  @Test
  void requestsAreForgottenWithTime() {
    RequestMemory memory = new RequestMemory(Duration.ofSeconds(10));
    memory.remember("a", seconds(1));
    memory.remember("", seconds(2));
    memory.remember("b", seconds(8));
    assertThat(memory.find("a")).hasValue(seconds(1));
    assertThat(memory.snapshot(seconds(12)).ids()).containsExactly("b");
    assertThat(memory.find("a")).isEmpty();
    assertThat(memory.find("")).isEmpty();
  }

  @Test
  void recentWritesTellWhatChanged() {
    RecentWrites recent = new RecentWrites(4, Duration.ofSeconds(60), seconds(1));
    recent.add(seconds(2), Keys.of(1L, 2L));
    recent.add(seconds(3), Keys.of(3L));
    assertThat(recent.changedSince(seconds(2), Keys.of(3L))).isTrue();
    assertThat(recent.changedSince(seconds(2), Keys.of(1L, 2L))).isFalse();
    assertThat(recent.changedSince(seconds(1), Keys.of(2L))).isTrue();
    assertThat(recent.changedSince(seconds(1) - 1, Keys.of(9L))).isTrue();
    recent.add(seconds(4), Keys.of(4L, 5L));
    assertThat(recent.changedSince(seconds(1), Keys.of(9L))).isTrue();
    assertThat(recent.changedSince(seconds(2), Keys.of(9L))).isFalse();
  }

  @Test
  void aWriteLargerThanTheMemoryIsNotForgottenAsIfItNeverWas() {
    RecentWrites recent = new RecentWrites(2, Duration.ofSeconds(60), 0);
    recent.add(seconds(5), Keys.of(1L, 2L, 3L));
    assertThat(recent.changedSince(seconds(4), Keys.of(1L))).isTrue();
    assertThat(recent.changedSince(seconds(5), Keys.of(1L))).isFalse();
  }

  private static DeleteBuffer.Batch delete(long key, long timestamp) {
    return new DeleteBuffer.Batch(Keys.of(key), timestamp, Optional.empty(), timestamp * 10);
  }

  @Test
  void deletesStayForOneMoreFlush() {
    DeleteBuffer buffer = new DeleteBuffer(3);
    buffer.add(delete(1, 5));
    assertThat(buffer.beginFlush(8)).hasSize(1);
    buffer.add(delete(2, 7));
    assertThat(buffer.firstUnflushedTimestamp()).hasValue(5);
    assertThat(buffer.firstPositionAfterFlush()).hasValue(70);
    buffer.flushPublished();
    assertThat(buffer.droppedUpTo()).isEqualTo(3);
    assertThat(buffer.unflushedKeys()).isEqualTo(1);
    assertThat(buffer.after(0)).hasSize(2);
    buffer.beginFlush(8);
    buffer.flushPublished();
    assertThat(buffer.droppedUpTo()).isEqualTo(5);
    assertThat(buffer.after(0)).extracting(DeleteBuffer.Batch::timestamp).containsExactly(7L);
    assertThat(buffer.firstUnflushedTimestamp()).isEmpty();
  }

  @Test
  void aFailedFlushOfDeletesIsTakenAlong() {
    DeleteBuffer buffer = new DeleteBuffer(0);
    buffer.add(delete(1, 5));
    buffer.beginFlush(8);
    buffer.add(delete(2, 7));
    assertThat(buffer.beginFlush(8)).hasSize(2);
    assertThat(buffer.firstUnflushedTimestamp()).hasValue(5);
  }

  @Test
  void aFlushTakesTheOldestDeletesOfAFewPartitions() {
    DeleteBuffer buffer = new DeleteBuffer(0);
    for (long at = 1; at <= 6; at++) {
      var partition = Optional.of(at / 2);
      buffer.add(new DeleteBuffer.Batch(Keys.of(at), at, partition, at * 10));
    }
    assertThat(buffer.beginFlush(2))
        .extracting(DeleteBuffer.Batch::timestamp)
        .containsExactly(1L, 2L, 3L);
    assertThat(buffer.firstPositionAfterFlush()).hasValue(40);
    buffer.flushPublished();
    assertThat(buffer.unflushedKeys()).isEqualTo(3);
    assertThat(buffer.beginFlush(2))
        .extracting(DeleteBuffer.Batch::timestamp)
        .containsExactly(4L, 5L, 6L);
    assertThat(buffer.firstPositionAfterFlush()).isEmpty();
  }

  @Test
  void theBudgetRefusesWhatFindsNoRoom() throws InterruptedException {
    MemoryBudget budget = new MemoryBudget(100, Duration.ofMillis(1));
    budget.acquire(150);
    assertThatThrownBy(() -> budget.acquire(1))
        .isInstanceOf(ElanusException.class)
        .extracting(error -> ((ElanusException) error).code())
        .isEqualTo(ErrorCode.MEMORY_LIMIT);
    budget.release(150);
    budget.acquire(60);
    assertThat(budget.tight()).isTrue();
  }

  @Test
  void aWaitingWriteGoesOnWhenRoomAppears() throws Exception {
    MemoryBudget budget = new MemoryBudget(100, Duration.ofMinutes(1));
    budget.acquire(80);
    CompletableFuture<Boolean> waiting = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(() -> {
          try {
            budget.acquire(50);
            waiting.complete(true);
          } catch (InterruptedException interrupted) {
            waiting.completeExceptionally(interrupted);
          }
        });
    budget.release(80);
    assertThat(waiting.get()).isTrue();
  }
}
