package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.vector.StoppedBuild;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class WatchedCallTest {
  private static final BuildContext UNTIL_IT_ENDS = BuildContext.withThreads(1);

  @Test
  void givesWhatTheCallGivesOrThrows() {
    assertThat(UNTIL_IT_ENDS.<String>watch(() -> "done")).isEqualTo("done");
    IllegalArgumentException refused = new IllegalArgumentException("refused");
    assertThatThrownBy(() ->
            UNTIL_IT_ENDS.watch(() -> {
              throw refused;
            }))
        .isSameAs(refused);
    assertThatThrownBy(() ->
            UNTIL_IT_ENDS.watch(() -> {
              throw new OutOfMemoryError("of a test");
            }))
        .isInstanceOf(OutOfMemoryError.class);
  }

  /** The call ends after the build has: it waits for what comes after that. */
  @Test
  void doesNotWaitForTheCallOnceItIsToldToStop() throws InterruptedException {
    CountDownLatch stopped = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    AtomicInteger asked = new AtomicInteger();
    BuildContext later = new StoppedBuild(() -> asked.incrementAndGet() == 3);
    assertThatThrownBy(() ->
            later.watch(() -> {
              await(stopped);
              ended.countDown();
              return 1;
            }))
        .isInstanceOfSatisfying(
            ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    assertThat(ended.getCount()).isEqualTo(1);
    assertThat(asked).hasValue(3);
    stopped.countDown();
    ended.await();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void muchMemoryIsAlignedAndZero() {
    try (Arena arena = Arena.ofShared()) {
      for (long bytes : new long[] {64, 2 * BuildContext.MUCH_BYTES + 4}) {
        MemorySegment memory = UNTIL_IT_ENDS.allocate(arena, bytes);
        assertThat(memory.byteSize()).isEqualTo(bytes);
        assertThat(memory.address() % 64).isZero();
        assertThat(memory.mismatch(MemorySegment.ofArray(new byte[(int) bytes]))).isEqualTo(-1);
      }
    }
  }
}
