package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import io.elanus.vectors.ProductCodes;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** HNSW_PQ and HNSW_PRQ on seeded clustered rows: what codes cost, and what refining gives back. */
class HnswProductTest {
  private static final long SEED = 31;
  private static final int DIMENSION = 48;

  @TempDir Path folder;

  private static IndexSpec spec(IndexType type, Metric metric, String codes, String refine) {
    Map<String, String> params = new HashMap<>(Map.of("M", "12", "efConstruction", "100"));
    for (String pair : codes.split(" ")) {
      params.put(pair.split("=")[0], pair.split("=")[1]);
    }
    if (!refine.isEmpty()) {
      params.put("refine", "true");
      params.put("refine_type", refine);
    }
    return new IndexSpec(type, metric, params);
  }

  private Path build(IndexSpec spec, DenseRows rows, int threads, String name) {
    Path file = folder.resolve(name);
    VectorIndexes.build(spec, rows, BuildContext.withThreads(threads), file);
    return file;
  }

  @ParameterizedTest
  @CsvSource({
    "FLOAT_VECTOR,L2,HNSW_PQ,m=24 nbits=8,'',0.60,0.3",
    "FLOAT_VECTOR,IP,HNSW_PQ,m=48,'',0.90,0.05",
    "FLOAT_VECTOR,COSINE,HNSW_PQ,m=48 nbits=6,'',0.78,0.05",
    "FLOAT_VECTOR,COSINE,HNSW_PQ,m=24,FP32,0.97,0.0001",
    "FLOAT_VECTOR,L2,HNSW_PQ,m=24,SQ8,0.93,0.05",
    "FLOAT_VECTOR,IP,HNSW_PQ,m=24 nbits=11,FLAT,0.97,0.0001",
    "FLOAT_VECTOR,L2,HNSW_PQ,m=48 nbits=4,FP16,0.97,0.001",
    "FLOAT_VECTOR,L2,HNSW_PRQ,m=12 nrq=2,'',0.60,0.3",
    "FLOAT_VECTOR,COSINE,HNSW_PRQ,m=24 nrq=3,'',0.95,0.02",
    "FLOAT_VECTOR,L2,HNSW_PRQ,m=24 nrq=2,FP32,0.97,0.0001",
    "FLOAT_VECTOR,IP,HNSW_PRQ,m=16 nrq=3 nbits=4,BF16,0.95,0.01",
    "FLOAT16_VECTOR,COSINE,HNSW_PQ,m=24,FP16,0.97,0.001",
    "BFLOAT16_VECTOR,L2,HNSW_PRQ,m=24 nrq=2,BF16,0.95,0.01",
    "INT8_VECTOR,L2,HNSW_PQ,m=24,FP32,0.97,0.0001",
    "INT8_VECTOR,COSINE,HNSW_PRQ,m=24 nrq=2,'',0.85,0.05",
  })
  void findsTheNearest(
      DataType type,
      Metric metric,
      IndexType index,
      String codes,
      String refine,
      double floor,
      float error) {
    CodedJudge.judge(spec(index, metric, codes, refine), type, folder, floor, error);
  }

