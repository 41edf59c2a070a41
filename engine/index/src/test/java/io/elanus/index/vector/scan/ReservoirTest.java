package io.elanus.index.vector.scan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ReservoirTest {
  private static final long SEED = 41;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 1000", "3, 2", "10, 10", "10, 84", "10, 85", "100, 5000", "700, 3000"})
  void keepsTheNearest(int wanted, int offered) {
    Random random = new Random(SEED);
    Reservoir reservoir = new Reservoir();
    for (int range : new int[] {1, 50, 1 << 20}) { // all as far, ties, hardly any
      for (int order = -1; order <= 1; order++) {
        long[] pairs = new long[offered];
        for (int row = 0; row < offered; row++) {
          pairs[row] = Ranked.of(random.nextInt(range) - range / 2f, row);
        }
        long[] sorted = pairs.clone();
        Arrays.sort(sorted);
        int kept = Math.min(wanted, offered);
        if (order != 0) {
          for (int i = 0; i < offered; i++) {
            pairs[i] = sorted[order > 0 ? i : offered - 1 - i];
          }
        }
        reservoir.reset(wanted);
        for (long pair : pairs) {
          assertThat(reservoir.bound()).isGreaterThanOrEqualTo(sorted[kept - 1]);
          reservoir.offer(pair);
        }
        assertThat(reservoir.size()).isEqualTo(kept);
        assertThat(reservoir.isFull()).isEqualTo(kept == wanted);
        long[] found = Arrays.copyOf(reservoir.pairs(), kept);
        int some = 1 + random.nextInt(kept);
        assertThat(reservoir.part(some)).isEqualTo(sorted[some - 1]);
        assertThat(Arrays.stream(reservoir.pairs()).limit(some).sorted().toArray())
            .isEqualTo(Arrays.copyOf(sorted, some));
        Arrays.sort(found);
        assertThat(found).isEqualTo(Arrays.copyOf(sorted, kept));
      }
    }
  }
}
