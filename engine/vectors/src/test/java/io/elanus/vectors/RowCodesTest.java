package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Codes of rows, asked in float32: both forms against double arithmetic on what codes stand for.
 */
class RowCodesTest {
  private static final int ROWS = 61;
  private static final Distance[] DISTANCES = {Distance.L2, Distance.INNER_PRODUCT};

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 63, 64, 79, 80, 81, 120, 128, 129, 384, 1000, 32768})
  void packedCodesAreWhatTheyStandFor(int dimension) {
    for (Distance distance : DISTANCES) {
      for (int bits : new int[] {4, 6}) {
        float[][] sample = sample(dimension, 30);
        PackedCodes codes = PackedCodes.train(bits, distance, sample, dimension);
        float[] low = codes.low();
        float[] step = codes.step();
        double querySpread = bits == 4 ? 0.5 / 511 : 1e-6;
        check(
            codes,
            codes::kernel,
            sample,
            querySpread,
            row -> {
              float[] decoded = new float[dimension];
              for (int j = 0; j < dimension; j++) {
                int code = codes.code(row, j);
                decoded[j] = low[j] + step[j] * code;
              }
              return decoded;
            });
      }
    }
  }

  /** Inside the range a value is at most half a step from what its code stands for. */
  @Test
  void roundsToTheNearestCode() {
    float[] low = {-1, 10, 0};
    for (int bits : new int[] {4, 6}) {
      float[] step = {2f / ((1 << bits) - 1), 0.5f, 0};
      PackedCodes codes = new PackedCodes(bits, Distance.L2, low, step);
      byte[] row = new byte[codes.rowBytes()];
      codes.encode(new float[] {0.3f, 99, 5}, MemorySegment.ofArray(row), 0);
      assertThat(low[0] + step[0] * codes.code(row, 0)).isCloseTo(0.3f, within(step[0] / 2));
      assertThat(codes.code(row, 1)).isEqualTo((1 << bits) - 1);
      assertThat(codes.code(row, 2)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 31, 32, 33, 100, 768})
  void numbersOfFewerBitsAreWhatTheyStandFor(int dimension) {
    for (Distance distance : DISTANCES) {
      for (ElementType type :
          new ElementType[] {ElementType.FLOAT32, ElementType.FLOAT16, ElementType.BFLOAT16}) {
        float[][] sample = sample(dimension, 1);
        FloatCodes codes = new FloatCodes(type, distance, dimension);
        check(
            codes,
            codes::kernel,
            sample,
            1e-6,
            row -> {
              float[] decoded = new float[dimension];
              Elements.decode(type, MemorySegment.ofArray(row), 0, decoded);
              return decoded;
            });
      }
    }
  }

  @Test
  void roundsToTheNearestNumber() {
    float[] values = {1.00390625f, 1.01171875f, 1e6f, Float.MAX_VALUE, -0.1f};
    MemorySegment row = MemorySegment.ofArray(new byte[64]);
    float[] decoded = new float[values.length];
    new FloatCodes(ElementType.BFLOAT16, Distance.L2, values.length).encode(values, row, 0);
    Elements.decode(ElementType.BFLOAT16, row, 0, decoded);
    assertThat(decoded[0]).isEqualTo(1f); // halfway, to even
    assertThat(decoded[1]).isEqualTo(1.015625f); // halfway, to even
    assertThat(decoded[2]).isCloseTo(1e6f, within(4096f));
    assertThat(decoded[3]).isFinite();
    assertThat(decoded[4]).isCloseTo(-0.1f, within(0.0005f));
    new FloatCodes(ElementType.FLOAT16, Distance.L2, values.length).encode(values, row, 0);
    Elements.decode(ElementType.FLOAT16, row, 0, decoded);
    assertThat(decoded[2]).isEqualTo(65504f);
    assertThat(decoded[3]).isEqualTo(65504f);
  }

  @Test
  void refusesOtherWidthsAndDistances() {
    assertThatThrownBy(() -> new PackedCodes(5, Distance.L2, new float[1], new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new PackedCodes(4, Distance.COSINE, new float[1], new float[1]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FloatCodes(ElementType.INT8, Distance.L2, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static float[][] sample(int dimension, int offset) {
    Random random = new Random(dimension);
    float[][] sample = new float[ROWS][dimension];
    for (float[] row : sample) {
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) (offset * (j % 5) + random.nextGaussian() * (1 + j % 3));
      }
    }
    return sample;
  }

  private static void check(
      RowCodes codes,
      Function<Kernels.Form, Kernel> kernels,
      float[][] sample,
      double querySpread,
      Function<byte[], float[]> decoder) {
    boolean l2 =
        codes.rowBytes() > 0
            && (codes instanceof FloatCodes floats
                ? floats.distance() == Distance.L2
                : ((PackedCodes) codes).carriesNorm());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) ROWS * codes.rowBytes(), 64);
      for (int i = 0; i < ROWS; i++) {
        codes.encode(sample[i], rows, (long) i * codes.rowBytes());
      }
      float[] low = codes.low();
      float[] step = codes.step();
      float[] query = sample[ROWS - 1].clone();
      query[0] += 0.7f;
      float[] scalar = distances(kernels.apply(Kernels.Form.SCALAR), query, rows, arena);
      float[] simd = distances(kernels.apply(Kernels.Form.SIMD), query, rows, arena);
      for (int i = 0; i < ROWS; i++) {
        byte[] row =
            rows.asSlice((long) i * codes.rowBytes(), codes.rowBytes()).toArray(Layouts.BYTE);
        float[] decoded = decoder.apply(row);
        double expected = 0;
        double magnitude = 1;
        double weight = 0;
        double codeSum = 0;
        for (int j = 0; j < query.length; j++) {
          double difference = query[j] - decoded[j];
          expected += l2 ? difference * difference : -(double) query[j] * decoded[j];
          magnitude += Math.abs((double) query[j] * decoded[j]) + difference * difference;
          if (low.length > 0) {
            double moved = l2 ? query[j] - low[j] : query[j];
            weight = Math.max(weight, Math.abs(moved * step[j]));
            codeSum += (decoded[j] - low[j]) / Math.max(step[j], 1e-9);
          }
        }
        double tolerance = 4e-6 * magnitude + 2 * querySpread * weight * codeSum;
        assertThat((double) scalar[i]).as("row %d", i).isCloseTo(expected, within(tolerance));
        assertThat((double) simd[i]).as("row %d", i).isCloseTo(scalar[i], within(4e-6 * magnitude));
      }
    }
  }

  private static float[] distances(Kernel kernel, float[] query, MemorySegment rows, Arena arena) {
    MemorySegment prepared = arena.allocate(kernel.queryBytes(), 64);
    kernel.prepare(MemorySegment.ofArray(query), prepared);
    float[] distances = new float[ROWS];
    kernel.distances(
        prepared, rows, 0, kernel.rowBytes(), IntStream.range(0, ROWS).toArray(), ROWS, distances);
    return distances;
  }
}
