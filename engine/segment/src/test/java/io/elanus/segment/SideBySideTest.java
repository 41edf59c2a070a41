package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class SideBySideTest {
  @Test
  void piecesRunSideBySide() {
    CyclicBarrier together = new CyclicBarrier(2);
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      List<Integer> answers =
          SideBySide.run(6, new SearchHelp(pool, 1), piece -> meet(together, piece));
      assertThat(answers).containsExactly(0, 1, 2, 3, 4, 5);
    }
  }

  private static int meet(CyclicBarrier together, int piece) {
    try {
      together.await(30, TimeUnit.SECONDS);
      return piece;
    } catch (InterruptedException | BrokenBarrierException | TimeoutException alone) {
      throw new AssertionError("the pieces ran one after the other", alone);
    }
  }

  @Test
  void helpThatComesLateOrNeverIsNotWaitedFor() {
    List<Runnable> late = new ArrayList<>();
    assertThat(SideBySide.run(3, new SearchHelp(late::add, 8), piece -> piece))
        .containsExactly(0, 1, 2);
    assertThat(late).hasSize(2);
    late.forEach(Runnable::run);
    SearchHelp closing =
        new SearchHelp(
            task -> {
              throw new RejectedExecutionException();
            },
            8);
    assertThat(SideBySide.run(2, closing, piece -> piece)).containsExactly(0, 1);
    assertThat(SideBySide.run(0, SearchHelp.NONE, piece -> piece)).isEmpty();
  }

  @Test
  void whatAPieceThrowsIsThrown() {
    IllegalStateException failure = new IllegalStateException("piece 2");
    assertThatThrownBy(() ->
            SideBySide.run(
                4,
                SearchHelp.NONE,
                piece -> {
                  if (piece == 2) {
                    throw failure;
                  }
                  return piece;
                }))
        .isSameAs(failure);
  }
}
