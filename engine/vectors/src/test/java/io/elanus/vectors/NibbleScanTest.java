package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Distances from tables, in both forms, against double arithmetic. */
class NibbleScanTest {
  private static final int BLOCKS = 5;
  private static final int ROWS = NibbleScan.BLOCK_ROWS;
  private static final float BIAS = 0.75f;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 31, 100, 384, 511, 512, 513, 1030})
  void addsUpTheEntriesThatCodesChoose(int subspaces) {
    Random random = new Random(subspaces);
    float[] tables = new float[16 * subspaces];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = (float) (random.nextGaussian() * (1 + i / 16 % 3));
    }
    try (Arena arena = Arena.ofConfined()) {
      for (int terms = 0; terms <= 2; terms++) {
        MemorySegment prepared = prepared(subspaces, arena);
        NibbleScan scalar = Kernels.nibbles(Kernels.Form.SCALAR, subspaces);
        NibbleScan simd = Kernels.nibbles(Kernels.Form.SIMD, subspaces);
        NibbleTables rounded = scalar.round(tables, prepared);
        MemorySegment again = prepared(subspaces, arena);
        assertThat(simd.round(tables, again)).isEqualTo(rounded);
        assertThat(again.mismatch(prepared)).isEqualTo(-1);

        long stride = NibbleScan.blockBytes(subspaces) + 4L * ROWS * terms;
        MemorySegment codes = arena.allocate(64 + BLOCKS * stride, 64);
        double[] expected = write(tables, subspaces, codes, stride, terms, random);
        for (int blocks = 0; blocks <= BLOCKS; blocks++) {
          Answer one = answer(scalar, prepared, rounded, codes, stride, blocks, terms);
          Answer other = answer(simd, prepared, rounded, codes, stride, blocks, terms);
          assertThat(other.distances).isEqualTo(one.distances);
          assertThat(other.within).isEqualTo(one.within);
          for (int i = 0; i < blocks * ROWS; i++) {
            assertThat((double) one.distances[i])
                .as("row %d of %d subspaces, %d terms", i, subspaces, terms)
                .isCloseTo(expected[i], within(3 * (rounded.scale() * 0.51 * subspaces + 1e-3)));
            assertThat(one.within[i / ROWS] >>> i & 1)
                .isEqualTo(one.distances[i] <= one.far ? 1 : 0);
          }
        }
      }
    }
  }

  private record Answer(float[] distances, long[] within, float far) {}

  /** With the median of the distances as the one that is far. */
  private static Answer answer(
      NibbleScan scan,
      MemorySegment prepared,
      NibbleTables rounded,
      MemorySegment codes,
      long stride,
      int blocks,
      int terms) {
    float[] distances = new float[blocks * ROWS];
    long[] within = new long[blocks];
    scan.distances(
        prepared, rounded, codes, 64, stride, blocks, terms, BIAS, Float.NaN, distances, within);
    assertThat(within).containsOnly(blocks == 0 ? new long[0] : new long[] {-1});
    float[] sorted = distances.clone();
    Arrays.sort(sorted);
    float far = blocks == 0 ? 0 : sorted[sorted.length / 2];
    scan.distances(
        prepared, rounded, codes, 64, stride, blocks, terms, BIAS, far, distances, within);
    return new Answer(distances, within, far);
  }

  private static MemorySegment prepared(int subspaces, Arena arena) {
    return arena.allocate(NibbleScan.tableBytes(subspaces), 64).fill((byte) 77);
  }

  private static double[] write(
      float[] tables, int subspaces, MemorySegment codes, long stride, int terms, Random random) {
    double[] distances = new double[BLOCKS * ROWS];
    for (int row = 0; row < distances.length; row++) {
      int inBlock = row % ROWS;
      long block = 64 + row / ROWS * stride;
      for (int j = 0; j < subspaces; j++) {
        int code = row == 3 ? 15 : random.nextInt(16);
        long at = block + NibbleScan.position(inBlock) + (long) (j / 2) * ROWS;
        int octet = codes.get(Layouts.BYTE, at) | code << (j % 2 * 4);
        codes.set(Layouts.BYTE, at, (byte) octet);
        distances[row] += tables[16 * j + code];
      }
      long beside = block + NibbleScan.blockBytes(subspaces) + 4L * inBlock;
      if (terms == 2) {
        float factor = random.nextFloat() * 4 - 2;
        codes.set(Layouts.FLOAT, beside + 4L * ROWS, factor);
        distances[row] *= factor;
      }
      if (terms > 0) {
        float term = random.nextFloat();
        codes.set(Layouts.FLOAT, beside, term);
        distances[row] += term;
      }
      distances[row] += BIAS;
    }
    return distances;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 96, 131})
  void tablesHoldInnerProducts(int subspaces) {
    Random random = new Random(subspaces);
    for (int width : new int[] {1, 2, 3, 8}) {
      float[] query = new float[subspaces * width + 1];
      float[] entries = new float[subspaces * width * 16];
      for (int i = 0; i < query.length; i++) {
        query[i] = (float) random.nextGaussian();
      }
      for (int i = 0; i < entries.length; i++) {
        entries[i] = (float) random.nextGaussian();
      }
      float[] scalar = new float[subspaces * 16];
      float[] simd = scalar.clone();
      Kernels.nibbles(Kernels.Form.SCALAR, subspaces).fill(query, width, entries, -2, scalar);
      Kernels.nibbles(Kernels.Form.SIMD, subspaces).fill(query, width, entries, -2, simd);
      assertThat(simd).isEqualTo(scalar);
      for (int i = 0; i < scalar.length; i++) {
        double dot = 0;
        for (int j = i / 16 * width; j < (i / 16 + 1) * width; j++) {
          dot -= 2.0 * query[j] * entries[16 * j + i % 16];
        }
        assertThat((double) scalar[i]).isCloseTo(dot, within(1e-4));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 512, 2000})
  void largestEntriesDoNotOverflow(int subspaces) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tables =
          arena.allocate(NibbleScan.tableBytes(subspaces), 64).fill((byte) NibbleScan.LARGEST);
      MemorySegment codes =
          arena.allocate(64 + NibbleScan.blockBytes(subspaces), 64).fill((byte) -1);
      for (Kernels.Form form : Kernels.Form.values()) {
        NibbleScan scan = Kernels.nibbles(form, subspaces);
        NibbleTables units = new NibbleTables(0, 1);
        Answer answer = answer(scan, tables, units, codes, codes.byteSize() - 64, 1, 0);
        assertThat(answer.distances).containsOnly(BIAS + NibbleScan.LARGEST * subspaces);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void equalEntriesHaveNoScale(int subspaces) {
    try (Arena arena = Arena.ofConfined()) {
      float[] tables = new float[16 * subspaces];
      Arrays.fill(tables, 0.5f);
      for (Kernels.Form form : Kernels.Form.values()) {
        assertThat(Kernels.nibbles(form, subspaces).round(tables, prepared(subspaces, arena)))
            .isEqualTo(new NibbleTables(0.5f * subspaces, 0));
      }
    }
  }

  /** Tables rounded before the change of form serve after it. */
  @Test
  void startsInTheScalarForm() {
    int subspaces = 12;
    AtomicBoolean compiled = new AtomicBoolean();
    NibbleScan starting =
        new StartingNibbleScan(
            Kernels.nibbles(Kernels.Form.SIMD, subspaces),
            Kernels.nibbles(Kernels.Form.SCALAR, subspaces),
            compiled::get);
    Random random = new Random(7);
    float[] query = {1, -2, 3, 1, -2, 3, 1, -2, 3, 1, -2, 3};
    float[] entries = new float[16 * subspaces];
    for (int i = 0; i < entries.length; i++) {
      entries[i] = random.nextFloat();
    }
    float[] tables = new float[16 * subspaces];
    try (Arena arena = Arena.ofConfined()) {
      long stride = NibbleScan.blockBytes(subspaces);
      MemorySegment codes = arena.allocate(64 + BLOCKS * stride, 64);
      starting.fill(query, 1, entries, 1, tables);
      MemorySegment prepared = prepared(subspaces, arena);
      NibbleTables rounded = starting.round(tables, prepared);
      write(tables, subspaces, codes, stride, 0, random);
      Answer before = answer(starting, prepared, rounded, codes, stride, 1, 0);
      compiled.set(true);
      Answer after = answer(starting, prepared, rounded, codes, stride, 1, 0);
      assertThat(after.distances).isEqualTo(before.distances);
      assertThat(after.within).isEqualTo(before.within);
    }
  }
}
