package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sums of table entries, in both forms, against addition in double arithmetic. */
class NibbleScanTest {
  private static final int BLOCKS = 5;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 7, 16, 31, 100, 384, 511, 512, 513, 1030})
  void sumsUpTheEntriesThatCodesChoose(int subspaces) {
    Random random = new Random(subspaces);
    float[] tables = new float[16 * subspaces];
    for (int i = 0; i < tables.length; i++) {
      tables[i] = (float) (random.nextGaussian() * (1 + i / 16 % 3));
    }
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment prepared = arena.allocate(NibbleScan.tableBytes(subspaces), 64).fill((byte) 77);
      NibbleTables rounded = NibbleTables.round(tables, subspaces, prepared);
      long stride = NibbleScan.blockBytes(subspaces) + 256L;
      MemorySegment codes = arena.allocate(64 + BLOCKS * stride, 64);
      double[] expected = write(tables, subspaces, codes, stride, random);
      for (int blocks = 0; blocks <= BLOCKS; blocks++) {
        int[] scalar = new int[blocks * NibbleScan.BLOCK_ROWS];
        int[] simd = scalar.clone();
        Kernels.nibbles(Kernels.Form.SCALAR, subspaces)
            .sums(prepared, codes, 64, stride, blocks, scalar);
        Kernels.nibbles(Kernels.Form.SIMD, subspaces)
            .sums(prepared, codes, 64, stride, blocks, simd);
        assertThat(simd).containsExactly(scalar);
        for (int i = 0; i < scalar.length; i++) {
          double sum = rounded.offset() + rounded.scale() * (double) scalar[i];
          assertThat(sum)
              .as("row %d of %d subspaces", i, subspaces)
              .isCloseTo(expected[i], within(rounded.scale() * 0.51 * subspaces + 1e-3));
        }
      }
    }
  }

  private static double[] write(
      float[] tables, int subspaces, MemorySegment codes, long stride, Random random) {
    double[] sums = new double[BLOCKS * NibbleScan.BLOCK_ROWS];
    for (int row = 0; row < sums.length; row++) {
      int inBlock = row % NibbleScan.BLOCK_ROWS;
      long block = 64 + row / NibbleScan.BLOCK_ROWS * stride + NibbleScan.position(inBlock);
      for (int j = 0; j < subspaces; j++) {
        int code = row == 3 ? 15 : random.nextInt(16);
        long at = block + (long) (j / 2) * NibbleScan.BLOCK_ROWS;
        int octet = codes.get(Layouts.BYTE, at) | code << (j % 2 * 4);
        codes.set(Layouts.BYTE, at, (byte) octet);
        sums[row] += tables[16 * j + code];
      }
    }
    return sums;
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 512, 2000})
  void largestEntriesDoNotOverflow(int subspaces) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment tables =
          arena.allocate(NibbleScan.tableBytes(subspaces), 64).fill((byte) NibbleScan.LARGEST);
      MemorySegment codes = arena.allocate(NibbleScan.blockBytes(subspaces), 64).fill((byte) -1);
      for (Kernels.Form form : Kernels.Form.values()) {
        int[] sums = new int[NibbleScan.BLOCK_ROWS];
        Kernels.nibbles(form, subspaces).sums(tables, codes, 0, codes.byteSize(), 1, sums);
        assertThat(sums).containsOnly(NibbleScan.LARGEST * subspaces);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 40})
  void equalEntriesHaveNoScale(int subspaces) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment prepared = arena.allocate(NibbleScan.tableBytes(subspaces), 64);
      float[] tables = new float[16 * subspaces];
      Arrays.fill(tables, 0.5f);
      NibbleTables rounded = NibbleTables.round(tables, subspaces, prepared);
      assertThat(rounded).isEqualTo(new NibbleTables(0.5f * subspaces, 0));
    }
  }
}
