package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Builds a small graph of made-up rows and searches it until the compiler has seen the kernels and
 * the walk, so that the first real searches after a start do not run interpreted.
 */
public final class WarmUp {
  private static final int ROWS = 1500;
  private static final int DIMENSION = 128;
  private static final int SEARCHES = 4000;

  private WarmUp() {}

  /** Takes about a second of one core; ends early when the thread is interrupted. */
  public static void run() throws IOException {
    Path folder = Files.createTempDirectory("elanus-warm-up");
    Path file = folder.resolve("graph");
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = rows(arena);
      IndexSpec spec =
          new IndexSpec(IndexType.HNSW, Metric.COSINE, Map.of("M", "8", "efConstruction", "64"));
      VectorIndexes.build(spec, rows, new OneThread(), file);
      try (VectorIndex graph = VectorIndexes.open(file, arena);
          VectorIndex scan = VectorIndexes.exact(spec, rows)) {
        search(graph, rows, SEARCHES);
        search(scan, rows, SEARCHES / 10);
      }
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(folder);
    }
  }

  private static void search(VectorIndex index, DenseRows rows, int searches) {
    SearchParameters parameters = SearchParameters.of(index.spec(), 10, Map.of("ef", 64));
    Bits all = Bits.all(ROWS);
    long rowBytes = 4L * DIMENSION;
    for (int i = 0; i < searches && !Thread.currentThread().isInterrupted(); i++) {
      MemorySegment vector = rows.chunks().getFirst().asSlice(i % ROWS * rowBytes, rowBytes);
      index.search(new VectorQuery(vector, 10, all, parameters, ScoreRange.NONE));
    }
  }

  private static DenseRows rows(Arena arena) {
    MemorySegment data = arena.allocate(4L * ROWS * DIMENSION, 64);
    SplittableRandom random = new SplittableRandom(1);
    for (long i = 0; i < (long) ROWS * DIMENSION; i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, random.nextFloat() - 0.5f);
    }
    return new DenseRows(
        DataType.FLOAT_VECTOR, DIMENSION, ROWS, ROWS, List.of(data), Bits.all(ROWS));
  }

  private record OneThread() implements BuildContext {
    @Override
    public int threads() {
      return 1;
    }

    @Override
    public boolean cancelled() {
      return Thread.currentThread().isInterrupted();
    }

    @Override
    public void progress(double fraction) {}
  }
}
