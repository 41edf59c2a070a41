package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Estimates from codes, in both forms, against exact distances. */
class ByteCodesTest {
  private static final int ROWS = 203;

  @ParameterizedTest
  @ValueSource(ints = {1, 3, 60, 64, 100, 384, 1000})
  void estimatesAreCloseAndFormsAgree(int dimension) {
    for (Distance distance : new Distance[] {Distance.L2, Distance.INNER_PRODUCT}) {
      Random random = new Random(dimension);
      float[][] sample = new float[ROWS][dimension];
      for (float[] row : sample) {
        for (int j = 0; j < dimension; j++) {
          row[j] = (float) ((j % 5) + random.nextGaussian() * (1 + j % 3));
        }
      }
      check(distance, sample, dimension);
    }
  }

  private static void check(Distance distance, float[][] sample, int dimension) {
    ByteCodes codes = ByteCodes.train(distance, sample, dimension);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) ROWS * codes.rowBytes(), 64);
      for (int i = 0; i < ROWS; i++) {
        codes.encode(sample[i], rows, (long) i * codes.rowBytes());
      }
      checkFine(codes, distance, sample, rows, arena);
      float[] scalar = distances(codes, codes.kernel(Kernels.Form.SCALAR), sample[0], rows, arena);
      float[] simd = distances(codes, codes.kernel(Kernels.Form.SIMD), sample[0], rows, arena);
      for (int i = 0; i < ROWS; i++) {
        double expected =
            Oracle.distance(
                ElementType.FLOAT32,
                distance,
                dimension,
                MemorySegment.ofArray(sample[0]),
                MemorySegment.ofArray(sample[i]));
        double scale = 3.0 * 5 * 3 * Math.sqrt(dimension) * 3;
        assertThat((double) simd[i]).isCloseTo(expected, within(scale * 0.05));
        assertThat(simd[i])
            .isCloseTo(scalar[i], within(1e-5f * (1 + Math.abs(scalar[i]) + dimension)));
      }
    }
  }

  /** With the query as it is, what is estimated is the distance to what the codes stand for. */
  private static void checkFine(
      ByteCodes codes, Distance distance, float[][] sample, MemorySegment rows, Arena arena) {
    for (Kernels.Form form : Kernels.Form.values()) {
      float[] fine = distances(codes, codes.fineKernel(form), sample[0], rows, arena);
      for (int i = 0; i < ROWS; i++) {
        double expected = 0;
        for (int j = 0; j < codes.dimension(); j++) {
          int code = rows.get(Layouts.BYTE, (long) i * codes.rowBytes() + j);
          double value = codes.low()[j] + codes.step()[j] * (double) code;
          double difference = sample[0][j] - value;
          expected += distance == Distance.L2 ? difference * difference : -sample[0][j] * value;
        }
        assertThat((double) fine[i])
            .as("%s %s row %d", form, distance, i)
            .isCloseTo(expected, within(1e-4 * (1 + codes.dimension())));
      }
    }
  }

  private static float[] distances(
      ByteCodes codes, Kernel kernel, float[] query, MemorySegment rows, Arena arena) {
    MemorySegment prepared = arena.allocate(kernel.queryBytes(), 64);
    kernel.prepare(MemorySegment.ofArray(query), prepared);
    float[] distances = new float[ROWS];
    kernel.distances(
        prepared, rows, 0, codes.rowBytes(), IntStream.range(0, ROWS).toArray(), ROWS, distances);
    return distances;
  }
}
