package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GraphDraftTest {
  private static final long SEED = 83;
  private static final int ROWS = 4000;

  @TempDir Path folder;

  /** What is told of a build, in order. */
  private static final class Told implements BuildContext {
    final List<Double> fractions = new ArrayList<>();

    @Override
    public int threads() {
      return 1;
    }

    @Override
    public boolean cancelled() {
      return false;
    }

    @Override
    public void progress(double fraction) {
      fractions.add(fraction);
    }
  }

  /** Rows without neighbours and few links: no effort finds enough, and the graph is grown anew. */
  @Test
  void graphsThatAreBeatenAreLetGo() {
    float[][] values = GraphRows.gaussian(new Random(SEED), ROWS, 64);
    IndexSpec spec = new IndexSpec(IndexType.HNSW, Metric.L2, Map.of("M", "2"));
    Told told = new Told();
    try (Arena arena = Arena.ofShared();
        DraftMemory memory = new DraftMemory();
        Workers workers = new Workers(told)) {
      DenseRows rows = GraphRows.column(values, arena);
      GraphDraft draft =
          new GraphDraft(spec, rows, new GraphDraft.Size(2, 2), told, workers, memory);
      assertThat(memory.growths()).isOne();
      double first = told.fractions.getLast();
      WalkTrial tried =
          draft.tried(
              new GraphCoding(spec, rows, new EnumMap<>(Section.class), workers, memory.arena())
                  .search(draft));
      assertThat(tried.reaches()).as("seed %d", SEED).isFalse();
      WalkTrial best = draft.regrown(tried);
      assertThat(told.fractions.getLast()).as("grown again").isGreaterThan(first);
      assertThat(memory.growths()).isOne();
      PackedLinks base = (PackedLinks) best.search().graph().base();
      assertThat(base.memory().scope().isAlive()).isTrue();
      assertThat(told.fractions).isSorted();
      assertThat(told.fractions.getLast()).isLessThan(1);
    }
  }

  @Test
  void aBuildIsDoneOnceItsFileIsWritten() {
    Told told = new Told();
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED).rows(ROWS, arena);
      VectorIndexes.build(
          IndexSpec.of(IndexType.HNSW, Metric.L2), rows, told, folder.resolve("index"));
      assertThat(told.fractions).isSorted();
      assertThat(told.fractions).filteredOn(fraction -> fraction == 1).hasSize(1);
      assertThat(told.fractions.getLast()).isEqualTo(1);
    }
  }

  /** The graph has grown, and its forms are measured for a third of the time. */
  @Test
  void progressRisesWhileFormsAreMeasured() {
    Told told = new Told();
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = SampleRows.of(DataType.FLOAT_VECTOR, 64, SEED).rows(ROWS, arena);
      VectorIndexes.build(
          IndexSpec.of(IndexType.AUTOINDEX, Metric.COSINE), rows, told, folder.resolve("index"));
    }
    List<Double> measuring =
        told.fractions.stream().filter(fraction -> fraction >= GraphDraft.FIRST_SHARE).toList();
    assertThat(told.fractions).isSorted();
    assertThat(measuring.stream().distinct()).hasSizeGreaterThan(50);
    for (int i = 1; i < measuring.size(); i++) {
      assertThat(measuring.get(i) - measuring.get(i - 1))
          .as("after %s", measuring)
          .isLessThan(0.05);
    }
    assertThat(told.fractions).filteredOn(fraction -> fraction == 1).hasSize(1);
    assertThat(told.fractions.getLast()).isEqualTo(1);
  }

  /**
   * What is in use at once is counted off the heap: on it are, beside scratch, counts of links and
   * the order of slots.
   */
  @ParameterizedTest
  @CsvSource({
    "HNSW, FLOAT_VECTOR, COSINE, M=8",
    "HNSW, FLOAT16_VECTOR, L2, M=16",
    "HNSW, INT8_VECTOR, IP, M=16",
    "HNSW, BINARY_VECTOR, HAMMING, M=16",
    "HNSW_SQ, FLOAT_VECTOR, COSINE, sq_type=RABITQ;refine_type=FP32",
    "HNSW_SQ, FLOAT_VECTOR, L2, sq_type=SQ6",
    "HNSW_PRQ, FLOAT_VECTOR, IP, m=16;refine=true;refine_type=FP16",
    "AUTOINDEX, FLOAT_VECTOR, COSINE, M=16"
  })
  void aBuildTakesAtMostTheMemoryThatWasForetold(
      IndexType index, DataType type, Metric metric, String asked) {
    Map<String, String> params = new HashMap<>(Map.of("efConstruction", "40"));
    for (String pair : asked.split(";")) {
      params.put(pair.split("=")[0], pair.split("=")[1]);
    }
    IndexSpec spec = new IndexSpec(index, metric, params);
    try (Arena arena = Arena.ofShared();
        DraftMemory memory = new DraftMemory()) {
      DenseRows rows = SampleRows.of(type, 64, SEED).rows(ROWS, arena);
      IndexMemory forecast = HnswBuild.forecast(spec, rows);
      new HnswBuild(spec, rows, BuildContext.withThreads(1)).write(folder.resolve("index"), memory);
      assertThat(memory.mostBytes())
          .as(forecast.toString())
          .isBetween(forecast.buildBytes() / 2, forecast.buildBytes());
    }
  }
}
