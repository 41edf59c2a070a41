package io.elanus.index.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every dense index promises, on seeded clustered rows: recall against the exact answer with
 * and without filters, ranges, few rows, reopening, determinism, refusal of damage.
 */
class VectorIndexesTest {
  private static final long SEED = 11;
  private static final Map<String, Object> EFFORT =
      Map.of(
          "ef",
          64,
          "search_list",
          64,
          "nprobe",
          16,
          "refine_k",
          20,
          "reorder_k",
          200,
          "search_k",
          1500);

  private static final List<IndexType> NUMBER_INDEXES =
      List.of(
          IndexType.FLAT,
          IndexType.IVF_FLAT,
          IndexType.IVF_SQ8,
          IndexType.IVF_PQ,
          IndexType.SCANN,
          IndexType.IVF_RABITQ,
          IndexType.IVF_RABITQ_FASTSCAN,
          IndexType.HNSW,
          IndexType.HNSW_PQ,
          IndexType.HNSW_PRQ,
          IndexType.DISKANN,
          IndexType.AISAQ);

  @TempDir Path folder;

  record Shape(IndexType index, DataType type, Metric metric) {
    IndexSpec spec() {
      Map<String, String> params =
          switch (index) {
            case HNSW -> Map.of("M", "12", "efConstruction", "100");
            case HNSW_PQ ->
                Map.of("m", "8", "nbits", bits(type), "refine", "true", "refine_type", "FP32");
            case HNSW_PRQ -> Map.of("m", "8", "refine", "true", "refine_type", "FP32");
            case AISAQ -> Map.of("max_degree", "24", "inline_pq", inline(type));
            case DISKANN -> Map.of("max_degree", "24", "pq_code_budget_gb_ratio", budget(type));
            case IVF_FLAT, BIN_IVF_FLAT -> Map.of("nlist", "32");
            case SCANN -> Map.of("nlist", "32");
            case IVF_PQ ->
                Map.of(
                    "nlist",
                    "32",
                    "m",
                    "8",
                    "nbits",
                    bits(type),
                    "refine",
                    "true",
                    "refine_type",
                    "FLAT");
            case IVF_SQ8, IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
                Map.of("nlist", "32", "refine", "true", "refine_type", "FP32");
            default -> Map.of();
          };
      return new IndexSpec(index, metric, params);
    }

    Map<String, Object> effort() {
      return index == IndexType.AUTOINDEX ? Map.of("target_recall", 0.99) : EFFORT;
    }
  }

  /** Codes for each of the ways they are looked up. */
  private static String bits(DataType type) {
    return switch (type) {
      case FLOAT16_VECTOR -> "8";
      case BFLOAT16_VECTOR -> "10";
      default -> "4";
    };
  }

  /** Codes of all neighbours, of some, of none. */
  private static String inline(DataType type) {
    return switch (type) {
      case FLOAT16_VECTOR -> "7";
      case BFLOAT16_VECTOR -> "0";
      default -> "-1";
    };
  }

