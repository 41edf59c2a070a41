package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every form of every kernel against plain double arithmetic. */
class KernelsTest {
  private static final long SEED = 20260731;
  private static final int ROWS = 37;

  record Shape(Kernels.Form form, ElementType type, Distance distance, int dimension) {}

  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (Kernels.Form form : Kernels.Form.values()) {
      for (int dimension : new int[] {1, 2, 7, 16, 31, 32, 100, 384, 1030}) {
        for (ElementType type : ElementType.values()) {
          for (Distance distance : Distance.values()) {
            boolean known = distance != Distance.MINHASH;
            if (known && distance.ofSets() == (type == ElementType.BINARY)) {
              shapes.add(new Shape(form, type, distance, dimension));
            }
          }
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void agreesWithDoubleArithmetic(Shape shape) {
    RandomRows random = new RandomRows(new Random(SEED), shape.type(), shape.dimension());
    Kernel kernel = Kernels.of(shape.form(), shape.type(), shape.distance(), shape.dimension());
    try (Arena arena = Arena.ofConfined()) {
      long stride = kernel.rowBytes() + 64L;
      MemorySegment rows = arena.allocate(128 + ROWS * stride, 64);
      for (int i = 1; i < ROWS; i++) {
        random.write(rows, 128 + i * stride);
      }
      MemorySegment row = arena.allocate(shape.type().rowBytes(shape.dimension()));
      random.write(row, 0);
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      for (int count = 0; count < 9; count++) {
        check(shape, kernel, rows, stride, row, query, IntStream.range(0, count).toArray());
      }
      int[] shuffled = new Random(SEED).ints(50, 0, ROWS).toArray();
      check(shape, kernel, rows, stride, row, query, shuffled);
      query.fill((byte) 0);
      row.fill((byte) 0);
      check(shape, kernel, rows, stride, row, query, shuffled);
    }
  }

  private static void check(
      Shape shape,
      Kernel kernel,
      MemorySegment rows,
      long stride,
      MemorySegment row,
      MemorySegment query,
      int[] ordinals) {
    float[] distances = new float[ordinals.length + 1];
    distances[ordinals.length] = 42;
    kernel.prepare(row, query);
    kernel.distances(query, rows, 128, stride, ordinals, ordinals.length, distances);
    for (int i = 0; i < ordinals.length; i++) {
      double expected =
          Oracle.distance(
              shape.type(),
              shape.distance(),
              shape.dimension(),
              row,
              rows.asSlice(128 + ordinals[i] * stride));
      assertThat((double) distances[i])
          .as("%s row %d seed %d", shape, ordinals[i], SEED)
          .isCloseTo(expected, within(Math.abs(expected) * 1e-5 + 2e-5 * shape.dimension()));
    }
    assertThat(distances[ordinals.length]).as("behind the end").isEqualTo(42);
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void distanceToItselfIsExact(Shape shape) {
    if (shape.distance() != Distance.L2 && shape.distance() != Distance.HAMMING) {
      return;
    }
    Kernel kernel = Kernels.of(shape.form(), shape.type(), shape.distance(), shape.dimension());
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment row = arena.allocate(kernel.rowBytes(), 64);
      new RandomRows(new Random(SEED), shape.type(), shape.dimension()).write(row, 0);
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(row, query);
      float[] distances = new float[1];
      kernel.distances(query, row, 0, kernel.rowBytes(), new int[] {0}, 1, distances);
      assertThat(distances[0]).isZero();
    }
  }

  @Test
  void int8TakesTheWholeRangeAtTheLargestDimension() {
    for (Kernels.Form form : Kernels.Form.values()) {
      Kernel dot = Kernels.of(form, ElementType.INT8, Distance.INNER_PRODUCT, 32768);
      Kernel l2 = Kernels.of(form, ElementType.INT8, Distance.L2, 32768);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment low = arena.allocate(32768, 64).fill((byte) -128);
        MemorySegment high = arena.allocate(32768, 64).fill((byte) 127);
        MemorySegment query = arena.allocate(dot.queryBytes(), 64);
        float[] distances = new float[1];
        dot.prepare(low, query);
        dot.distances(query, low, 0, 32768, new int[] {0}, 1, distances);
        assertThat(distances[0]).isEqualTo(-128f * 128 * 32768);
        l2.prepare(low, query);
        l2.distances(query, high, 0, 32768, new int[] {0}, 1, distances);
        assertThat(distances[0]).isEqualTo(255f * 255 * 32768);
      }
    }
  }

  @Test
  void float16KeepsSubnormalAndLargestNumbers() {
    for (Kernels.Form form : Kernels.Form.values()) {
      Kernel kernel = Kernels.of(form, ElementType.FLOAT16, Distance.INNER_PRODUCT, 2);
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment row = arena.allocate(64, 64);
        row.set(Layouts.SHORT, 0, (short) 1);
        row.set(Layouts.SHORT, 2, Float.floatToFloat16(-65504f));
        MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
        kernel.prepare(row, query);
        float[] distances = new float[1];
        kernel.distances(query, row, 0, 64, new int[] {0}, 1, distances);
        assertThat(distances[0]).isCloseTo(-65504f * 65504f, within(512f));
        row.set(Layouts.SHORT, 2, (short) 0);
        kernel.prepare(row, query);
        kernel.distances(query, row, 0, 64, new int[] {0}, 1, distances);
        assertThat(distances[0]).isEqualTo(-0x1p-48f);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void cosineHasNoLargestAndNoLeastLength(Shape shape) {
    boolean wide = shape.type() == ElementType.FLOAT32 || shape.type() == ElementType.BFLOAT16;
    if (shape.distance() != Distance.COSINE || !wide) {
      return;
    }
    Kernel kernel = Kernels.of(shape.form(), shape.type(), shape.distance(), shape.dimension());
    Random random = new Random(SEED);
    float[] lengths = {1e-38f, 1e-30f, 1e-22f, 1e-12f, 1, 1e12f, 1e18f, 1e19f, 1e30f, 3e38f, 0};
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate((long) lengths.length * kernel.rowBytes(), 64);
      float[] values = new float[shape.dimension()];
      for (int i = 0; i < lengths.length; i++) {
        for (int j = 0; j < values.length; j++) {
          values[j] = lengths[i] * (2 * random.nextFloat() - 1);
        }
        Elements.encode(shape.type(), values, rows, (long) i * kernel.rowBytes());
      }
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      for (int asked = 0; asked < lengths.length; asked++) {
        MemorySegment row = rows.asSlice((long) asked * kernel.rowBytes(), kernel.rowBytes());
        kernel.prepare(row, query);
        float[] distances = new float[lengths.length];
        int[] run = IntStream.range(0, lengths.length).toArray();
        int[] apart = IntStream.range(0, lengths.length).map(i -> i * 3 % lengths.length).toArray();
        for (int[] ordinals : List.of(run, apart)) {
          kernel.distances(query, rows, 0, kernel.rowBytes(), ordinals, run.length, distances);
          for (int i = 0; i < run.length; i++) {
            MemorySegment other = rows.asSlice((long) ordinals[i] * kernel.rowBytes());
            double expected =
                Oracle.distance(shape.type(), shape.distance(), shape.dimension(), row, other);
            assertThat((double) distances[i])
                .as("%s lengths %s and %s", shape, lengths[asked], lengths[ordinals[i]])
                .isCloseTo(expected, within(1e-4));
          }
        }
      }
    }
  }

  @Test
  void refusesDistancesThatATypeDoesNotHave() {
    assertThatThrownBy(() -> Kernels.of(ElementType.BINARY, Distance.L2, 8))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Kernels.of(ElementType.FLOAT32, Distance.HAMMING, 8))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
