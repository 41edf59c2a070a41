package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorIndex;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every dense index over rows of one element, of the most, and of some that fill no vector. */
class DimensionsTest {
  private static final long SEED = 1859;
  private static final int CLUSTERS = 3;
  private static final int QUERIES = 3;
  private static final int K = 10;
  private static final int MOST = 32_768;
  private static final int[] OF_NUMBERS = {1, 2, 31, 33, 1030, MOST};
  private static final int[] OF_BITS = {8, 16, 248, 264, 1032, MOST};
  private static final Map<String, Object> EFFORT =
      Map.of("ef", 100, "search_list", 100, "nprobe", 64, "refine_k", 20, "reorder_k", 300);

  @TempDir Path folder;

  record Shape(IndexType index, DataType type, Metric metric, int dimension) {
    /** Few of the longest rows, which take long to be drawn. */
    int rows() {
      return dimension == MOST ? 20 : 300;
    }

    IndexSpec spec() {
      Map<String, String> params =
          switch (index) {
            case HNSW_SQ -> refined("sq_type", "SQ8");
            case HNSW_PQ, HNSW_PRQ -> refined("m", subspaces());
            case IVF_PQ -> refined("m", subspaces(), "nlist", "4");
            case IVF_SQ8, IVF_RABITQ, IVF_RABITQ_FASTSCAN -> refined("nlist", "4");
            case IVF_FLAT, BIN_IVF_FLAT -> Map.of("nlist", "4");
            case SCANN -> Map.of("nlist", "4", "sub_dim", subDimension());
            default -> Map.of();
          };
      return IndexParameters.validate(type, dimension, index.name(), metric.name(), params);
    }

    /** Of the longest rows larger than usual, as each has a codebook. */
    private String subDimension() {
      return dimension == MOST ? "64" : dimension % 2 == 0 ? "2" : "1";
    }

    /** Of rows of two bytes an element one shape in three, which differs from index to index. */
    boolean quick() {
      boolean halves = type == DataType.FLOAT16_VECTOR || type == DataType.BFLOAT16_VECTOR;
      int turn = index.ordinal() + type.ordinal() + Arrays.binarySearch(OF_NUMBERS, dimension);
      return !halves || turn % 3 == 0;
    }

    /** The most that divide the dimension and are not too many to learn quickly. */
    private String subspaces() {
      return "" + IntStream.rangeClosed(1, 128).filter(m -> dimension % m == 0).max().orElseThrow();
    }
  }

  private static Map<String, String> refined(String... pairs) {
    Map<String, String> params = new HashMap<>(Map.of("refine", "true", "refine_type", "FP32"));
    for (int i = 0; i < pairs.length; i += 2) {
      params.put(pairs[i], pairs[i + 1]);
    }
    return params;
  }

  private static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (IndexType index : IndexType.values()) {
      for (DataType type : types(index)) {
        boolean bits = type == DataType.BINARY_VECTOR;
        List<Metric> metrics =
            bits
                ? List.of(Metric.HAMMING, Metric.JACCARD)
                : List.of(Metric.L2, Metric.IP, Metric.COSINE);
        int next = type.ordinal();
        for (int dimension : bits ? OF_BITS : OF_NUMBERS) {
          shapes.add(new Shape(index, type, metrics.get(next++ % metrics.size()), dimension));
        }
      }
    }
    return shapes;
  }

  /** Signatures have a test of their own, as have sparse rows, which are of no dimension. */
  private static List<DataType> types(IndexType index) {
    List<DataType> floats =
        List.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR, DataType.BFLOAT16_VECTOR);
    List<DataType> numbers = new ArrayList<>(floats);
    numbers.add(DataType.INT8_VECTOR);
    List<DataType> all = new ArrayList<>(numbers);
    all.add(DataType.BINARY_VECTOR);
    return switch (index) {
      case FLAT,
          IVF_FLAT,
          IVF_SQ8,
          IVF_PQ,
          SCANN,
          IVF_RABITQ,
          IVF_RABITQ_FASTSCAN,
          DISKANN,
          AISAQ ->
          floats;
      case HNSW_SQ, HNSW_PQ, HNSW_PRQ -> numbers;
      case HNSW, AUTOINDEX -> all;
      case ANNOY -> List.of(DataType.FLOAT_VECTOR);
      case BIN_FLAT, BIN_IVF_FLAT -> List.of(DataType.BINARY_VECTOR);
      case MINHASH_LSH, SPARSE_INVERTED_INDEX, INVERTED, BITMAP, STL_SORT, TRIE -> List.of();
    };
  }

  static List<Shape> quickShapes() {
    return shapes().stream().filter(Shape::quick).toList();
  }

  static List<Shape> otherShapes() {
    return shapes().stream().filter(shape -> !shape.quick()).toList();
  }

  @ParameterizedTest
  @MethodSource("quickShapes")
  void findsTheNearest(Shape shape) {
    check(shape);
  }

  @ParameterizedTest
  @MethodSource("otherShapes")
  @Tag("long")
  void findsTheNearestOfAllTypes(Shape shape) {
    check(shape);
  }

  private void check(Shape shape) {
    SampleRows sample = new SampleRows(shape.type(), shape.dimension(), CLUSTERS, 0.7f, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(shape.rows(), arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(shape.spec(), rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        boolean automatic = shape.index() == IndexType.AUTOINDEX;
        IndexChecks checks = new IndexChecks(index, rows, automatic ? Map.of() : EFFORT);
        assertThat(checks.recall(sample, QUERIES, K, Bits.all(rows.count())))
            .as("seed %d", SEED)
            .isGreaterThanOrEqualTo(0.95);
      }
    }
  }
}
