package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The nearest centres in both forms, against double arithmetic. */
class NearestCentresTest {
  private static final int BLOCKS = 3;
  private static final int ROWS = BLOCKS * NearestCentres.BLOCK_ROWS;

  @ParameterizedTest
  @CsvSource({"1, 1", "1, 3", "2, 16", "3, 8", "17, 9", "50, 100", "129, 33"})
  void findsTheNearest(int dimension, int count) {
    Random random = new Random(dimension);
    float[] centres = new float[count * dimension];
    float[] halves = new float[count];
    for (int i = 0; i < centres.length; i++) {
      centres[i] = (float) random.nextGaussian();
      halves[i / dimension] += centres[i] * centres[i] / 2;
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(64 + BLOCKS * NearestCentres.blockBytes(dimension), 64);
      float[][] values = new float[ROWS][dimension];
      for (int row = 0; row < ROWS; row++) {
        for (int i = 0; i < dimension; i++) {
          values[row][i] = (float) random.nextGaussian();
          int inBlock = i * NearestCentres.BLOCK_ROWS + row % NearestCentres.BLOCK_ROWS;
          long block = row / NearestCentres.BLOCK_ROWS * NearestCentres.blockBytes(dimension);
          rows.set(Layouts.FLOAT, 64 + block + 4L * inBlock, values[row][i]);
        }
      }
      for (Kernels.Form form : Kernels.Form.values()) {
        int[] nearest = new int[ROWS];
        Kernels.nearestCentres(form, dimension)
            .find(rows, 64, BLOCKS, centres, halves, count, nearest);
        for (int row = 0; row < ROWS; row++) {
          double least = Double.POSITIVE_INFINITY;
          for (int centre = 0; centre < count; centre++) {
            least = Math.min(least, squared(values[row], centres, centre));
          }
          assertThat(squared(values[row], centres, nearest[row])).isCloseTo(least, within(1e-4));
        }
      }
    }
  }

  private static double squared(float[] row, float[] centres, int centre) {
    double sum = 0;
    for (int i = 0; i < row.length; i++) {
      double difference = row[i] - centres[centre * row.length + i];
      sum += difference * difference;
    }
    return sum;
  }

  @ParameterizedTest
  @CsvSource({"1, 5", "4, 20"})
  void theFirstOfEqualCentresIsTaken(int dimension, int count) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(NearestCentres.blockBytes(dimension), 64);
      for (Kernels.Form form : Kernels.Form.values()) {
        int[] nearest = new int[NearestCentres.BLOCK_ROWS];
        Kernels.nearestCentres(form, dimension)
            .find(rows, 0, 1, new float[count * dimension], new float[count], count, nearest);
        assertThat(nearest).containsOnly(0);
      }
    }
  }
}