  /** Codes of each number of bits. */
  private static String budget(DataType type) {
    return switch (type) {
      case FLOAT16_VECTOR -> "0.2";
      case BFLOAT16_VECTOR -> "0.3";
      default -> "0.125";
    };
  }

  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    List<Metric> numbers = List.of(Metric.L2, Metric.IP, Metric.COSINE);
    for (Metric metric : numbers) {
      for (IndexType index : NUMBER_INDEXES) {
        shapes.add(new Shape(index, DataType.FLOAT_VECTOR, metric));
        shapes.add(new Shape(index, DataType.FLOAT16_VECTOR, metric));
        shapes.add(new Shape(index, DataType.BFLOAT16_VECTOR, metric));
      }
      for (IndexType index : List.of(IndexType.HNSW, IndexType.IVF_FLAT, IndexType.IVF_PQ)) {
        shapes.add(new Shape(index, DataType.INT8_VECTOR, metric));
      }
      shapes.add(new Shape(IndexType.ANNOY, DataType.FLOAT_VECTOR, metric));
    }
    for (Metric metric : List.of(Metric.HAMMING, Metric.JACCARD)) {
      shapes.add(new Shape(IndexType.BIN_FLAT, DataType.BINARY_VECTOR, metric));
      shapes.add(new Shape(IndexType.BIN_IVF_FLAT, DataType.BINARY_VECTOR, metric));
      shapes.add(new Shape(IndexType.HNSW, DataType.BINARY_VECTOR, metric));
    }
    shapes.add(new Shape(IndexType.AUTOINDEX, DataType.FLOAT_VECTOR, Metric.COSINE));
    shapes.add(new Shape(IndexType.AUTOINDEX, DataType.FLOAT_VECTOR, Metric.IP));
    shapes.add(new Shape(IndexType.AUTOINDEX, DataType.INT8_VECTOR, Metric.COSINE));
    shapes.add(new Shape(IndexType.AUTOINDEX, DataType.BINARY_VECTOR, Metric.HAMMING));
    return shapes;
  }

  /** Of each index and type one: how rows are dealt out to threads asks for no metric. */
  static List<Shape> ofOneMetric() {
    Map<List<Object>, Shape> first = new LinkedHashMap<>();
    for (Shape shape : shapes()) {
      first.putIfAbsent(List.of(shape.index(), shape.type()), shape);
    }
    return List.copyOf(first.values());
  }

  private Path build(IndexSpec spec, DenseRows rows, int threads, String name) {
    Path file = folder.resolve(name);
    VectorIndexes.build(spec, rows, BuildContext.withThreads(threads), file);
    return file;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void findsTheNearestUnderAnyFilter(Shape shape) {
    int count = 3000;
    SampleRows sample = SampleRows.of(shape.type(), 48, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = withNulls(sample.rows(count, 1000, arena));
      Path file = build(shape.spec(), rows, 2, "index");
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        assertThat(index.count()).isEqualTo(count);
        assertThat(index.spec())
            .isEqualTo(
                AutomaticForm.of(index.spec())
                    .map(form -> form.in(shape.spec()))
                    .orElse(shape.spec()));
        assertThat(index.mappedBytes()).isEqualTo(file.toFile().length());
        IndexChecks checks = new IndexChecks(index, rows, shape.effort());
        assertThat(checks.recall(sample, 20, 10, Bits.all(count))).isGreaterThanOrEqualTo(0.97);
        for (double share : new double[] {0.5, 0.1, 0.01, 0.001}) {
          assertThat(checks.recall(sample, 8, 10, SampleRows.some(count, share, SEED)))
              .as("share %s seed %d", share, SEED)
              .isGreaterThanOrEqualTo(0.97);
        }
        assertThat(checks.recall(sample, 3, 10, Bits.none(count))).isEqualTo(1);
        assertThat(new IndexChecks(index, rows, Map.of()).recall(sample, 2, 5000, Bits.all(count)))
            .isGreaterThanOrEqualTo(0.99);
        checkClusters(checks, sample, shape);
        checkNullsForOthers(checks, sample);
      }
    }
  }

  private static DenseRows withNulls(DenseRows rows) {
    Bits present = Bits.all(rows.count());
    for (int row = 0; row < rows.count(); row += 97) {
      present.clear(row);
    }
    return new DenseRows(
        rows.type(), rows.dimension(), rows.count(), rows.rowsPerChunk(), rows.chunks(), present);
  }

  /** A filter that keeps as many rows as there are vectors, but not those that have one. */
  private static void checkNullsForOthers(IndexChecks checks, SampleRows sample) {
    int count = checks.rows().count();
    int nulls = count - checks.rows().present().cardinality();
    MemorySegment query = sample.vector();
    Neighbors nearest = checks.search(query, nulls, Bits.all(count), ScoreRange.NONE);
    Bits others = Bits.all(count);
    for (int row : nearest.rows()) {
      others.clear(row);
    }
    assertThat(others.cardinality()).isEqualTo(checks.rows().present().cardinality());
    Neighbors found = checks.search(query, 10, others, ScoreRange.NONE);
    assertThat(found.count()).isEqualTo(10);
    checks.checkHits(found, query, others);
  }

  /** Filters that keep what is nearest to, or farthest from, a query. */
  private static void checkClusters(IndexChecks checks, SampleRows sample, Shape shape) {
    MemorySegment query = sample.vector();
    int count = checks.rows().count();
    Neighbors all =
        ExactOracle.search(
            checks.rows(), shape.metric(), query, count, Bits.all(count), ScoreRange.NONE);
    for (int kept : new int[] {30, 300, 1500}) {
      Bits nearest = Bits.none(count);
      Bits farthest = Bits.none(count);
      for (int i = 0; i < kept; i++) {
        nearest.set(all.rows()[i]);
        farthest.set(all.rows()[all.count() - 1 - i]);
      }
      for (Bits eligible : List.of(nearest, farthest)) {
        Neighbors found = checks.search(query, 10, eligible, ScoreRange.NONE);
        checks.checkHits(found, query, eligible);
        Neighbors truth =
            ExactOracle.search(checks.rows(), shape.metric(), query, 10, eligible, ScoreRange.NONE);
        long good = 0;
        float rounding = 1e-4f * (1 + Math.abs(truth.scores()[9]));
        for (float score : found.scores()) {
          float atBest = shape.metric().largerIsBetter() ? score + rounding : score - rounding;
          good += shape.metric().better(truth.scores()[9], atBest) ? 0 : 1;
        }
        assertThat(found.count()).isEqualTo(10);
        assertThat(good).as("%s kept %d", shape, kept).isGreaterThanOrEqualTo(8);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void answersRanges(Shape shape) {
    int count = 2500;
    SampleRows sample = SampleRows.of(shape.type(), 32, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(count, arena);
      try (VectorIndex index = VectorIndexes.open(build(shape.spec(), rows, 1, "ranges"), arena)) {
        MemorySegment query = sample.vector();
        Neighbors all =
            ExactOracle.search(
                rows, shape.metric(), query, count, Bits.all(count), ScoreRange.NONE);
        float near = between(all.scores(), 10);
        float far = between(all.scores(), 60);
        ScoreRange range = ScoreRange.of(shape.metric(), Optional.of(far), Optional.of(near));
        IndexChecks checks = new IndexChecks(index, rows, Map.of("nprobe", 32, "ef", 512));
        Neighbors found = checks.search(query, 500, Bits.all(count), range);
        Neighbors truth =
            ExactOracle.search(rows, shape.metric(), query, 500, Bits.all(count), range);
        checks.checkHits(found, query, Bits.all(count));
        for (float score : found.scores()) {
          assertThat(range.accepts(score)).isTrue();
        }
        assertThat(found.count()).isBetween(truth.count() - 2, truth.count() + 2);
      }
    }
  }

  /**
   * A bound that is no row's score: halfway to the next other score, where rounding cannot decide.
   */
  private static float between(float[] scores, int i) {
    int next = i;
    while (scores[next] == scores[i]) {
      next++;
    }
    return (scores[i] + scores[next]) / 2;
  }

  @ParameterizedTest
  @MethodSource("ofOneMetric")
  void theFileDoesNotDependOnThreads(Shape shape) throws IOException {
    SampleRows sample = SampleRows.of(shape.type(), 24, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(2200, arena);
      Path one = build(shape.spec(), rows, 1, "one");
      Path three = build(shape.spec(), rows, 3, "three");
      assertThat(Files.mismatch(one, three)).isEqualTo(-1);
    }
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void takesFewEqualAndZeroRows(Shape shape) {
    for (int count : new int[] {0, 1, 2, 3, 17, 600}) {
      try (Arena arena = Arena.ofShared()) {
        DenseRows rows =
            new DenseRows(
                shape.type(),
                16,
                count,
                1000,
                List.of(arena.allocate(1000L * shape.type().rowBytes(16), 64)),
                Bits.all(count));
        try (VectorIndex index =
            VectorIndexes.open(build(shape.spec(), rows, 1, "few" + count), arena)) {
          MemorySegment query = SampleRows.of(shape.type(), 16, SEED).vector();
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

  @ParameterizedTest
  @MethodSource("shapes")
  void refusesDamage(Shape shape) throws IOException {
    SampleRows sample = SampleRows.of(shape.type(), 16, SEED);
    try (Arena arena = Arena.ofShared()) {
      Path file = build(shape.spec(), sample.rows(300, arena), 1, "whole");
      byte[] whole = Files.readAllBytes(file);
      Random random = new Random(SEED);
      for (int i = 0; i < 40; i++) {
        byte[] damaged = whole.clone();
        int at = i < 16 ? i * 4 : random.nextInt(whole.length);
        damaged[at] ^= (byte) (1 << random.nextInt(8));
        expectRefusal(damaged, arena, whole, "bit at " + at);
      }
      for (int length : new int[] {0, 10, 64, whole.length / 2, whole.length - 1}) {
        expectRefusal(Arrays.copyOf(whole, length), arena, whole, "length " + length);
      }
    }
  }

  /** Only zeros between sections may change without notice. */
  private void expectRefusal(byte[] damaged, Arena arena, byte[] whole, String what)
      throws IOException {
    Path file = folder.resolve("damaged");
    Files.write(file, damaged);
    try (VectorIndex index = VectorIndexes.open(file, arena)) {
      assertThat(damaged).as(what).hasSameSizeAs(whole);
      int at = Arrays.mismatch(damaged, whole);
      assertThat(whole[at]).as(what + " of " + index.spec()).isZero();
    } catch (ElanusException e) {
      assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {
        "HNSW",
        "DISKANN",
        "AISAQ",
        "IVF_FLAT",
        "IVF_SQ8",
        "IVF_PQ",
        "SCANN",
        "IVF_RABITQ",
        "BIN_IVF_FLAT"
      })
  void aCancelledBuildLeavesNoFile(IndexType index) {
    boolean bits = index == IndexType.BIN_IVF_FLAT;
    Shape shape =
        new Shape(
            index,
            bits ? DataType.BINARY_VECTOR : DataType.FLOAT_VECTOR,
            bits ? Metric.HAMMING : Metric.L2);
    SampleRows sample = SampleRows.of(shape.type(), 16, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(2000, arena);
      BuildContext cancelled = new StoppedBuild(() -> true);
      Path target = folder.resolve("cancelled");
      assertThatThrownBy(() -> VectorIndexes.build(shape.spec(), rows, cancelled, target))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(folder).isEmptyDirectory();
    }
  }
}
