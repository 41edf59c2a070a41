package io.elanus.bench;

import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.FloatCodes;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.NearestCentres;
import io.elanus.vectors.NibbleFilter;
import io.elanus.vectors.NibbleScan;
import io.elanus.vectors.NibbleTables;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.ProductCodes;
import io.elanus.vectors.RowCodes;
import io.elanus.vectors.SignCodes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Nanoseconds a row of every kernel, on rows that stay in the cache; where a caller says which,
 * they are asked for in both ways, and the slower counts. A kernel whose vector operations the
 * compiler no longer inlines is correct and a hundred times slower; the bound, a few times what the
 * kernels need, is there to find it.
 */
final class KernelCheck {
  private static final int[] DIMENSIONS = {100, 128, 768};
  private static final int ROWS = 200;
  private static final long LEAST_NANOS = 200_000_000L;

  /** For the compiler to come: as long as the engine itself waits for a kernel. */
  private static final long MOST_NANOS = 20_000_000_000L;

  private final List<String> found = new ArrayList<>();

  private KernelCheck() {}

  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    KernelCheck check = new KernelCheck();
    for (ElementType type : ElementType.values()) {
      for (Distance distance : distances(type)) {
        for (int dimension : DIMENSIONS) {
          double bound = bound(type.paddedBytes(dimension));
          Kernel kernel = Kernels.of(type, distance, dimension);
          double nanos = nanosPerRow(type, kernel, bound);
          check.add(type.name(), distance.name(), dimension, nanos, bound);
        }
      }
    }
    for (int dimension : DIMENSIONS) {
      check.addScans(dimension);
      double bound = bound(dimension);
      codes(dimension)
          .forEach(
              (name, codes) ->
                  check.add(
                      name, "L2", dimension, nanosPerCode(codes, codes.kernel(), bound), bound));
      ByteCodes fine = ByteCodes.trainWhole(Distance.L2, sample(dimension), dimension);
      check.add("8 BITS", "L2", dimension, nanosPerCode(fine, fine.fineKernel(), bound), bound);
      check.addProducts(dimension);
      check.addSignatures(dimension);
    }
    Files.writeString(
        task.path("result"),
        "{\"form\": \"%s\", \"kernels\": [%s]}"
            .formatted(Kernels.active(), String.join(", ", check.found)));
  }

  /** What a kernel may take of a row of so many bytes, or elements of a code. */
  private static double bound(int bytes) {
    return 20 + bytes * 0.1;
  }

  private void add(String type, String distance, int dimension, double nanos, double bound) {
    found.add(
        String.format(
            Locale.ROOT,
            "{\"type\": \"%s\", \"distance\": \"%s\", \"dimension\": %d,"
                + " \"ns\": %.2f, \"bound\": %.1f}",
            type,
            distance,
            dimension,
            nanos,
            bound));
  }

  /** Many rows at once, or many against many. */
  private void addScans(int dimension) {
    double bound = bound(dimension);
    add("NIBBLES", "FILTER", dimension, nanosPerFilteredRow(dimension, bound), bound);
    add("NIBBLES", "LOOK-UPS", dimension, nanosPerLookedUpRow(dimension, bound), bound);
    double ofFloats = bound(ElementType.FLOAT32.paddedBytes(dimension));
    add("CENTRES", "L2", dimension, nanosPerCentre(dimension, ofFloats), ofFloats);
  }

  /**
   * Codes of four dimensions each, looked up two at a time, one, and one in tables that the nearest
   * cache does not hold; and the entry that a piece of a row is nearest to.
   */
  private void addProducts(int dimension) {
    int subspaces = dimension / 4;
    for (int bits : new int[] {4, 8, 10}) {
      ProductCodes codes = product(new ProductCodes.Shape(subspaces, 1, bits), dimension);
      double bound = 20 + subspaces * (bits == 4 ? 1 : bits == 8 ? 2 : 4);
      double nanos = nanosPerCode(codes, codes.kernel(), bound);
      add("PRODUCT " + bits, "L2", dimension, nanos, bound);
    }
    double ofFloats = bound(ElementType.FLOAT32.paddedBytes(dimension));
    add("ENTRIES", "L2", dimension, nanosPerEntry(dimension, ofFloats), ofFloats);
  }

  /** As many elements of a signature as a row has dimensions. */
  private void addSignatures(int elements) {
    for (int bits : new int[] {32, 64}) {
      Kernel kernel = Kernels.minHashForAnswers(elements * bits, bits);
      double bound = bound(elements * bits / 8);
      double nanos = nanosPerRow(ElementType.BINARY, kernel, bound);
      add("MINHASH " + bits, "MINHASH", elements, nanos, bound);
    }
  }

  /** What graphs are walked on, by name. */
  private static Map<String, RowCodes> codes(int dimension) {
    float[][] sample = sample(dimension);
    Map<String, RowCodes> codes = new LinkedHashMap<>();
    codes.put("7 BITS", ByteCodes.train(Distance.L2, sample, dimension));
    codes.put("6 BITS", PackedCodes.train(6, Distance.L2, sample, dimension));
    codes.put("4 BITS", PackedCodes.train(4, Distance.L2, sample, dimension));
    codes.put("SIGNS", SignCodes.train(Distance.L2, sample, dimension));
    codes.put("FP16 BY FLOATS", new FloatCodes(ElementType.FLOAT16, Distance.L2, dimension));
    codes.put("BF16 BY FLOATS", new FloatCodes(ElementType.BFLOAT16, Distance.L2, dimension));
    return codes;
  }

  private static ProductCodes product(ProductCodes.Shape shape, int dimension) {
    float[] entries = numbers(ProductCodes.entries(shape, dimension));
    return new ProductCodes(shape, Distance.L2, new float[dimension], entries);
  }

  private static float[] numbers(int count) {
    Random random = new Random(2);
    float[] numbers = new float[count];
    for (int i = 0; i < count; i++) {
      numbers[i] = random.nextFloat();
    }
    return numbers;
  }

  private static float[][] sample(int dimension) {
    Random random = new Random(1);
    float[][] sample = new float[ROWS][dimension];
    for (float[] row : sample) {
      for (int i = 0; i < dimension; i++) {
        row[i] = random.nextFloat();
      }
    }
    return sample;
  }

  private static double nanosPerCode(RowCodes codes, Kernel kernel, double bound) {
    float[][] sample = sample(codes.dimension());
    try (Arena arena = Arena.ofConfined()) {
      long stride = kernel.rowBytes();
      MemorySegment rows = arena.allocate(ROWS * stride, 64);
      for (int row = 0; row < ROWS; row++) {
        codes.encode(sample[row], rows, row * stride);
      }
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(MemorySegment.ofArray(sample[0]), query);
      return slower(kernel, query, rows, bound);
    }
  }

  private static List<Distance> distances(ElementType type) {
    return type == ElementType.BINARY
        ? Arrays.stream(Distance.values()).filter(Distance::ofSets).toList()
        : List.of(Distance.L2, Distance.INNER_PRODUCT, Distance.COSINE);
  }

  private static double nanosPerRow(ElementType type, Kernel kernel, double bound) {
    Random random = new Random(1);
    try (Arena arena = Arena.ofConfined()) {
      long stride = kernel.rowBytes();
      MemorySegment rows = arena.allocate(ROWS * stride, 64);
      int bytes = type.rowBytes(kernel.dimension());
      for (int row = 0; row < ROWS; row++) {
        fill(type, rows.asSlice(row * stride, bytes), random);
      }
      MemorySegment query = arena.allocate(kernel.queryBytes(), 64);
      kernel.prepare(rows.asSlice(0, bytes), query);
      return slower(kernel, query, rows, bound);
    }
  }

  private static double slower(
      Kernel kernel, MemorySegment query, MemorySegment rows, double bound) {
    int[] asScans = IntStream.range(0, ROWS).toArray();
    int[] asGraphs = IntStream.range(0, ROWS).map(i -> ROWS - 1 - i).toArray();
    return Math.max(
        nanosPerRow(kernel, query, rows, asGraphs, bound),
        nanosPerRow(kernel, query, rows, asScans, bound));
  }

  private static double nanosPerRow(
      Kernel kernel, MemorySegment query, MemorySegment rows, int[] ordinals, double bound) {
    float[] out = new float[ROWS];
    return nanos(
        () -> kernel.distances(query, rows, 0, kernel.rowBytes(), ordinals, ROWS, out),
        ROWS,
        bound);
  }

  /** Nanoseconds of one of the parts of a pass, the quickest of many passes. */
  private static double nanos(Runnable pass, int parts, double bound) {
    long best = Long.MAX_VALUE;
    long start = System.nanoTime();
    long elapsed = 0;
    while (elapsed < LEAST_NANOS || (best > bound * parts && elapsed < MOST_NANOS)) {
      long begun = System.nanoTime();
      pass.run();
      long now = System.nanoTime();
      best = Math.min(best, now - begun);
      elapsed = now - start;
    }
    return (double) best / parts;
  }

  private static double nanosPerFilteredRow(int dimension, double bound) {
    int blocks = 4;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment codes = arena.allocate((long) blocks * NibbleFilter.blockBytes(dimension), 64);
      MemorySegment tables = arena.allocate(NibbleFilter.tableBytes(dimension), 64);
      codes.fill((byte) 0x5a);
      NibbleFilter filter = Kernels.filterForAnswers(dimension);
      NibbleFilter.Bound some = new NibbleFilter.Bound(100, 1, 0);
      long[] passed = new long[blocks];
      return nanos(
          () -> filter.within(tables, codes, 0, blocks, some, passed),
          blocks * NibbleFilter.BLOCK_ROWS,
          bound);
    }
  }

  /** Codes of two dimensions each, looked up in tables of sixteen entries. */
  private static double nanosPerLookedUpRow(int dimension, double bound) {
    int blocks = 4;
    int subspaces = dimension / 2;
    NibbleScan scan = Kernels.nibbles(subspaces);
    try (Arena arena = Arena.ofConfined()) {
      long stride = NibbleScan.blockBytes(subspaces);
      MemorySegment codes = arena.allocate(blocks * stride, 64);
      codes.fill((byte) 0x5a);
      MemorySegment tables = arena.allocate(NibbleScan.tableBytes(subspaces), 64);
      NibbleTables rounded = scan.round(numbers(16 * subspaces), tables);
      float[] distances = new float[blocks * NibbleScan.BLOCK_ROWS];
      long[] within = new long[blocks];
      return nanos(
          () ->
              scan.distances(
                  tables, rounded, codes, 0, stride, blocks, 0, 0, Float.NaN, distances, within),
          distances.length,
          bound);
    }
  }

  /** A row and a centre. */
  private static double nanosPerCentre(int dimension, double bound) {
    int blocks = 4;
    int count = 48;
    NearestCentres kernel = Kernels.nearestCentres(dimension);
    float[] centres = numbers(count * dimension);
    float[] halves = numbers(count);
    int[] nearest = new int[blocks * NearestCentres.BLOCK_ROWS];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment rows = arena.allocate(blocks * NearestCentres.blockBytes(dimension), 64);
      fill(ElementType.FLOAT32, rows, new Random(1));
      return nanos(
          () -> kernel.find(rows, 0, blocks, centres, halves, count, nearest),
          nearest.length * count,
          bound);
    }
  }

  /** An entry of a codebook, as long as a row. */
  private static double nanosPerEntry(int dimension, double bound) {
    int count = 256;
    float[] entries = numbers(count * dimension);
    float[] values = numbers(dimension);
    int[] chosen = new int[1];
    return nanos(
        () -> chosen[0] += ProductCodes.nearest(values, 0, entries, 0, dimension, count),
        count,
        bound);
  }

  /** Ordinary numbers: no infinities, no subnormals. */
  private static void fill(ElementType type, MemorySegment row, Random random) {
    for (int i = 0; i < row.byteSize(); i++) {
      row.set(ValueLayout.JAVA_BYTE, i, (byte) random.nextInt(1, 100));
    }
    if (type == ElementType.FLOAT32) {
      for (int i = 0; i < row.byteSize() / 4; i++) {
        row.set(ValueLayout.JAVA_FLOAT, 4L * i, random.nextFloat());
      }
    } else if (type == ElementType.FLOAT16 || type == ElementType.BFLOAT16) {
      for (int i = 0; i < row.byteSize() / 2; i++) {
        row.set(ValueLayout.JAVA_SHORT, 2L * i, (short) (0x3800 + random.nextInt(0x400)));
      }
    }
  }
}
