package io.elanus.index.vector.lists;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Codes that are looked up, and those whose tables would be too large. */
class ProductListsTest {
  private static final long SEED = 41;
  private static final int SLOTS = 40;

  @ParameterizedTest
  @CsvSource({"20, 7, 2", "21, 12, 1", "1040, 12, 1", "20000, 8, 1"})
  void estimatesAreSumsOverSubspaces(int subspaces, int bits, int width) {
    Random random = new Random(SEED);
    float[] entries = random(random, (subspaces << bits) * width);
    float[] query = random(random, subspaces * width);
    int[][] codes = new int[SLOTS][subspaces];
    float[] terms = random(random, SLOTS);
    try (Arena arena = Arena.ofShared()) {
      ProductLists.Writer writer =
          new ProductLists.Writer(
              new Codebooks.Shape(subspaces, bits),
              true,
              SLOTS,
              BuildContext.withThreads(1),
              arena);
      for (int slot = 0; slot < SLOTS; slot++) {
        for (int j = 0; j < subspaces; j++) {
          codes[slot][j] = random.nextInt(1 << bits);
          writer.code(slot, j, codes[slot][j]);
        }
        writer.term(slot, terms[slot]);
      }
      Codebooks books = new Codebooks(subspaces, bits, width, entries, -2);
      InvertedLists lists =
          new InvertedLists(
              Kernels.of(ElementType.FLOAT32, Distance.L2, subspaces * width),
              MemorySegment.NULL,
              new int[] {0, SLOTS});
      ProductLists product = new ProductLists(books, true, lists, writer.section(), Metric.L2);
      Scratch scratch = Scratch.local();
      product.ask(query, new float[] {3}, scratch).estimate(0, 0, SLOTS, Float.NaN, scratch);
      for (int slot = 0; slot < SLOTS; slot++) {
        double expected = 3 + terms[slot];
        for (int j = 0; j < subspaces; j++) {
          for (int i = 0; i < width; i++) {
            float entry = entries[books.entry(j, codes[slot][j]) + i];
            expected += -2.0 * query[j * width + i] * entry;
          }
        }
        assertThat((double) scratch.distances[slot])
            .as("seed %d slot %d", SEED, slot)
            .isCloseTo(expected, within(0.01));
      }
    }
  }

  private static float[] random(Random random, int count) {
    float[] values = new float[count];
    for (int i = 0; i < count; i++) {
      values[i] = random.nextFloat() - 0.5f;
    }
    return values;
  }
}
