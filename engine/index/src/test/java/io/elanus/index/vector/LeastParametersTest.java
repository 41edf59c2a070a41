package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.GpuIndexes;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Graphs of the least parameters that are allowed, over rows in many tight clusters. */
class LeastParametersTest {
  private static final long SEED = 1;
  private static final int ROWS = 3000;
  private static final int QUERIES = 100;
  private static final int DIMENSION = 32;
  private static final int CLUSTERS = 300;
  private static final float SPREAD = 0.2f;
  private static final Map<String, String> GRAPH = Map.of("M", "2", "efConstruction", "1");
  private static final Map<String, String> DISK =
      Map.of("max_degree", "1", "search_list_size", "1");

  @TempDir Path folder;

  private static IndexSpec spec(
      IndexType type, Metric metric, Map<String, String> least, String... pairs) {
    Map<String, String> parameters = new HashMap<>(least);
    for (int i = 0; i < pairs.length; i += 2) {
      parameters.put(pairs[i], pairs[i + 1]);
    }
    return new IndexSpec(type, metric, parameters);
  }

  private static Stream<Arguments> families() {
    DataType floats = DataType.FLOAT_VECTOR;
    return Stream.of(
        Arguments.of(spec(IndexType.HNSW, Metric.L2, GRAPH), floats, DIMENSION),
        Arguments.of(spec(IndexType.HNSW, Metric.IP, GRAPH), floats, DIMENSION),
        Arguments.of(spec(IndexType.HNSW, Metric.COSINE, GRAPH), DataType.INT8_VECTOR, DIMENSION),
        Arguments.of(
            spec(IndexType.HNSW, Metric.HAMMING, GRAPH), DataType.BINARY_VECTOR, DIMENSION),
        Arguments.of(
            spec(IndexType.HNSW, Metric.JACCARD, GRAPH), DataType.BINARY_VECTOR, 4 * DIMENSION),
        Arguments.of(
            spec(IndexType.HNSW_SQ, Metric.COSINE, GRAPH, "sq_type", "RABITQ"), floats, DIMENSION),
        Arguments.of(spec(IndexType.HNSW_SQ, Metric.L2, GRAPH), floats, DIMENSION),
        Arguments.of(
            spec(IndexType.HNSW_PQ, Metric.L2, GRAPH, "refine", "true"), floats, DIMENSION),
        Arguments.of(
            spec(IndexType.HNSW_PRQ, Metric.L2, GRAPH, "refine", "true"), floats, DIMENSION),
        Arguments.of(spec(IndexType.DISKANN, Metric.L2, DISK), floats, DIMENSION),
        Arguments.of(spec(IndexType.DISKANN, Metric.IP, DISK), floats, DIMENSION),
        Arguments.of(spec(IndexType.AISAQ, Metric.COSINE, DISK), floats, DIMENSION),
        Arguments.of(
            spec(IndexType.AISAQ, Metric.COSINE, DISK, "inline_pq", "0"), floats, DIMENSION),
        Arguments.of(
            GpuIndexes.built(
                "GPU_CAGRA",
                Metric.L2,
                DIMENSION,
                Map.of("graph_degree", "1", "intermediate_graph_degree", "1")),
            floats,
            DIMENSION));
  }

  @ParameterizedTest
  @MethodSource("families")
  void defaultEffortsFindNearlyAll(IndexSpec spec, DataType type, int dimension) {
    try (Arena arena = Arena.ofShared()) {
      SampleRows sample = new SampleRows(type, dimension, CLUSTERS, SPREAD, SEED);
      DenseRows rows = sample.rows(ROWS, arena);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        VectorIndex exact = VectorIndexes.exact(spec, rows);
        int hits = 0;
        for (int i = 0; i < QUERIES; i++) {
          MemorySegment query = sample.vector();
          float tenth = DefaultSearches.search(exact, query).scores()[9];
          hits +=
              DefaultSearches.hits(
                  DefaultSearches.search(index, query).rows(), query, tenth, rows, spec.metric());
        }
        assertThat(hits / (10.0 * QUERIES)).as("seed %d", SEED).isGreaterThanOrEqualTo(0.95);
        assertThat(index.measuredRecall().isEmpty()).isFalse();
        assertThat(index.defaultRecall()).as("of walks alone").isGreaterThanOrEqualTo(0.95f);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HNSW, M, 2, 4",
    "HNSW, M, 3, 4",
    "DISKANN, max_degree, 1, 8",
    "AISAQ, max_degree, 7, 8"
  })
  void lessIsBuiltAsTheLeastAndToldAsAskedFor(
      IndexType type, String name, String less, String least) {
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, DIMENSION, SEED).rows(ROWS, arena);
      IndexFile asked = built(type, name, less, rows, arena);
      IndexFile built = built(type, name, least, rows, arena);
      assertThat(asked.spec().params()).containsEntry(name, less);
      assertThat(asked.sections().keySet()).isEqualTo(built.sections().keySet());
      for (Section section : built.sections().keySet()) {
        assertThat(asked.section(section).mismatch(built.section(section)))
            .as(section.name())
            .isEqualTo(-1);
      }
      assertThat(degree(asked)).isEqualTo(8);
    }
  }

  private IndexFile built(IndexType type, String name, String value, DenseRows rows, Arena arena) {
    Path file = folder.resolve(value);
    IndexSpec spec = new IndexSpec(type, Metric.L2, Map.of(name, value));
    VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
    return IndexFile.open(file, arena);
  }

  private static int degree(IndexFile file) {
    return file.section(Section.FIGURES).get(ValueLayout.JAVA_INT_UNALIGNED, 0);
  }
}
