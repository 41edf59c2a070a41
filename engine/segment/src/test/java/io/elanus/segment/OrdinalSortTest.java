package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OrdinalSortTest {
  @Test
  void sortsStably() {
    long seed = 17;
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, 2, 11, 12, 13, 100, 1000}) {
      int[] weights = random.ints(size, 0, Math.max(1, size / 3)).toArray();
      int[] indexes = IntStream.range(0, size).toArray();
      OrdinalSort.sort(indexes, (a, b) -> Integer.compare(weights[a], weights[b]));
      Integer[] expected = IntStream.range(0, size).boxed().toArray(Integer[]::new);
      Arrays.sort(expected, Comparator.comparingInt(i -> weights[i]));
      assertThat(IntStream.of(indexes).boxed().toArray(Integer[]::new))
          .as("size %d seed %d", size, seed)
          .isEqualTo(expected);
    }
  }
}
