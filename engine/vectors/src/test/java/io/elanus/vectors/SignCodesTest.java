package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.offset;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SignCodesTest {
  private static final int ROWS = 37;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 31, 32, 33, 100, 128, 384, 448, 449, 768, 784, 1536})
  void bothFormsGiveTheSameBits(int dimension) {
    for (Distance distance : new Distance[] {Distance.L2, Distance.INNER_PRODUCT}) {
      float[][] rows = rows(dimension, 1);
      rows[3] = new float[dimension];
      rows[4] = rows[5].clone();
      SignCodes codes = SignCodes.train(distance, rows, dimension);
      float[] query = rows(dimension, 2)[0];
      for (float errors : new float[] {0, 1.5f}) {
        float[] scalar = distances(codes.kernel(Kernels.Form.SCALAR, errors), codes, rows, query);
        float[] simd = distances(codes.kernel(Kernels.Form.SIMD, errors), codes, rows, query);
        assertThat(simd).containsExactly(scalar);
        assertThat(scalar[4]).isEqualTo(scalar[5]);
      }
    }
  }

  @Test
  void estimatesAreWithinTheirErrorsAndNotBiased() {
    int dimension = 512;
    for (Distance distance : new Distance[] {Distance.L2, Distance.INNER_PRODUCT}) {
      float[][] rows = rows(dimension, 3);
      SignCodes codes = SignCodes.train(distance, rows, dimension);
      double bias = 0;
      double squared = 0;
      int below = 0;
      float[][] queries = rows(dimension, 4);
      for (float[] query : queries) {
        float[] estimates = distances(codes.kernel(), codes, rows, query);
        float[] bounds = distances(codes.lowerBounds(2), codes, rows, query);
        for (int i = 0; i < ROWS; i++) {
          double exact = exact(distance, query, rows[i]);
          bias += estimates[i] - exact;
          squared += Math.pow(estimates[i] - exact, 2);
          below += bounds[i] <= exact ? 1 : 0;
        }
      }
      int count = ROWS * queries.length;
      double usual = Math.sqrt(squared / count);
      // |q − c| and |r| are about √512, and the sine of a sign code is about 0.76 of its cosine
      double expected = (distance == Distance.L2 ? 2 : 1) * 0.76 * Math.sqrt(dimension);
      assertThat(usual).isBetween(0.8 * expected, 1.2 * expected);
      assertThat(bias / count).isBetween(-0.15 * usual, 0.15 * usual);
      assertThat(below).isGreaterThan((int) (0.95 * count));
    }
  }

  @Test
  void equalRowsHaveNoErrors() {
    float[][] rows = new float[ROWS][24];
    for (float[] row : rows) {
      Arrays.fill(row, 3);
    }
    SignCodes codes = SignCodes.train(Distance.L2, rows, 24);
    float[] query = new float[24];
    for (float distance : distances(codes.lowerBounds(1), codes, rows, query)) {
      assertThat(distance).isCloseTo(216, offset(0.001f));
    }
    assertThat(distances(codes.kernel(), codes, rows, rows[0])).containsOnly(0f);
  }

  @Test
  void otherDistancesHaveNoCodes() {
    assertThatThrownBy(() -> SignCodes.train(Distance.HAMMING, new float[0][], 8))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5, 8, 63, 100, 384, 768})
  void rotationsKeepLengthsAndAnglesAndCanBeKept(int dimension) {
    RandomRotation rotation = RandomRotation.random(dimension);
    float[] a = rows(dimension, 5)[0];
    float[] b = rows(dimension, 5)[1];
    double before = exact(Distance.L2, a, b);
    float[] again = a.clone();
    rotation.turn(a);
    rotation.turn(b);
    assertThat(exact(Distance.L2, a, b)).isCloseTo(before, within(before));
    RandomRotation.of(dimension, rotation.minus()).turn(again);
    assertThat(again).containsExactly(a);
  }

  private static Offset<Double> within(double value) {
    return offset(1e-4 * value + 1e-6);
  }

  private static double exact(Distance distance, float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += distance == Distance.L2 ? Math.pow(a[i] - b[i], 2) : -(double) a[i] * b[i];
    }
    return sum;
  }

  private static float[][] rows(int dimension, long seed) {
    Random random = new Random(seed);
    float[][] rows = new float[ROWS][dimension];
    for (float[] row : rows) {
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) random.nextGaussian() + (seed % 2 == 0 ? 0.1f : 0);
      }
    }
    return rows;
  }

  private static float[] distances(Kernel kernel, SignCodes codes, float[][] rows, float[] query) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate((long) ROWS * codes.rowBytes(), 64);
      for (int i = 0; i < ROWS; i++) {
        codes.encode(rows[i], data, (long) i * codes.rowBytes());
      }
      MemorySegment prepared = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(MemorySegment.ofArray(query), prepared);
      int[] ordinals = IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();
      float[] found = new float[ROWS];
      kernel.distances(prepared, data, 0, codes.rowBytes(), ordinals, ROWS, found);
      float[] distances = new float[ROWS];
      for (int i = 0; i < ROWS; i++) {
        distances[ordinals[i]] = found[i];
      }
      return distances;
    }
  }
}
