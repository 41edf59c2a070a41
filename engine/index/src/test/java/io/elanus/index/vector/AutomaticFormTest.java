package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** AUTOINDEX takes for each segment what its own rows show to be cheapest. */
class AutomaticFormTest {
  private static final long SEED = 41;

  @TempDir Path folder;

  private Path build(DenseRows rows, Metric metric, int threads) {
    Path file = folder.resolve("of" + threads);
    IndexSpec spec = IndexSpec.of(IndexType.AUTOINDEX, metric);
    VectorIndexes.build(spec, rows, BuildContext.withThreads(threads), file);
    return file;
  }

  /** Rows in few clusters are walked quickly, rows without any are not. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT_VECTOR,L2,1500,32,40,0.3,FLAT",
    "FLOAT_VECTOR,L2,2100,60,1,1,FLAT",
    "FLOAT_VECTOR,L2,2100,32,1,1,HNSW SQ8",
    "FLOAT_VECTOR,COSINE,5000,448,60,0.3,HNSW RABITQ",
    "FLOAT16_VECTOR,L2,5000,440,60,0.3,HNSW RABITQ",
    "FLOAT_VECTOR,L2,5000,8,60,0.3,HNSW",
    "FLOAT_VECTOR,COSINE,5000,128,60,0.3,HNSW SQ4U",
    "INT8_VECTOR,L2,4000,64,60,0.3,HNSW",
  })
  void differentRowsLeadToDifferentForms(
      DataType type,
      Metric metric,
      int count,
      int dimension,
      int clusters,
      float spread,
      String expected)
      throws IOException {
    SampleRows sample = new SampleRows(type, dimension, clusters, spread, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      Path one = build(rows, metric, 1);
      assertThat(Files.mismatch(one, build(rows, metric, 2))).isEqualTo(-1);
      try (VectorIndex index = VectorIndexes.open(one, arena)) {
        assertThat(index.builtAs()).isEqualTo(expected);
        assertThat(recall(index, rows, sample)).as("seed %d", SEED).isGreaterThan(0.93);
        if (expected.equals("FLAT")) {
          assertThat(index.measuredRecall().isEmpty()).isTrue();
        } else {
          assertThat(index.measuredRecall().atDefault()).isGreaterThan(0.94f);
        }
      }
    }
  }

  private static double recall(VectorIndex index, DenseRows rows, SampleRows sample) {
    VectorIndex exact = VectorIndexes.exact(index.spec(), rows);
    int hits = 0;
    for (int i = 0; i < 50; i++) {
      MemorySegment query = sample.vector();
      Set<Integer> found = rows(index, query);
      found.retainAll(rows(exact, query));
      hits += found.size();
    }
    return hits / 500.0;
  }

  private static Set<Integer> rows(VectorIndex index, MemorySegment query) {
    SearchParameters parameters = SearchParameters.of(index.spec(), 10, Map.of());
    Neighbors found =
        index.search(
            new VectorQuery(query, 10, Bits.all(index.count()), parameters, ScoreRange.NONE));
    return Arrays.stream(found.rows()).boxed().collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void everyFormIsReadFromItsFile() {
    IndexSpec spec = IndexSpec.of(IndexType.AUTOINDEX, Metric.L2);
    assertThat(AutomaticForm.of(spec)).isEmpty();
    for (AutomaticForm form : AutomaticForm.values()) {
      assertThat(AutomaticForm.of(form.in(spec))).contains(form);
    }
    assertThat(AutomaticForm.of(AutomaticForm.SCAN.in(IndexSpec.of(IndexType.HNSW, Metric.L2))))
        .isEmpty();
  }
}
