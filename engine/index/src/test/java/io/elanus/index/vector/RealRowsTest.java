package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorIndex;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Indexes over passages of the Cranfield abstracts, against the exact oracle. That of float32 under
 * COSINE is asked for by the clients' tests, that of sparse rows by their own.
 */
class RealRowsTest {
  private static final int DIMENSION = 64;
  private static final int BITS = 256;
  private static final int K = 10;
  private static final Map<String, Object> EFFORT =
      Map.of("ef", 128, "search_list", 128, "nprobe", 56, "refine_k", 32, "reorder_k", 300);
  private static final Passages PASSAGES = new Passages();

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource({
    "HNSW, FLOAT_VECTOR, L2, , .97",
    "HNSW, INT8_VECTOR, COSINE, , .97",
    "HNSW, BINARY_VECTOR, HAMMING, , .95",
    "AISAQ, BFLOAT16_VECTOR, L2, , .97",
    "IVF_FLAT, FLOAT_VECTOR, IP, nlist=64, .95",
    "IVF_SQ8, FLOAT16_VECTOR, L2, nlist=64;refine=true;refine_type=FP32, .95",
    "IVF_RABITQ, FLOAT_VECTOR, IP, nlist=64;refine=true;refine_type=FP32, .92",
    "BIN_IVF_FLAT, BINARY_VECTOR, HAMMING, nlist=64, .95",
    "AUTOINDEX, FLOAT16_VECTOR, COSINE, , .93",
    "AUTOINDEX, INT8_VECTOR, IP, , .93"
  })
  void findsWhatAnExactScanFinds(
      IndexType type, DataType rowType, Metric metric, String parameters, double least) {
    check(type, rowType, metric, parameters, least);
  }

  @ParameterizedTest
  @CsvSource({
    "HNSW, FLOAT16_VECTOR, IP, , .97",
    "HNSW, INT8_VECTOR, L2, , .97",
    "HNSW, BINARY_VECTOR, JACCARD, , .95",
    "HNSW_SQ, BFLOAT16_VECTOR, IP, sq_type=SQ8;refine=true;refine_type=FP32, .97",
    "DISKANN, FLOAT_VECTOR, L2, , .97",
    "IVF_FLAT, INT8_VECTOR, IP, nlist=64, .95",
    "IVF_PQ, FLOAT_VECTOR, L2, nlist=64;m=32;nbits=4;refine=true;refine_type=FP32, .95",
    "SCANN, BFLOAT16_VECTOR, L2, nlist=64, .95",
    "ANNOY, FLOAT_VECTOR, L2, , .9",
    "AUTOINDEX, FLOAT_VECTOR, L2, , .93",
    "AUTOINDEX, FLOAT_VECTOR, IP, , .93",
    "AUTOINDEX, BFLOAT16_VECTOR, L2, , .93",
    "AUTOINDEX, BINARY_VECTOR, JACCARD, , .93"
  })
  @Tag("long")
  void findsItUnderOtherTypesAndMetrics(
      IndexType type, DataType rowType, Metric metric, String parameters, double least) {
    check(type, rowType, metric, parameters, least);
  }

  private void check(
      IndexType type, DataType rowType, Metric metric, String parameters, double least) {
    Map<String, String> params = new HashMap<>();
    for (String pair : parameters == null ? new String[0] : parameters.split(";")) {
      params.put(pair.split("=")[0], pair.split("=")[1]);
    }
    IndexSpec spec = new IndexSpec(type, metric, params);
    int dimension = rowType == DataType.BINARY_VECTOR ? BITS : DIMENSION;
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = PASSAGES.rows(rowType, dimension, arena);
      assertThat(rows.count()).isGreaterThan(3000);
      Path file = folder.resolve("index");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        Map<String, Object> effort = type == IndexType.AUTOINDEX ? Map.of() : EFFORT;
        assertThat(
                new IndexChecks(index, rows, effort)
                    .recall(PASSAGES.queries(rowType, dimension), K, Bits.all(rows.count())))
            .isGreaterThanOrEqualTo(least);
      }
    }
  }
}
