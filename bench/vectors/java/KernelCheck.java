package io.elanus.bench;

import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.NibbleFilter;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.RowCodes;
import io.elanus.vectors.SignCodes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;
import java.util.stream.IntStream;

/**
 * Nanoseconds a row of every kernel, on rows that stay in the cache, asked for in both ways: the
 * slower counts. A kernel whose vector operations the compiler no longer inlines is correct and a
 * hundred times slower; the bound, a few times what the kernels need, is there to find it.
 */
final class KernelCheck {
  private static final int ROWS = 200;
  private static final long LEAST_NANOS = 200_000_000L;

  /** For the compiler to come: as long as the engine itself waits for a kernel. */
  private static final long MOST_NANOS = 20_000_000_000L;

  private KernelCheck() {}

  public static void main(String[] args) throws IOException {
    Task task = Task.of(args);
    StringJoiner found = new StringJoiner(", ");
    for (ElementType type : ElementType.values()) {
      for (Distance distance : distances(type)) {
        for (int dimension : new int[] {100, 128, 768}) {
          double bound = 20 + type.paddedBytes(dimension) * 0.1;
          found.add(
              String.format(
                  Locale.ROOT,
                  "{\"type\": \"%s\", \"distance\": \"%s\", \"dimension\": %d,"
                      + " \"ns\": %.2f, \"bound\": %.1f}",
                  type,
                  distance,
                  dimension,
                  nanosPerRow(type, Kernels.of(type, distance, dimension), bound),
                  bound));
        }
      }
    }
    for (int dimension : new int[] {100, 128, 768}) {
      double bound = 20 + dimension * 0.1;
      found.add(
          String.format(
              Locale.ROOT,
              "{\"type\": \"NIBBLES\", \"distance\": \"FILTER\", \"dimension\": %d,"
                  + " \"ns\": %.2f, \"bound\": %.1f}",
              dimension,
              nanosPerFilteredRow(dimension, bound),
              bound));
    }
    for (int dimension : new int[] {100, 128, 768}) {
      double bound = 20 + dimension * 0.1;
      codes(dimension)
          .forEach(
              (name, codes) ->
                  found.add(
                      String.format(
                          Locale.ROOT,
                          "{\"type\": \"%s\", \"distance\": \"L2\", \"dimension\": %d,"
                              + " \"ns\": %.2f, \"bound\": %.1f}",
                          name,
                          dimension,
                          nanosPerCode(codes, bound),
                          bound)));
    }
    Files.writeString(
        task.path("result"),
        "{\"form\": \"" + Kernels.active() + "\", \"kernels\": [" + found + "]}");
  }

  /** What graphs are walked on, by name. */
  private static Map<String, RowCodes> codes(int dimension) {
    float[][] sample = sample(dimension);
    Map<String, RowCodes> codes = new LinkedHashMap<>();
    codes.put("7 BITS", ByteCodes.train(Distance.L2, sample, dimension));
    codes.put("6 BITS", PackedCodes.train(6, Distance.L2, sample, dimension));
    codes.put("4 BITS", PackedCodes.train(4, Distance.L2, sample, dimension));
    codes.put("SIGNS", SignCodes.train(Distance.L2, sample, dimension));
    return codes;
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

  private static double nanosPerCode(RowCodes codes, double bound) {
    Kernel kernel = codes.kernel();
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
        ? List.of(Distance.HAMMING, Distance.JACCARD)
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
    long best = Long.MAX_VALUE;
    long start = System.nanoTime();
    long elapsed = 0;
    while (elapsed < LEAST_NANOS || (best > bound * ROWS && elapsed < MOST_NANOS)) {
      long begun = System.nanoTime();
      kernel.distances(query, rows, 0, kernel.rowBytes(), ordinals, ROWS, out);
      long now = System.nanoTime();
      best = Math.min(best, now - begun);
      elapsed = now - start;
    }
    return (double) best / ROWS;
  }

  private static double nanosPerFilteredRow(int dimension, double bound) {
    int blocks = 4;
    int rows = blocks * NibbleFilter.BLOCK_ROWS;
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment codes = arena.allocate((long) blocks * NibbleFilter.blockBytes(dimension), 64);
      MemorySegment tables = arena.allocate(NibbleFilter.tableBytes(dimension), 64);
      codes.fill((byte) 0x5a);
      NibbleFilter filter = Kernels.filterForAnswers(dimension);
      NibbleFilter.Bound some = new NibbleFilter.Bound(100, 1, 0);
      long[] passed = new long[blocks];
      long best = Long.MAX_VALUE;
      long start = System.nanoTime();
      long elapsed = 0;
      while (elapsed < LEAST_NANOS || (best > bound * rows && elapsed < MOST_NANOS)) {
        long begun = System.nanoTime();
        filter.within(tables, codes, 0, blocks, some, passed);
        long now = System.nanoTime();
        best = Math.min(best, now - begun);
        elapsed = now - start;
      }
      return (double) best / rows;
    }
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
