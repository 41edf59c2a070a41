package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SUBSTRUCTURE and SUPERSTRUCTURE of rows that match but for one bit. */
class InclusionTest {
  private static final long SEED = 20261122;

  @ParameterizedTest
  @EnumSource
  void everyBitDecides(Kernels.Form form) {
    for (int dimension : new int[] {8, 64, 104, 512, 1032}) {
      RandomRows random = new RandomRows(new Random(SEED), ElementType.BINARY, dimension);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment part = arena.allocate(ElementType.BINARY.rowBytes(dimension));
        MemorySegment whole = arena.allocate(part.byteSize());
        random.write(part, 0);
        random.write(whole, 0);
        for (long at = 0; at < part.byteSize(); at++) {
          int either = part.get(Layouts.BYTE, at) | whole.get(Layouts.BYTE, at);
          whole.set(Layouts.BYTE, at, (byte) either);
        }
        check(form, Distance.SUBSTRUCTURE, dimension, part, whole);
        check(form, Distance.SUPERSTRUCTURE, dimension, whole, part);
      }
    }
  }

  /** Rows are the one given, with a bit of it turned, each bit in turn, and as it is. */
  private static void check(
      Kernels.Form form, Distance distance, int dimension, MemorySegment query, MemorySegment row) {
    Kernel kernel = Kernels.of(form, ElementType.BINARY, distance, dimension);
    int stride = kernel.rowBytes();
    int count = dimension + 1;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment prepared = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(query, prepared);
      MemorySegment rows = arena.allocate((long) count * stride, 64);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(row, 0, rows, (long) i * stride, row.byteSize());
      }
      for (int bit = 0; bit < dimension; bit++) {
        long at = (long) bit * stride + bit / 8;
        rows.set(Layouts.BYTE, at, (byte) (rows.get(Layouts.BYTE, at) ^ 1 << bit % 8));
      }
      float[] distances = new float[count];
      int[] ordinals = IntStream.range(0, count).toArray();
      kernel.distances(prepared, rows, 0, stride, ordinals, count, distances);
      // A part of the row misses a bit that it has, a whole of it one that it has not.
      int deciding = distance == Distance.SUBSTRUCTURE ? 1 : 0;
      for (int bit = 0; bit < dimension; bit++) {
        boolean decides = (query.get(Layouts.BYTE, bit / 8) >> bit % 8 & 1) == deciding;
        assertThat(distances[bit])
            .as("%s %s bit %d of %d, seed %d", form, distance, bit, dimension, SEED)
            .isEqualTo(decides ? 1 : 0);
      }
      assertThat(distances[dimension]).isZero();
    }
  }
}
