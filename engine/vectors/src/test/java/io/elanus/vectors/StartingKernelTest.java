package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class StartingKernelTest {
  private static final long SEED = 20261121;
  private static final int DIMENSION = 100;

  /** An odd number of vectors of every width but the least. */
  private static final int WIDE_DIMENSION = Kernels.WIDE + 16;

  private static final int ROWS = 11;
  private static final int MOST_RUNS = 100_000;

  @ParameterizedTest
  @EnumSource(
      value = ElementType.class,
      names = {"FLOAT32", "FLOAT16", "BFLOAT16", "INT8"})
  void aQueryPreparedBeforeTheChangeOfFormServesAfterIt(ElementType type) {
    AtomicBoolean compiled = new AtomicBoolean();
    Kernel simd = Kernels.of(Kernels.Form.SIMD, type, Distance.COSINE, DIMENSION);
    Kernel scalar = Kernels.of(Kernels.Form.SCALAR, type, Distance.COSINE, DIMENSION);
    Kernel starting = new StartingKernel(simd, scalar, compiled::get);
    RandomRows random = new RandomRows(new Random(SEED), type, DIMENSION);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) ROWS * starting.rowBytes(), 64);
      for (int row = 0; row < ROWS; row++) {
        random.write(rows, (long) row * starting.rowBytes());
      }
      MemorySegment vector = arena.allocate(type.rowBytes(DIMENSION));
      random.write(vector, 0);
      MemorySegment query = arena.allocate(starting.queryBytes(), 64);
      starting.prepare(vector, query);

      float[] before = distances(starting, query, rows);
      compiled.set(true);
      float[] after = distances(starting, query, rows);

      assertThat(before).isEqualTo(answer(arena, scalar, vector, rows));
      assertThat(after).isEqualTo(answer(arena, simd, vector, rows));
      assertThat(after).containsExactly(before, within(1e-5f));
    }
  }

  static List<Arguments> formsOfNumbers() {
    List<Arguments> forms = new ArrayList<>();
    for (ElementType type : ElementType.values()) {
      for (Distance distance : List.of(Distance.L2, Distance.INNER_PRODUCT, Distance.COSINE)) {
        if (type != ElementType.BINARY) {
          forms.add(Arguments.of(type, distance, DIMENSION));
          forms.add(Arguments.of(type, distance, WIDE_DIMENSION));
        }
      }
    }
    return forms;
  }

  /** Uncompiled, the module reduces lanes in another order, so the compiler is waited for. */
  @ParameterizedTest
  @MethodSource("formsOfNumbers")
  void theCompiledFormGivesTheBitsOfTheScalarOne(
      ElementType type, Distance distance, int dimension) {
    Kernel simd = Kernels.of(Kernels.Form.SIMD, type, distance, dimension);
    Kernel scalar = Kernels.of(Kernels.Form.SCALAR, type, distance, dimension);
    RandomRows random = new RandomRows(new Random(SEED), type, dimension);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) ROWS * simd.rowBytes(), 64);
      for (int row = 1; row < ROWS; row++) {
        random.write(rows, (long) row * simd.rowBytes());
      }
      MemorySegment vector = arena.allocate(type.rowBytes(dimension));
      random.write(vector, 0);
      float[] expected = answer(arena, scalar, vector, rows);
      MemorySegment query = arena.allocate(simd.queryBytes(), 64);
      simd.prepare(vector, query);
      int runs = 0;
      while (!Arrays.equals(distances(simd, query, rows), expected) && runs < MOST_RUNS) {
        runs++;
      }
      assertThat(distances(simd, query, rows)).isEqualTo(expected);
    }
  }

  @Test
  void theStartIsOverWhenTheSimdFormWasQuickerOnce() {
    KernelStart start = new KernelStart();
    Iterator<Long> simd = List.of(9000L, 8000L, 40L).iterator();
    Iterator<Long> scalar = List.of(50L, 700L, 60L).iterator(); // the second was interrupted
    List<Long> pauses = new ArrayList<>();
    start.compare(simd::next, scalar::next, () -> 0, pauses::add);
    assertThat(start.over()).isTrue();
    assertThat(simd.hasNext()).isFalse();
    assertThat(pauses).containsExactly(4 * 9050L, 4 * 8700L);
  }

  @Test
  void theStartIsOverAfterTwentySecondsInAnyCase() {
    KernelStart start = new KernelStart();
    AtomicLong now = new AtomicLong();
    AtomicInteger runs = new AtomicInteger();
    LongSupplier slow =
        () -> {
          runs.incrementAndGet();
          return 100;
        };
    start.compare(slow, () -> 50, now::get, pause -> now.addAndGet(9_000_000_000L));
    assertThat(start.over()).isTrue();
    assertThat(runs.get()).isEqualTo(4);
  }

  private static float[] answer(
      Arena arena, Kernel kernel, MemorySegment vector, MemorySegment rows) {
    MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
    kernel.prepare(vector, query);
    return distances(kernel, query, rows);
  }

  /**
   * Of rows that lie one after the other, and of rows that do not: kernels have a loop for each.
   */
  private static float[] distances(Kernel kernel, MemorySegment query, MemorySegment rows) {
    float[] distances = new float[ROWS];
    int[] ordinals = IntStream.range(0, ROWS).toArray();
    kernel.distances(query, rows, 0, kernel.rowBytes(), ordinals, ROWS, distances);
    int[] scattered = IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();
    float[] backwards = new float[ROWS];
    kernel.distances(query, rows, 0, kernel.rowBytes(), scattered, ROWS, backwards);
    float[] both = Arrays.copyOf(distances, 2 * ROWS);
    System.arraycopy(backwards, 0, both, ROWS, ROWS);
    return both;
  }
}
