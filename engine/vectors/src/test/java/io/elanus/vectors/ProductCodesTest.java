package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Product codes: both forms against double arithmetic on what codes stand for. */
class ProductCodesTest {
  private static final int ROWS = 61;
  private static final long SEED = 17;

  private static float[] numbers(Random random, int count, float offset, float spread) {
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = offset + spread * (float) random.nextGaussian();
    }
    return numbers;
  }

  private static ProductCodes codes(
      ProductCodes.Shape shape, Distance distance, int dimension, float offset) {
    Random random = new Random(SEED);
    float[] mean = numbers(random, dimension, offset, 1);
    float[] entries = numbers(random, ProductCodes.entries(shape, dimension), 0, 1);
    return new ProductCodes(shape, distance, mean, entries);
  }

  /** What the codes of a row stand for. */
  private static double[] decoded(ProductCodes codes, MemorySegment rows, long at) {
    ProductCodes.Shape shape = codes.shape();
    int subDimension = codes.dimension() / shape.subspaces();
    double[] decoded = new double[codes.dimension()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = codes.mean()[i];
      for (int stage = 0; stage < shape.stages(); stage++) {
        int index = i / subDimension * shape.stages() + stage;
        int code = codes.code(rows, at, index);
        int entry = (index * subDimension + i % subDimension) * shape.entries() + code;
        decoded[i] += codes.entries()[entry];
      }
    }
    return decoded;
  }

  @ParameterizedTest
  @CsvSource({
    "1,1,1,8", "8,2,1,8", "24,3,1,8", "64,32,1,8", "384,192,1,8", "48,12,2,8", "20,5,3,6",
    "7,7,1,4", "32,16,1,4", "18,6,2,3", "9,3,1,1", "40,8,1,12", "24,2,2,9", "4096,2048,1,8",
  })
  void distancesAreThoseOfWhatCodesStandFor(int dimension, int subspaces, int stages, int bits) {
    ProductCodes.Shape shape = new ProductCodes.Shape(subspaces, stages, bits);
    for (float offset : new float[] {0, 1000}) {
      for (Distance distance : new Distance[] {Distance.L2, Distance.INNER_PRODUCT}) {
        check(codes(shape, distance, dimension, offset), distance, offset);
      }
    }
  }

  private static void check(ProductCodes codes, Distance distance, float offset) {
    Random random = new Random(SEED + 1);
    int dimension = codes.dimension();
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) ROWS * codes.rowBytes(), 64);
      for (int i = 0; i < ROWS; i++) {
        codes.encode(numbers(random, dimension, offset, 1.5f), rows, (long) i * codes.rowBytes());
      }
      float[] query = numbers(random, dimension, offset, 1);
      float[] scalar = distances(codes.kernel(Kernels.Form.SCALAR), query, rows, arena);
      float[] simd = distances(codes.kernel(Kernels.Form.SIMD), query, rows, arena);
      assertThat(simd).isEqualTo(scalar);
      for (int i = 0; i < ROWS; i++) {
        double[] decoded = decoded(codes, rows, (long) i * codes.rowBytes());
        double expected = 0;
        double magnitude = 0;
        for (int j = 0; j < dimension; j++) {
          double difference = query[j] - decoded[j];
          expected += distance == Distance.L2 ? difference * difference : -query[j] * decoded[j];
          magnitude +=
              distance == Distance.L2
                  ? difference * difference
                  : Math.abs((double) query[j] * decoded[j]);
        }
        double step = step(codes, query, distance) * codes.shape().codes();
        assertThat((double) simd[i])
            .as("row %d of %s, seed %d", i, codes.shape(), SEED)
            .isCloseTo(expected, within(1e-5 * magnitude + step));
      }
    }
  }

  /** The step of tables at most: the range of the widest, in parts. */
  private static double step(ProductCodes codes, float[] query, Distance distance) {
    int subDimension = codes.dimension() / codes.shape().subspaces();
    double widest = 0;
    for (int from = 0; from < query.length; from += subDimension) {
      double length = 0;
      for (int j = from; j < from + subDimension; j++) {
        double value = query[j] - (distance == Distance.L2 ? codes.mean()[j] : 0);
        length += value * value;
      }
      double reach = 5.5 * Math.sqrt(subDimension);
      widest = Math.max(widest, reach * (reach + 4 * Math.sqrt(length)));
    }
    return 2 * widest / 65_000;
  }

  private static float[] distances(Kernel kernel, float[] query, MemorySegment rows, Arena arena) {
    MemorySegment prepared = arena.allocate(kernel.queryBytes(), 64);
    prepared.fill((byte) 0x5A); // what an earlier query left
    kernel.prepare(MemorySegment.ofArray(query), prepared);
    float[] distances = new float[ROWS];
    kernel.distances(
        prepared, rows, 0, kernel.rowBytes(), IntStream.range(0, ROWS).toArray(), ROWS, distances);
    return distances;
  }

  /** Both forms of the loops, over ties and any number of entries. */
  @Test
  void loopsOverEntriesGiveTheSameBits() {
    Random random = new Random(SEED);
    EntryLoops scalar = Kernels.entries(Kernels.Form.SCALAR);
    EntryLoops simd = Kernels.entries(Kernels.Form.SIMD);
    for (int bits = 1; bits <= 12; bits++) {
      int count = 1 << bits;
      for (int subDimension : new int[] {1, 2, 5, 24}) {
        float[] entries = numbers(random, 3 + subDimension * count, 0, 1);
        float[] lengths = numbers(random, 7 + count, 9, 1);
        float[] values = numbers(random, 2 + subDimension, 0, 1);
        for (int i = 0; i < 50; i++) {
          float[] piece = i % 2 == 0 ? numbers(random, 2 + subDimension, 0, 1) : values;
          for (int e = 0; i % 2 == 1 && e < count; e += 3) {
            for (int d = 0; d < subDimension; d++) {
              entries[3 + d * count + e] = values[2 + d] + (i % 4 == 1 ? 0 : 1); // as near
            }
          }
          assertThat(simd.nearest(piece, 2, entries, 3, subDimension, count))
              .as("%d bits, width %d, seed %d", bits, subDimension, SEED)
              .isEqualTo(scalar.nearest(piece, 2, entries, 3, subDimension, count));
        }
        short[] expected = new short[count];
        short[] table = new short[count];
        scalar.table(values, 2, entries, 3, subDimension, count, lengths, 7, 90, 20_000, expected);
        simd.table(values, 2, entries, 3, subDimension, count, lengths, 7, 90, 20_000, table);
        assertThat(table).isEqualTo(expected);
      }
    }
    float[] one = numbers(random, 16, 900, 200);
    float[] other = numbers(random, 16, 900, 200);
    short[] expected = new short[256];
    short[] pairs = new short[256];
    scalar.pairs(one, other, expected);
    simd.pairs(one, other, pairs);
    assertThat(pairs).isEqualTo(expected);
  }

  @Test
  void choosesTheNearestEntryAndThenThatOfTheRest() {
    float[] entries = {0, 4, 8, 12, 0, 0, 0, 0, -1, 0, 1, 2, 0, 1, 2, 3};
    ProductCodes codes =
        new ProductCodes(
            new ProductCodes.Shape(1, 2, 2), Distance.L2, new float[] {10, 10}, entries);
    MemorySegment row = MemorySegment.ofArray(new byte[codes.rowBytes()]);
    codes.encode(new float[] {18.9f, 12.1f}, row, 0);
    assertThat(codes.code(row, 0, 0)).isEqualTo(2);
    assertThat(codes.code(row, 0, 1)).isEqualTo(2);
    assertThat(row.get(Layouts.FLOAT, codes.rowBytes() - 4)).isEqualTo(2 * 8 * 1f);
  }

  @Test
  void rowsAreShortAndKeepToLines() {
    assertThat(rowBytes(1, 1, 8, Distance.L2)).isEqualTo(8);
    assertThat(rowBytes(8, 1, 8, Distance.L2)).isEqualTo(8);
    assertThat(rowBytes(8, 2, 8, Distance.INNER_PRODUCT)).isEqualTo(16);
    assertThat(rowBytes(8, 2, 8, Distance.L2)).isEqualTo(32);
    assertThat(rowBytes(64, 1, 4, Distance.L2)).isEqualTo(32);
    assertThat(rowBytes(96, 1, 8, Distance.L2)).isEqualTo(96);
    assertThat(rowBytes(32, 1, 12, Distance.L2)).isEqualTo(64);
  }

  private static int rowBytes(int subspaces, int stages, int bits, Distance distance) {
    return ProductCodes.rowBytes(new ProductCodes.Shape(subspaces, stages, bits), distance);
  }

  @Test
  void refusesWhatDoesNotFit() {
    assertThatThrownBy(() -> new ProductCodes.Shape(1, 1, 13))
        .isInstanceOf(IllegalArgumentException.class);
    ProductCodes.Shape shape = new ProductCodes.Shape(3, 1, 4);
    assertThatThrownBy(() -> new ProductCodes(shape, Distance.L2, new float[4], new float[4 * 16]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(
            () -> new ProductCodes(shape, Distance.COSINE, new float[3], new float[3 * 16]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
