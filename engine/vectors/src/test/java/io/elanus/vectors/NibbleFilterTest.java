package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Both forms of the filter against each other and against distances in double arithmetic. */
class NibbleFilterTest {
  private static final long SEED = 41;
  private static final int BLOCKS = 5;
  private static final int ROWS = BLOCKS * NibbleFilter.BLOCK_ROWS;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 31, 128, 384, 1030})
  void formsAgree(int dimension) {
    Random random = new Random(SEED + dimension);
    NibbleFilter scalar = Kernels.filter(Kernels.Form.SCALAR, dimension);
    NibbleFilter simd = Kernels.filter(Kernels.Form.SIMD, dimension);
    try (Arena arena = Arena.ofConfined()) {
      FilterCodes codes = FilterCodes.train(Distance.L2, rows(64, dimension, random), dimension);
      MemorySegment data = encoded(codes, rows(ROWS, dimension, random), 64, random, arena);
      MemorySegment tables = arena.allocate(NibbleFilter.tableBytes(dimension), 64);
      codes.prepare(rows(1, dimension, random)[0], tables);
      int some = 0;
      for (int limit = 0; limit < 40 * (dimension + 40); limit = limit * 3 / 2 + 7) {
        for (NibbleFilter.Bound bound :
            new NibbleFilter.Bound[] {
              new NibbleFilter.Bound(limit, 0, 0),
              new NibbleFilter.Bound(limit, 77, 4),
              new NibbleFilter.Bound(
                  Math.min(limit, NibbleFilter.LARGEST_SUM),
                  NibbleFilter.Bound.LARGEST_SLOPE,
                  random.nextInt(9))
            }) {
          for (int blocks = 0; blocks <= BLOCKS; blocks += 1 + blocks) {
            long[] wanted = new long[blocks];
            long[] found = new long[blocks];
            scalar.within(tables, data, 64, blocks, bound, wanted);
            simd.within(tables, data, 64, blocks, bound, found);
            assertThat(found).as("%s, %d blocks", bound, blocks).isEqualTo(wanted);
            for (long bits : found) {
              some += bits != 0 && bits != -1 ? 1 : 0;
            }
          }
        }
      }
      assertThat(some).isPositive();
    }
  }

  private static MemorySegment encoded(
      FilterCodes codes, float[][] rows, long at, Random random, Arena arena) {
    int block = NibbleFilter.blockBytes(codes.dimension());
    MemorySegment data = arena.allocate(at + (long) BLOCKS * block, 64);
    for (int row = 0; row < rows.length; row++) {
      int inBlock = row % NibbleFilter.BLOCK_ROWS;
      long start = at + (long) (row / NibbleFilter.BLOCK_ROWS) * block;
      codes.encode(rows[row], random.nextInt(256), data, start, inBlock);
    }
    return data;
  }

  private static float[][] rows(int count, int dimension, Random random) {
    float[][] rows = new float[count][dimension];
    for (float[] row : rows) {
      for (int j = 0; j < dimension; j++) {
        row[j] = (float) random.nextGaussian() * (1 + j % 3);
      }
    }
    return rows;
  }

  /** Rows pass exactly up to their sum, and no sum is above the distance that it stands for. */
  @ParameterizedTest
  @CsvSource({
    "L2, 3, 0",
    "L2, 50, 0",
    "L2, 384, 100",
    "L2, 2000, 0",
    "INNER_PRODUCT, 3, 0",
    "INNER_PRODUCT, 50, 0",
    "INNER_PRODUCT, 384, 100"
  })
  void sumsNeverSayTooMuch(Distance distance, int dimension, float offset) {
    Random random = new Random(SEED);
    NibbleFilter filter = Kernels.filter(Kernels.Form.SCALAR, dimension);
    float[][] rows = rows(ROWS, dimension, random);
    for (float[] row : rows) {
      for (int j = 0; j < dimension; j++) {
        row[j] += offset;
      }
    }
    float[] query = rows[7].clone();
    query[0] += 3;
    try (Arena arena = Arena.ofConfined()) {
      FilterCodes codes = FilterCodes.train(distance, rows, dimension);
      MemorySegment data = encoded(codes, rows, 0, random, arena);
      MemorySegment memory = arena.allocate(NibbleFilter.tableBytes(dimension), 64);
      FilterCodes.Tables tables = codes.prepare(query, memory);
      assertThat(tables.perUnit()).isPositive();
      double nearest = Double.POSITIVE_INFINITY;
      double loosest = 0;
      for (int row = 0; row < ROWS; row++) {
        int sum = sum(filter, memory, data, row);
        double least = tables.offset() + sum / tables.perUnit();
        double toCodes = distance(distance, query, decoded(codes, rows[row]));
        assertThat(least).isLessThanOrEqualTo(toCodes + 1e-6 * Math.abs(toCodes));
        loosest = Math.max(loosest, toCodes - least);
        nearest = Math.min(nearest, toCodes);
      }
      assertThat(loosest).isLessThanOrEqualTo((dimension + 1) / tables.perUnit());
    }
  }

  /** The least limit with which a row passes. */
  private static int sum(NibbleFilter filter, MemorySegment tables, MemorySegment data, int row) {
    int low = 0;
    int high = NibbleFilter.LARGEST_SUM;
    long[] passed = new long[BLOCKS];
    while (low < high) {
      int middle = (low + high) / 2;
      filter.within(tables, data, 0, BLOCKS, new NibbleFilter.Bound(middle, 0, 0), passed);
      boolean passes = (passed[row / 64] >>> row & 1) == 1;
      low = passes ? low : middle + 1;
      high = passes ? middle : high;
    }
    return low;
  }

  private static float[] decoded(FilterCodes codes, float[] row) {
    float[] low = codes.low();
    float[] step = codes.step();
    float[] decoded = new float[row.length];
    for (int j = 0; j < row.length; j++) {
      int code = step[j] > 0 ? Math.clamp(Math.round((row[j] - low[j]) / step[j]), 0, 15) : 0;
      decoded[j] = low[j] + step[j] * code;
    }
    return decoded;
  }

  private static double distance(Distance distance, float[] a, float[] b) {
    double sum = 0;
    for (int j = 0; j < a.length; j++) {
      double left = (double) a[j] - b[j];
      sum += distance == Distance.L2 ? left * left : -(double) a[j] * b[j];
    }
    return sum;
  }

  @ParameterizedTest
  @ValueSource(floats = {0, 1e20f, 1e38f})
  void extremeQueriesHaveTables(float value) {
    float[][] rows = {{-1, 0, value, 5}, {2, 0, -value, 5}};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(NibbleFilter.tableBytes(4), 64).fill((byte) 9);
      for (Distance distance : new Distance[] {Distance.L2, Distance.INNER_PRODUCT}) {
        FilterCodes.Tables tables = FilterCodes.train(distance, rows, 4).prepare(rows[0], memory);
        assertThat(tables.perUnit()).isGreaterThanOrEqualTo(0).isFinite();
      }
    }
  }

  @Test
  void aStartingFilterIsReadyOnceItIsCompiled() {
    AtomicBoolean compiled = new AtomicBoolean();
    NibbleFilter starting =
        new StartingNibbleFilter(
            Kernels.filter(Kernels.Form.SIMD, 8),
            Kernels.filter(Kernels.Form.SCALAR, 8),
            compiled::get);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tables = arena.allocate(NibbleFilter.tableBytes(8), 64).fill((byte) 1);
      MemorySegment codes = arena.allocate(NibbleFilter.blockBytes(8), 64);
      long[] passed = new long[1];
      assertThat(starting.ready()).isFalse();
      starting.within(tables, codes, 0, 1, new NibbleFilter.Bound(8, 0, 0), passed);
      assertThat(passed).containsExactly(-1);
      compiled.set(true);
      assertThat(starting.ready()).isTrue();
      starting.within(tables, codes, 0, 1, new NibbleFilter.Bound(7, 0, 0), passed);
      assertThat(passed).containsExactly(0);
    }
  }
}
