package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.growing.GrowingGraph;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Elements;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Rows of any length that a type can tell have a cosine, those whose squares float32 has not. */
class CosineLengthsTest {
  private static final long SEED = 5;
  private static final int ROWS = 1500;
  private static final int DIMENSION = 24;
  private static final int QUERIES = 20;
  private static final int K = 10;
  private static final float[] LENGTHS = {1e-30f, 1e-12f, 1, 1e19f, 1e30f, 1e38f};

  @TempDir Path folder;

  record Shape(DataType type, IndexSpec spec) {}

  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT_VECTOR, DataType.BFLOAT16_VECTOR)) {
      for (IndexType index :
          List.of(
              IndexType.FLAT,
              IndexType.HNSW,
              IndexType.HNSW_SQ,
              IndexType.AUTOINDEX,
              IndexType.DISKANN,
              IndexType.IVF_FLAT,
              IndexType.IVF_SQ8,
              IndexType.IVF_RABITQ,
              IndexType.ANNOY)) {
        Map<String, String> params =
            switch (index) {
              case IVF_SQ8, IVF_RABITQ, HNSW_SQ -> Map.of("refine", "true", "refine_type", "FP32");
              default -> Map.of();
            };
        if (index != IndexType.ANNOY || type == DataType.FLOAT_VECTOR) {
          shapes.add(new Shape(type, new IndexSpec(index, Metric.COSINE, params)));
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void areFoundAndScored(Shape shape) {
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = rows(shape.type(), arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(shape.spec(), rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        check(index, rows);
      }
    }
  }

  @Test
  void areFoundAmongFreshRows() {
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.COSINE))) {
      DenseRows rows = rows(DataType.FLOAT_VECTOR, arena);
      graph.extend(rows, () -> false);
      IndexSpec flat = IndexSpec.of(IndexType.FLAT, Metric.COSINE);
      check(graph.over(rows.present(), VectorIndexes.exact(flat, rows)), rows);
    }
  }

  private static void check(VectorIndex index, DenseRows rows) {
    Random random = new Random(SEED + 1);
    boolean lists = index.spec().type().name().startsWith("IVF");
    IndexChecks checks = new IndexChecks(index, rows, lists ? Map.of("nprobe", 128) : Map.of());
    int hits = 0;
    for (int i = 0; i < QUERIES; i++) {
      MemorySegment query = MemorySegment.ofArray(new byte[rows.rowBytes()]);
      write(rows.type(), random, LENGTHS[i % LENGTHS.length], query, 0);
      Bits all = Bits.all(ROWS);
      Neighbors truth = ExactOracle.search(rows, Metric.COSINE, query, K, all, ScoreRange.NONE);
      Neighbors found = checks.search(query, K, all, ScoreRange.NONE);
      assertThat(found.rows()).doesNotHaveDuplicates().hasSize(K);
      for (int j = 0; j < K; j++) {
        float own =
            (float) ExactOracle.score(rows, Metric.COSINE, query, rows.row(found.rows()[j]));
        assertThat(found.scores()[j]).as("seed %d", SEED).isCloseTo(own, within(1e-3f));
        hits += found.scores()[j] >= truth.scores()[K - 1] - 1e-3f ? 1 : 0;
      }
    }
    assertThat((double) hits / (K * QUERIES)).as("seed %d", SEED).isGreaterThanOrEqualTo(0.9);
  }

  private static DenseRows rows(DataType type, Arena arena) {
    Random random = new Random(SEED);
    int rowBytes = type.rowBytes(DIMENSION);
    MemorySegment data = arena.allocate((long) rowBytes * ROWS, 64);
    for (int row = 0; row < ROWS; row++) {
      write(type, random, LENGTHS[row % LENGTHS.length], data, (long) rowBytes * row);
    }
    return DenseRows.of(type, DIMENSION, ROWS, data);
  }

  private static void write(
      DataType type, Random random, float length, MemorySegment rows, long at) {
    float[] values = new float[DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
      values[i] = length * (2 * random.nextFloat() - 1);
    }
    boolean full = type == DataType.FLOAT_VECTOR;
    Elements.encode(full ? ElementType.FLOAT32 : ElementType.BFLOAT16, values, rows, at);
  }
}
