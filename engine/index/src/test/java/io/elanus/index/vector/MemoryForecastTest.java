package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.SparseRows;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a file takes is told before it is built, nearly. */
class MemoryForecastTest {
  private static final int COUNT = 3000;
  private static final int DIMENSION = 64;

  /** No multiple of 64, so that rows are padded. */
  private static final int UNEVEN_DIMENSION = 96;

  /** Small parts of a file are left out of a forecast. */
  private static final double NEARLY = 0.99;

  @TempDir Path folder;

  record Asked(IndexType index, DataType type, Map<String, String> params) {}

  static List<Asked> asked() {
    List<Asked> asked = new ArrayList<>();
    for (DataType type : List.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR)) {
      for (IndexType index : List.of(IndexType.FLAT, IndexType.HNSW, IndexType.IVF_FLAT)) {
        asked.add(new Asked(index, type, Map.of()));
      }
      asked.add(new Asked(IndexType.HNSW, type, Map.of("M", "8", "efConstruction", "40")));
      asked.add(new Asked(IndexType.IVF_SQ8, type, Map.of()));
      asked.add(new Asked(IndexType.IVF_PQ, type, Map.of("m", "32", "nbits", "8")));
      asked.add(new Asked(IndexType.IVF_PQ, type, Map.of("m", "16", "nbits", "4")));
      asked.add(new Asked(IndexType.SCANN, type, Map.of()));
      asked.add(new Asked(IndexType.SCANN, type, Map.of("with_raw_data", "false")));
      asked.add(new Asked(IndexType.IVF_RABITQ, type, Map.of()));
      for (String refine : List.of("SQ8", "FP16", "FLAT")) {
        asked.add(
            new Asked(IndexType.IVF_RABITQ, type, Map.of("refine", "true", "refine_type", refine)));
      }
    }
    for (String codes : List.of("SQ4U", "SQ6", "SQ8", "BF16")) {
      asked.add(new Asked(IndexType.HNSW_SQ, DataType.FLOAT_VECTOR, Map.of("sq_type", codes)));
      asked.add(
          new Asked(
              IndexType.HNSW_SQ,
              DataType.FLOAT_VECTOR,
              Map.of("sq_type", codes, "refine", "true", "refine_type", "FP32")));
    }
    for (String refine : List.of("SQ4U", "SQ8", "FP32")) {
      asked.add(
          new Asked(
              IndexType.HNSW_SQ,
              DataType.FLOAT_VECTOR,
              Map.of("sq_type", "RABITQ", "refine_type", refine)));
    }
    for (String bits : List.of("4", "8", "10")) {
      asked.add(
          new Asked(IndexType.HNSW_PQ, DataType.FLOAT_VECTOR, Map.of("m", "16", "nbits", bits)));
    }
    asked.add(
        new Asked(
            IndexType.HNSW_PRQ,
            DataType.INT8_VECTOR,
            Map.of("m", "16", "refine", "true", "refine_type", "FP16")));
    for (DataType type : List.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR)) {
      asked.add(new Asked(IndexType.DISKANN, type, Map.of()));
      asked.add(new Asked(IndexType.AISAQ, type, Map.of()));
      asked.add(new Asked(IndexType.AISAQ, type, Map.of("inline_pq", "4")));
    }
    asked.add(new Asked(IndexType.HNSW, DataType.INT8_VECTOR, Map.of()));
    asked.add(new Asked(IndexType.HNSW, DataType.BINARY_VECTOR, Map.of()));
    asked.add(new Asked(IndexType.BIN_FLAT, DataType.BINARY_VECTOR, Map.of()));
    asked.add(new Asked(IndexType.BIN_IVF_FLAT, DataType.BINARY_VECTOR, Map.of()));
    asked.add(new Asked(IndexType.ANNOY, DataType.FLOAT_VECTOR, Map.of("n_trees", "20")));
    asked.add(
        new Asked(
            IndexType.MINHASH_LSH,
            DataType.BINARY_VECTOR,
            Map.of("mh_element_bit_width", "8", "mh_lsh_band", "4")));
    asked.add(new Asked(IndexType.AUTOINDEX, DataType.FLOAT_VECTOR, Map.of()));
    return asked;
  }

  static List<Asked> askedOfFloats() {
    return asked().stream().filter(asked -> asked.type() == DataType.FLOAT_VECTOR).toList();
  }

  @ParameterizedTest
  @MethodSource("asked")
  void aFileTakesWhatWasForetold(Asked asked) throws IOException {
    Metric binary = asked.index() == IndexType.MINHASH_LSH ? Metric.MHJACCARD : Metric.HAMMING;
    boolean bits = asked.type() == DataType.BINARY_VECTOR;
    checkForetold(asked, bits ? binary : Metric.COSINE, DIMENSION);
  }

  /** L2 adds a term to codes, which may begin another 64 bytes. */
  @ParameterizedTest
  @MethodSource("askedOfFloats")
  @Tag("long")
  void aFileTakesItUnderOtherMetricsAndDimensions(Asked asked) throws IOException {
    Map<String, String> params = new HashMap<>(asked.params());
    switch (asked.index()) { // files of quick builds are as large
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ -> params.put("efConstruction", "20");
      case DISKANN, AISAQ -> params.put("search_list_size", "20");
      default -> {}
    }
    Asked quick = new Asked(asked.index(), asked.type(), params);
    checkForetold(quick, Metric.L2, DIMENSION);
    checkForetold(quick, Metric.L2, UNEVEN_DIMENSION);
    checkForetold(quick, Metric.IP, UNEVEN_DIMENSION);
  }

  private void checkForetold(Asked asked, Metric metric, int dimension) throws IOException {
    IndexSpec spec = new IndexSpec(asked.index(), metric, asked.params());
    SampleRows sample = SampleRows.of(asked.type(), dimension, 3);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(COUNT, 1000, arena);
      IndexMemory forecast = VectorIndexes.forecast(spec, rows);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      double share = (double) forecast.fileBytes() / Files.size(file);
      assertThat(share)
          .as("foretold share of the file, %s, %d dimensions", metric, dimension)
          .isBetween(0.8, 1.25);
      assertThat(forecast.buildBytes())
          .as("what a build holds at once, %s, %d dimensions", metric, dimension)
          .isGreaterThan((long) (NEARLY * Files.size(file)) + floats(asked, dimension));
    }
  }

  /** The rows as float32, which builds compute with while their file grows. */
  private static long floats(Asked asked, int dimension) {
    return switch (asked.index()) {
      case FLAT, BIN_FLAT, BIN_IVF_FLAT, ANNOY, MINHASH_LSH -> 0;
      default -> asked.type() == DataType.BINARY_VECTOR ? 0 : 4L * COUNT * dimension;
    };
  }

  @ParameterizedTest
  @CsvSource({"40000, 3000, 12", "20000, 100, 9", "5000, 30000, 100"})
  void aSparseFileTakesWhatWasForetold(int count, int dimensions, int pairs) throws IOException {
    IndexSpec spec = IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP);
    try (Arena arena = Arena.ofShared()) {
      SparseRows rows = SampleRows.sparse(count, dimensions, pairs, 3, arena);
      IndexMemory forecast = VectorIndexes.forecast(spec, rows);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      double share = (double) forecast.fileBytes() / Files.size(file);
      assertThat(share).as("foretold share of the file").isBetween(0.6, 1.6);
      long posted = rows.data().byteSize(); // a row and a value for each pair
      assertThat(forecast.buildBytes())
          .as("what a build holds at once")
          .isGreaterThan(Files.size(file) + posted);
    }
  }

  /** What is foretold decides which builds may run side by side: it changes knowingly or not. */
  @ParameterizedTest
  @CsvSource({
    "FLAT, FLOAT_VECTOR, COSINE, '', 879264, 951264",
    "BIN_FLAT, BINARY_VECTOR, HAMMING, '', 204000, 204000",
    "HNSW, FLOAT_VECTOR, COSINE, M=8, 1191000, 2946000",
    "HNSW, INT8_VECTOR, COSINE, '', 999000, 5106000",
    "HNSW, BINARY_VECTOR, HAMMING, '', 999000, 4146000",
    "HNSW_SQ, FLOAT_VECTOR, COSINE, sq_type=RABITQ;refine_type=FP32, 1959000, 5874000",
    "HNSW_SQ, FLOAT_VECTOR, COSINE, sq_type=SQ6, 999000, 4914000",
    "HNSW_PQ, FLOAT_VECTOR, COSINE, m=16;nbits=10, 1165400, 5080400",
    "HNSW_PRQ, INT8_VECTOR, COSINE, m=16;refine=true;refine_type=FP16, 1418328, 5525328",
    "AUTOINDEX, FLOAT_VECTOR, COSINE, '', 1767000, 5058000",
    "HNSW, FLOAT_VECTOR, L2, M=8, 1383000, 3330000",
    "IVF_SQ8, FLOAT_VECTOR, L2, '', 415456, 1649824",
    "DISKANN, FLOAT_VECTOR, COSINE, '', 1767000, 5250000",
    "DISKANN, FLOAT16_VECTOR, COSINE, '', 1767000, 5634000",
    "AISAQ, FLOAT_VECTOR, COSINE, inline_pq=4, 3114000, 7080000",
    "IVF_FLAT, FLOAT16_VECTOR, COSINE, '', 415456, 2033824",
    "BIN_IVF_FLAT, BINARY_VECTOR, HAMMING, '', 208864, 441728",
    "IVF_SQ8, FLOAT_VECTOR, COSINE, '', 223456, 1649824",
    "IVF_PQ, FLOAT_VECTOR, COSINE, m=32;nbits=8, 204992, 1649824",
    "IVF_PQ, FLOAT_VECTOR, COSINE, m=16;nbits=4, 100736, 1649824",
    "SCANN, FLOAT_VECTOR, COSINE, '', 912192, 1735648",
    "IVF_RABITQ, FLOAT_VECTOR, COSINE, refine=true;refine_type=SQ8, 310624, 2417824",
    "IVF_RABITQ, FLOAT16_VECTOR, COSINE, refine=true;refine_type=FLAT, 502624, 2801824",
    "ANNOY, FLOAT_VECTOR, COSINE, n_trees=20, 1383200, 1695200",
    "MINHASH_LSH, BINARY_VECTOR, MHJACCARD, mh_element_bit_width=8;mh_lsh_band=4, 288000, 348000"
  })
  void theNumbersStayWhatTheyAre(
      IndexType index, DataType type, Metric metric, String params, long fileBytes, long built) {
    Map<String, String> asked = new HashMap<>();
    for (String pair : params.isEmpty() ? new String[0] : params.split(";")) {
      asked.put(pair.split("=")[0], pair.split("=")[1]);
    }
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = SampleRows.of(type, DIMENSION, 3).rows(COUNT, 1000, arena);
      assertThat(VectorIndexes.forecast(new IndexSpec(index, metric, asked), rows))
          .isEqualTo(new IndexMemory(fileBytes, built));
    }
  }

  @Test
  void nothingIsForetoldOfNothing() {
    DenseRows none;
    try (Arena arena = Arena.ofShared()) {
      none = SampleRows.of(DataType.FLOAT_VECTOR, DIMENSION, 3).rows(0, 1000, arena);
      IndexMemory forecast = VectorIndexes.forecast(IndexSpec.of(IndexType.FLAT, Metric.L2), none);
      assertThat(forecast).isEqualTo(IndexMemory.NONE);
    }
  }
}