  @ParameterizedTest
  @CsvSource({
    "HNSW_PQ,m=8",
    "HNSW_PQ,m=16 nbits=4",
    "HNSW_PQ,m=1 nbits=12",
    "HNSW_PRQ,m=4 nrq=2",
    "HNSW_PRQ,m=2 nrq=16 nbits=2",
  })
  void takesFewEqualAndZeroRows(IndexType type, String codes) {
    for (int count : new int[] {0, 1, 2, 17, 600}) {
      for (String refine : new String[] {"", "FP32"}) {
        try (Arena arena = Arena.ofShared()) {
          DenseRows rows =
              DenseRows.of(
                  DataType.FLOAT_VECTOR, 16, count, arena.allocate(Math.max(64, 64L * count), 64));
          Path file = build(spec(type, Metric.COSINE, codes, refine), rows, 1, count + refine);
          try (VectorIndex index = VectorIndexes.open(file, arena)) {
            MemorySegment query = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED).vector();
            IndexChecks checks = new IndexChecks(index, rows, Map.of());
            for (int k : new int[] {1, 16, 700}) {
              Neighbors found = checks.search(query, k, Bits.all(count), ScoreRange.NONE);
              assertThat(found.count()).isEqualTo(Math.min(k, count));
              checks.checkHits(found, query, Bits.all(count));
            }
          }
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"HNSW_PQ,m=64", "HNSW_PQ,m=32 nbits=10", "HNSW_PRQ,m=32 nrq=2"})
  void theFileDoesNotDependOnThreadsAndKeepsItsSize(IndexType type, String codes)
      throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 128, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(2200, arena);
      Path one = build(spec(type, Metric.L2, codes, "FP32"), rows, 1, "one");
      Path two = build(spec(type, Metric.L2, codes, "FP32"), rows, 2, "two");
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
      long without = Files.size(build(spec(type, Metric.L2, codes, ""), rows, 2, "without"));
      assertThat(Files.size(one) - without).isBetween(2200L * 512, 2200L * 512 + 1024);
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"HNSW_PQ", "HNSW_PRQ"})
  void oneDimensionDeletedRowsAndRanges(IndexType type) {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 1, SEED);
    int count = 3000;
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      Path file = build(spec(type, Metric.L2, "m=1", "FP32"), rows, 2, "index");
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        IndexChecks checks = new IndexChecks(index, rows, Map.of("ef", 200, "refine_k", 20));
        assertThat(checks.recall(sample, 20, 10, Bits.all(count))).isGreaterThan(0.9);
        assertThat(checks.recall(sample, 20, 10, SampleRows.some(count, 0.01, SEED)))
            .isGreaterThan(0.95);
        MemorySegment query = sample.vector();
        Neighbors truth =
            ExactOracle.search(rows, Metric.L2, query, 40, Bits.all(count), ScoreRange.NONE);
        ScoreRange range = new ScoreRange(truth.scores()[5], true, truth.scores()[20], false);
        Neighbors within = checks.search(query, 100, Bits.all(count), range);
        assertThat(within.count()).isGreaterThan(0);
        for (float score : within.scores()) {
          assertThat(range.accepts(score)).isTrue();
        }
      }
    }
  }

  @Test
  void stopsWhenCancelled() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, DIMENSION, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(4000, arena);
      AtomicInteger asked = new AtomicInteger();
      BuildContext context = new StoppedBuild(2, () -> asked.incrementAndGet() > 2000);
      Path file = folder.resolve("cancelled");
      assertThatThrownBy(() ->
              VectorIndexes.build(
                  spec(IndexType.HNSW_PQ, Metric.L2, "m=24", ""), rows, context, file))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(file).doesNotExist();
    }
  }

  @ParameterizedTest
  @CsvSource({"HNSW_PQ,m=8,''", "HNSW_PRQ,m=4 nrq=2,SQ6"})
  void refusesDamage(IndexType type, String codes, String refine) throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(700, arena);
      byte[] whole =
          Files.readAllBytes(build(spec(type, Metric.L2, codes, refine), rows, 1, "whole"));
      Random random = new Random(SEED);
      int refused = 0;
      for (int i = 0; i < 60; i++) {
        byte[] damaged = whole.clone();
        damaged[random.nextInt(whole.length)] ^= (byte) (1 << random.nextInt(8));
        Path copy = folder.resolve("damaged");
        Files.write(copy, damaged);
        try (VectorIndex index = VectorIndexes.open(copy, arena)) {
          assertThat(index.count()).isEqualTo(700);
        } catch (ElanusException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
          refused++;
        }
      }
      assertThat(refused).isGreaterThan(55);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "HNSW_PQ|m=5|The dimension of a vector (dim) should be a multiple of the number of subquantizers (m). Dimension: 64, m: 5: invalid parameter",
        "HNSW_PRQ|m=3,nrq=2|The dimension of a vector (dim) should be a multiple of the number of subquantizers (m). Dimension: 64, m: 3: invalid parameter",
        "HNSW_PQ|m=0|Out of range in json: param 'm' (0) should be in range [1, 65536]: invalid parameter",
        "HNSW_PQ|nbits=25|Out of range in json: param 'nbits' (25) should be in range [1, 24]: invalid parameter",
        "HNSW_PRQ|nrq=17|Out of range in json: param 'nrq' (17) should be in range [1, 16]: invalid parameter",
        "HNSW_PQ|refine=maybe|Type conflict in json: param 'refine' (maybe) should be a boolean: invalid parameter",
        "HNSW_PRQ|refine_type=INT8|invalid refine type : INT8, optional types are [sq4u, sq6, sq8, fp16, bf16, fp32, flat]: invalid parameter",
        "HNSW_PQ|refine=true,refine_type=RABITQ|invalid refine type : RABITQ, optional types are [sq4u, sq6, sq8, fp16, bf16, fp32, flat]: invalid parameter",
        "HNSW_PQ|M=1|Out of range in json: param 'M' (1) should be in range [2, 2048]: invalid parameter",
      })
  void refusesParameters(String type, String given, String message) {
    Map<String, String> params = new HashMap<>();
    for (String pair : given.split(",")) {
      params.put(pair.split("=")[0], pair.split("=")[1]);
    }
    assertThatThrownBy(
            () -> IndexParameters.validate(DataType.FLOAT_VECTOR, 64, type, "L2", params))
        .hasMessage(message);
  }

  @Test
  void takesDefaultsAndRefusesBinaryVectors() {
    for (String name : new String[] {"HNSW_PQ", "HNSW_PRQ"}) {
      IndexSpec spec = IndexParameters.validate(DataType.INT8_VECTOR, 64, name, "COSINE", Map.of());
      assertThat(ProductRows.shape(spec, 64, 100_000))
          .isEqualTo(
              name.equals("HNSW_PQ")
                  ? new ProductCodes.Shape(32, 1, 8)
                  : new ProductCodes.Shape(2, 2, 8));
      assertThat(SearchParameters.of(spec, 10, Map.of("refine_k", "2.5")).refineFactor())
          .isEqualTo(2.5f);
      assertThatThrownBy(
              () -> IndexParameters.validate(DataType.BINARY_VECTOR, 64, name, "HAMMING", Map.of()))
          .hasMessageContaining("can't build with this index " + name);
    }
  }
}
