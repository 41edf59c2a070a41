package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorIndex;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The promise of graphs: searches that ask for nothing find .95 of the ten nearest, however rows
 * cluster. Queries are rows that the index never saw. {@code ELANUS_RECALL_ROWS=100000} asks for as
 * many rows instead of 10,000.
 */
class DefaultRecallTest {
  private static final long SEED = 77;
  private static final int ROWS =
      Integer.parseInt(System.getenv().getOrDefault("ELANUS_RECALL_ROWS", "10000"));
  private static final int QUERIES = 300;
  private static final int DIMENSION = 96;
  private static final int RANK = 16;

  @TempDir Path folder;

  /** How rows cluster. */
  enum Shape {
    /** Of very unequal size, each spread in few directions, so far apart that no way leads over. */
    ISLANDS(2000, 0.8, 1),
    FEW(10, 0.8, 1),
    /** Of some fifty rows. */
    TINY(ROWS / 50, 0.4, 1),
    /** Rows come ten times, all but equal. */
    NEAR_DUPLICATES(200, 0.8, 10);

    private final int clusters;
    private final double spread;
    private final int copies;

    Shape(int clusters, double spread, int copies) {
      this.clusters = clusters;
      this.spread = spread;
      this.copies = copies;
    }

    /** Rows, and behind them queries: every one drawn from the same source. */
    DenseRows rows(int count, Arena arena) {
      Random random = new Random(SEED);
      double[][] centres = new double[clusters][];
      double[][] directions = new double[RANK * 20][];
      for (int i = 0; i < centres.length; i++) {
        centres[i] = unit(random);
      }
      for (int i = 0; i < directions.length; i++) {
        directions[i] = unit(random);
      }
      MemorySegment data = arena.allocate(4L * DIMENSION * count, 64);
      double[] row = new double[DIMENSION];
      for (int i = 0; i < count; i++) {
        if (i % copies == 0) {
          int cluster = cluster(random);
          row = centres[cluster].clone();
          for (int j = 0; j < RANK; j++) {
            double along = spread / Math.sqrt(RANK) * random.nextGaussian();
            double[] direction = directions[cluster % 20 * RANK + j];
            for (int e = 0; e < DIMENSION; e++) {
              row[e] += along * direction[e];
            }
          }
        }
        long to = shuffled(i, count) * (long) DIMENSION;
        for (int e = 0; e < DIMENSION; e++) {
          double noise = copies > 1 ? 1e-4 : 0.2 / Math.sqrt(DIMENSION);
          float value = (float) (row[e] + noise * random.nextGaussian());
          data.setAtIndex(ValueLayout.JAVA_FLOAT, to + e, value);
        }
      }
      return DenseRows.of(DataType.FLOAT_VECTOR, DIMENSION, count, data);
    }

    private int cluster(Random random) {
      double share = this == ISLANDS ? Math.pow(random.nextDouble(), 4) : random.nextDouble();
      return (int) (share * clusters);
    }

    /** A permutation of the rows; the factor is a prime that divides no count of rows here. */
    private static int shuffled(int i, int count) {
      return (int) (i * 7_919L % count);
    }

    private static double[] unit(Random random) {
      double[] values = random.doubles(DIMENSION, -1, 1).toArray();
      double squared = 0;
      for (double value : values) {
        squared += value * value;
      }
      for (int i = 0; i < values.length; i++) {
        values[i] /= Math.sqrt(squared);
      }
      return values;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AUTOINDEX,COSINE,ISLANDS",
    "AUTOINDEX,L2,ISLANDS",
    "AUTOINDEX,COSINE,FEW",
    "AUTOINDEX,COSINE,TINY",
    "AUTOINDEX,L2,NEAR_DUPLICATES",
    "HNSW,COSINE,ISLANDS",
    "HNSW,L2,TINY",
    "HNSW,COSINE,NEAR_DUPLICATES",
    "HNSW_SQ,COSINE,ISLANDS",
    "DISKANN,COSINE,ISLANDS",
  })
  void defaultsFindNearlyAll(IndexType type, Metric metric, Shape shape) {
    try (Arena arena = Arena.ofShared()) {
      DenseRows all = shape.rows(ROWS + QUERIES, arena);
      MemorySegment data = all.chunks().getFirst();
      DenseRows rows = DenseRows.of(all.type(), DIMENSION, ROWS, data);
      IndexSpec spec = new IndexSpec(type, metric, Map.of());
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        VectorIndex exact = VectorIndexes.exact(spec, rows);
        int hits = 0;
        for (int i = ROWS; i < ROWS + QUERIES; i++) {
          float[] truth = DefaultSearches.search(exact, all.row(i)).scores();
          hits +=
              DefaultSearches.hits(
                  DefaultSearches.search(index, all.row(i)).rows(),
                  all.row(i),
                  truth[9],
                  rows,
                  metric);
        }
        assertThat(hits / (10.0 * QUERIES))
            .as("of %d rows, seed %d, measured %s", ROWS, SEED, index.measuredRecall().atDefault())
            .isGreaterThanOrEqualTo(0.95);
      }
    }
  }
}
