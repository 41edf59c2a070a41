package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.VectorRows;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a build of several threads tells of its progress rises from 0 to 1. */
class ProgressTest {
  private static final int ROWS = 2500;
  private static final int DIMENSION = 16;
  private static final long SEED = 4;

  @TempDir Path folder;

  /** Listens; it may be told by any thread of a build. */
  private static final class Listener implements BuildContext {
    private final List<Double> told = Collections.synchronizedList(new ArrayList<>());

    @Override
    public int threads() {
      return 4;
    }

    @Override
    public boolean cancelled() {
      return false;
    }

    @Override
    public void progress(double fraction) {
      told.add(fraction);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "HNSW, L2, FLOAT_VECTOR",
    "AUTOINDEX, COSINE, FLOAT_VECTOR",
    "DISKANN, L2, FLOAT_VECTOR",
    "IVF_FLAT, L2, FLOAT_VECTOR",
    "SCANN, IP, FLOAT_VECTOR",
    "IVF_RABITQ, L2, FLOAT_VECTOR",
    "BIN_IVF_FLAT, HAMMING, BINARY_VECTOR",
    "SPARSE_INVERTED_INDEX, IP, SPARSE_FLOAT_VECTOR"
  })
  void rises(IndexType type, Metric metric, DataType rowType) {
    try (Arena arena = Arena.ofShared()) {
      VectorRows rows =
          rowType == DataType.SPARSE_FLOAT_VECTOR
              ? SampleRows.sparse(ROWS, 300, 12, SEED, arena)
              : SampleRows.of(rowType, DIMENSION, SEED).rows(ROWS, arena);
      Listener listener = new Listener();
      IndexSpec spec = new IndexSpec(type, metric, Map.of());
      VectorIndexes.build(spec, rows, listener, folder.resolve("index"));
      assertThat(listener.told).isSorted().last().isEqualTo(1.0);
      assertThat(listener.told.getFirst()).isBetween(0.0, 1.0);
    }
  }
}
