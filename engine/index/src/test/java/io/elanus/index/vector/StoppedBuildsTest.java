package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorRows;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Builds that are told to stop at some moment between their first step and their last. */
class StoppedBuildsTest {
  private static final long SEED = 29;
  private static final int ROWS = 2100;
  private static final double[] MOMENTS = {0, 0.1, 0.3, 0.5, 0.7, 0.9};

  @TempDir Path folder;

  /** No step follows the one that asks: each of them asks first. */
  @ParameterizedTest
  @CsvSource({
    "FLAT,COSINE,",
    "HNSW,L2,",
    "HNSW_SQ,L2,sq_type=SQ6;refine=true;refine_type=FP16",
    "HNSW_SQ,COSINE,sq_type=RABITQ;refine=true;refine_type=FP32",
    "HNSW_SQ,L2,sq_type=BF16",
    "HNSW_PQ,L2,m=4",
    "HNSW_PRQ,L2,m=4",
    "DISKANN,L2,",
    "AISAQ,L2,",
    "AUTOINDEX,COSINE,",
    "IVF_FLAT,L2,nlist=32",
    "IVF_SQ8,L2,nlist=32",
    "IVF_PQ,L2,m=4;nlist=32",
    "SCANN,L2,nlist=32",
    "IVF_RABITQ,COSINE,refine=true;nlist=32",
    "IVF_RABITQ_FASTSCAN,L2,nlist=32",
    "ANNOY,L2,",
    "BIN_FLAT,HAMMING,",
    "BIN_IVF_FLAT,HAMMING,nlist=32",
    "MINHASH_LSH,MHJACCARD,mh_lsh_band=2",
    "SPARSE_INVERTED_INDEX,IP,",
  })
  void doNothingOnceToldTo(IndexType type, Metric metric, String parameters) {
    IndexSpec spec = new IndexSpec(type, metric, parameters(parameters));
    Path file = folder.resolve("index");
    try (Arena arena = Arena.ofShared()) {
      VectorRows rows = rows(type, arena);
      AtomicInteger all = new AtomicInteger();
      VectorIndexes.build(spec, rows, new StoppedBuild(() -> all.incrementAndGet() < 0), file);
      assertThat(file.toFile().delete()).isTrue();
      for (double moment : MOMENTS) {
        int last = 1 + (int) (moment * all.get());
        AtomicInteger asked = new AtomicInteger();
        BuildContext told = new StoppedBuild(() -> asked.incrementAndGet() >= last);
        assertThatThrownBy(() -> VectorIndexes.build(spec, rows, told, file))
            .as("%s, at %d of %d, seed %d", type, last, all.get(), SEED)
            .isInstanceOfSatisfying(
                ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
        assertThat(asked).hasValue(last);
        assertThat(folder).isEmptyDirectory();
      }
    }
  }

  private static VectorRows rows(IndexType type, Arena arena) {
    return switch (type) {
      case SPARSE_INVERTED_INDEX -> SampleRows.sparse(ROWS, 400, 12, SEED, arena);
      case BIN_FLAT, BIN_IVF_FLAT, MINHASH_LSH ->
          SampleRows.of(DataType.BINARY_VECTOR, 128, SEED).rows(ROWS, arena);
      default -> SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED).rows(ROWS, arena);
    };
  }

  private static Map<String, String> parameters(String text) {
    Map<String, String> parameters = new HashMap<>();
    for (String pair : text == null ? new String[0] : text.split(";")) {
      String[] nameAndValue = pair.split("=");
      parameters.put(nameAndValue[0], nameAndValue[1]);
    }
    return parameters;
  }
}
