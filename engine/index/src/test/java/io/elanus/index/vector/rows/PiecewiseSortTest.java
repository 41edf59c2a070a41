package io.elanus.index.vector.rows;

import static io.elanus.index.vector.rows.PiecewiseSort.PIECE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.schema.ElanusException;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PiecewiseSortTest {
  private static final long SEED = 11;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE + 7, 5 * PIECE})
  void sortsAsOneSortDoes(int count) {
    for (long bound : new long[] {3, Long.MAX_VALUE}) {
      long[] numbers = new Random(SEED).longs(count, -bound, bound).toArray();
      long[] sorted = LongStream.of(numbers).sorted().toArray();
      AtomicInteger asked = new AtomicInteger();
      PiecewiseSort.sort(numbers, new StoppedBuild(() -> asked.incrementAndGet() < 0));
      assertThat(numbers).as("%d, seed %d", count, SEED).isEqualTo(sorted);
      assertThat(asked.get()).isGreaterThanOrEqualTo(count / PIECE);
    }
  }

  @Test
  void sortsNoPieceAfterItIsToldToStop() {
    long[] numbers = LongStream.range(0, 4 * PIECE).map(i -> -i).toArray();
    AtomicInteger asked = new AtomicInteger();
    BuildContext later = new StoppedBuild(() -> asked.incrementAndGet() == 3);
    assertThatThrownBy(() -> PiecewiseSort.sort(numbers, later))
        .isInstanceOf(ElanusException.class);
    assertThat(asked).hasValue(3);
    assertThat(numbers[0]).isEqualTo(1 - PIECE);
    assertThat(LongStream.of(numbers).skip(2 * PIECE))
        .containsExactlyElementsOf(
            LongStream.range(2 * PIECE, 4 * PIECE).mapToObj(i -> -i).toList());
  }

  /** Each step of merging is asked for as well. */
  @Test
  void mergesNoMoreAfterItIsToldToStop() {
    long[] numbers = LongStream.range(0, 4 * PIECE).map(i -> -i).toArray();
    AtomicInteger asked = new AtomicInteger();
    BuildContext later = new StoppedBuild(() -> asked.incrementAndGet() == 11);
    assertThatThrownBy(() -> PiecewiseSort.sort(numbers, later))
        .isInstanceOf(ElanusException.class);
    assertThat(asked).hasValue(11);
  }
}
