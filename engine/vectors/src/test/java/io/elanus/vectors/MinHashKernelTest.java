package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Shares of equal elements, by definition. */
class MinHashKernelTest {
  private static final int ROWS = 50;

  @ParameterizedTest
  @CsvSource({
    "8, 8",
    "8, 24",
    "8, 512",
    "16, 16",
    "16, 1040",
    "32, 32",
    "32, 96",
    "32, 4096",
    "64, 64",
    "64, 1024",
    "24, 240",
    "128, 1280",
    "256, 256",
    "256, 2560",
    "40, 120"
  })
  void countsEqualElements(int elementBits, int dimension) {
    for (Kernels.Form form : Kernels.Form.values()) {
      countsEqualElements(Kernels.minHash(form, dimension, elementBits), elementBits);
    }
  }

  private static void countsEqualElements(Kernel kernel, int elementBits) {
    int dimension = kernel.dimension();
    Random random = new Random(dimension);
    int bytes = dimension / 8;
    int width = elementBits / 8;
    try (Arena arena = Arena.ofConfined()) {
      byte[] asked = new byte[bytes];
      random.nextBytes(asked);
      MemorySegment rows = arena.allocate((long) ROWS * kernel.rowBytes(), 64);
      int[] ordinals = new int[ROWS];
      float[] expected = new float[ROWS];
      for (int row = 0; row < ROWS; row++) {
        byte[] signature = asked.clone();
        int equal = 0;
        for (int element = 0; element < bytes / width; element++) {
          if (random.nextInt(ROWS) < row) {
            signature[element * width + random.nextInt(width)] ^= (byte) (1 << random.nextInt(8));
          }
          int from = element * width;
          equal += Arrays.equals(signature, from, from + width, asked, from, from + width) ? 1 : 0;
        }
        MemorySegment.copy(
            signature, 0, rows, ValueLayout.JAVA_BYTE, (long) row * kernel.rowBytes(), bytes);
        ordinals[row] = row;
        expected[row] = (float) equal / (bytes / width);
      }
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(MemorySegment.ofArray(asked), query);
      float[] distances = new float[ROWS];
      kernel.distances(query, rows, 0, kernel.rowBytes(), ordinals, ROWS, distances);
      for (int row = 0; row < ROWS; row++) {
        assertThat(Distance.MINHASH.score(distances[row])).isEqualTo(expected[row]);
      }
    }
  }

  @Test
  void refusesElementsThatDoNotFit() {
    assertThatThrownBy(() -> Kernels.minHash(Kernels.Form.SCALAR, 64, 12))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Kernels.minHash(Kernels.Form.SIMD, 48, 32))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
