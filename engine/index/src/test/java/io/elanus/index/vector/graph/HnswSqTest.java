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
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HNSW_SQ on seeded clustered rows: what codes cost, and what refining gives back. */
class HnswSqTest {
  private static final long SEED = 31;
  private static final int DIMENSION = 48;

  @TempDir Path folder;

  private static IndexSpec spec(Metric metric, String codes, String refine) {
    Map<String, String> params = new HashMap<>(Map.of("M", "12", "efConstruction", "100"));
    params.put("sq_type", codes);
    if (!refine.isEmpty()) {
      params.put("refine", "true");
      params.put("refine_type", refine);
    }
    return new IndexSpec(IndexType.HNSW_SQ, metric, params);
  }

  private Path build(IndexSpec spec, DenseRows rows, int threads, String name) {
    Path file = folder.resolve(name);
    VectorIndexes.build(spec, rows, BuildContext.withThreads(threads), file);
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "FLOAT_VECTOR,L2,SQ4U,'',0.65,0.3",
        "FLOAT_VECTOR,L2,SQ6,'',0.90,0.05",
        "FLOAT_VECTOR,IP,SQ8,'',0.93,0.02",
        "FLOAT_VECTOR,COSINE,BF16,'',0.95,0.01",
        "FLOAT_VECTOR,L2,FP16,'',0.97,0.01",
        "FLOAT_VECTOR,COSINE,SQ4U,FP16,0.97,0.001",
        "FLOAT_VECTOR,L2,SQ4U,SQ8,0.93,0.05",
        "FLOAT_VECTOR,IP,SQ4U,FLAT,0.97,0.0001",
        "FLOAT_VECTOR,COSINE,SQ6,FP32,0.97,0.0001",
        "FLOAT_VECTOR,L2,SQ8,FP32,0.97,0.0001",
        "FLOAT_VECTOR,IP,BF16,FP16,0.97,0.001",
        "FLOAT16_VECTOR,COSINE,SQ4U,FP16,0.97,0.001",
        "BFLOAT16_VECTOR,L2,SQ6,BF16,0.95,0.01",
        "INT8_VECTOR,L2,SQ4U,FP32,0.97,0.0001",
        "INT8_VECTOR,COSINE,SQ8,'',0.93,0.02",
        "FLOAT_VECTOR,L2,RABITQ,'',0.97,0.0001",
        "FLOAT_VECTOR,COSINE,RABITQ,SQ8,0.93,0.02",
        "FLOAT_VECTOR,IP,RABITQ,BF16,0.95,0.01",
        "FLOAT16_VECTOR,COSINE,RABITQ,FP16,0.97,0.001",
        "BFLOAT16_VECTOR,L2,RABITQ,SQ6,0.85,0.06",
        "INT8_VECTOR,IP,RABITQ,FP32,0.97,0.0001",
      })
  void findsTheNearest(
      DataType type, Metric metric, String codes, String refine, double floor, float error) {
    CodedJudge.judge(spec(metric, codes, refine), type, folder, floor, error);
  }

  @ParameterizedTest
  @ValueSource(strings = {"RABITQ", "SQ4U", "SQ6", "SQ8", "BF16", "FP16"})
  void takesFewEqualAndZeroRows(String codes) {
    for (int count : new int[] {0, 1, 2, 17, 600}) {
      for (String refine : new String[] {"", "FP32"}) {
        try (Arena arena = Arena.ofShared()) {
          DenseRows rows =
              DenseRows.of(
                  DataType.FLOAT_VECTOR, 16, count, arena.allocate(Math.max(64, 64L * count), 64));
          Path file = build(spec(Metric.COSINE, codes, refine), rows, 1, count + refine);
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
  @ValueSource(strings = {"SQ4U", "SQ6", "SQ8", "BF16", "FP16"})
  void theFileDoesNotDependOnThreadsAndKeepsItsSize(String codes) throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 128, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(2200, arena);
      Path one = build(spec(Metric.IP, codes, "FP32"), rows, 1, "one");
      Path two = build(spec(Metric.IP, codes, "FP32"), rows, 2, "two");
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
      long without = Files.size(build(spec(Metric.IP, codes, ""), rows, 2, "without"));
      assertThat(Files.size(one) - without).isBetween(2200L * 512, 2200L * 512 + 1024);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SQ4U", "FP32"})
  void signsTakeABitAnElement(String refine) throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 448, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(2200, arena);
      Path one = build(spec(Metric.IP, "RABITQ", refine), rows, 1, "one");
      Path two = build(spec(Metric.IP, "RABITQ", refine), rows, 2, "two");
      assertThat(Files.mismatch(one, two)).isEqualTo(-1);
      String finer = refine.equals("SQ4U") ? "" : refine; // 4-bit codes are walked in any case
      Path other = build(spec(Metric.IP, "SQ4U", finer), rows, 2, "without");
      assertThat(Files.size(one) - Files.size(other)).isBetween(2200L * 64, 2200L * 64 + 8192);
    }
  }

  @ParameterizedTest
  @CsvSource({"SQ4U,SQ6", "RABITQ,FP16"})
  void refusesDamage(String codes, String refine) throws IOException {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    try (Arena arena = Arena.ofShared()) {
      Path file = build(spec(Metric.L2, codes, refine), sample.rows(700, arena), 1, "whole");
      byte[] whole = Files.readAllBytes(file);
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
        "sq_type=SQ5|invalid sq_type: SQ5, optional types are [RABITQ, SQ4U, SQ6, SQ8, BF16, FP16]: invalid parameter",
        "sq_type=FP32|invalid sq_type: FP32, optional types are [RABITQ, SQ4U, SQ6, SQ8, BF16, FP16]: invalid parameter",
        "refine=maybe|Type conflict in json: param 'refine' (maybe) should be a boolean: invalid parameter",
        "refine_type=INT8|invalid refine type : INT8, optional types are [sq4u, sq6, sq8, fp16, bf16, fp32, flat]: invalid parameter",
        "sq_type=SQ8,refine=true,refine_type=SQ6|refine type SQ6 should be more precise than sq type SQ8: invalid parameter",
        "sq_type=RABITQ,refine=false|sq type RABITQ has no answers without refine: invalid parameter",
        "sq_type=RABITQ,refine_type=RABITQ|refine type RABITQ should be more precise than sq type RABITQ: invalid parameter",
        "M=1|Out of range in json: param 'M' (1) should be in range [2, 2048]: invalid parameter",
      })
  void refusesParameters(String given, String message) {
    Map<String, String> params = new HashMap<>();
    for (String pair : given.split(",")) {
      params.put(pair.split("=")[0], pair.split("=")[1]);
    }
    assertThatThrownBy(
            () -> IndexParameters.validate(DataType.FLOAT_VECTOR, 8, "HNSW_SQ", "L2", params))
        .hasMessage(message);
  }

  @Test
  void refusesASmallFactorAndBinaryVectors() {
    IndexSpec spec = spec(Metric.L2, "SQ4U", "FP16");
    assertThat(SearchParameters.of(spec, 10, Map.of("refine_k", "2.5")).refineFactor())
        .isEqualTo(2.5f);
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("refine_k", 0.5)))
        .hasMessageContaining(
            "Out of range in json: param 'refine_k' (0.5) should be in range [1.000000,");
    assertThatThrownBy(() -> SearchParameters.of(spec, 10, Map.of("ef", 9)))
        .hasMessageContaining("ef(9) should be larger than k(10)");
    assertThatThrownBy(() ->
            IndexParameters.validate(DataType.BINARY_VECTOR, 8, "HNSW_SQ", "HAMMING", Map.of()))
        .hasMessageContaining("can't build with this index HNSW_SQ");
  }
}
