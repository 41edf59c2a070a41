package io.elanus.index.vector.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Codes only guide a flat scan: no answer differs from that of a scan without them. */
class FlatCodesTest {
  private static final long SEED = 29;

  @TempDir Path folder;

  /** Rows of many sizes, with outliers, repetitions, zeros and gaps. */
  private static DenseRows rows(
      int count, int dimension, float offset, Random random, Arena arena) {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED);
    DenseRows rows = sample.rows(count, arena);
    Bits present = Bits.all(count);
    for (int row = 0; row < count; row++) {
      MemorySegment bytes = rows.row(row);
      switch (random.nextInt(20)) {
        case 0 -> bytes.fill((byte) 0);
        case 1 -> bytes.copyFrom(rows.row(random.nextInt(count)));
        case 2 -> bytes.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, 3, 1000 * random.nextFloat());
        case 3 -> present.clear(row);
        default -> {
          for (int i = 0; i < dimension; i++) {
            float value = bytes.getAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i);
            bytes.setAtIndex(ValueLayout.JAVA_FLOAT_UNALIGNED, i, value + offset);
          }
        }
      }
    }
    return new DenseRows(
        DataType.FLOAT_VECTOR, dimension, count, rows.rowsPerChunk(), rows.chunks(), present);
  }

  @ParameterizedTest
  @CsvSource({"L2, 64, 0", "L2, 131, 500", "IP, 64, 0", "IP, 200, 3", "L2, 768, 0"})
  void answersAsAScan(Metric metric, int dimension, float offset) {
    Random random = new Random(SEED);
    int count = 3000;
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = rows(count, dimension, offset, random, arena);
      IndexSpec spec = IndexSpec.of(IndexType.FLAT, metric);
      Path file = folder.resolve("flat");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(2), file);
      SampleRows queries = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED);
      try (VectorIndex flat = VectorIndexes.open(file, arena);
          VectorIndex exact = VectorIndexes.exact(spec, rows)) {
        for (int i = 0; i < 30; i++) {
          MemorySegment vector =
              i % 3 == 0 ? rows.row(random.nextInt(count)) : scaled(queries.vector(), i % 3 * 50f);
          for (Bits eligible : List.of(Bits.all(count), some(count, random))) {
            VectorQuery query = query(spec, vector, 10, eligible, ScoreRange.NONE);
            same(flat.search(query), exact.search(query));
            Neighbors wide = exact.search(query(spec, vector, 40, eligible, ScoreRange.NONE));
            float near = (wide.scores()[3] + wide.scores()[4]) / 2;
            float far = (wide.scores()[30] + wide.scores()[31]) / 2;
            if (apart(wide, 3) && apart(wide, 30)) {
              ScoreRange range = ScoreRange.of(metric, Optional.of(far), Optional.of(near));
              VectorQuery ranged = query(spec, vector, 25, eligible, range);
              same(flat.search(ranged), exact.search(ranged));
            }
          }
        }
      }
    }
  }

  /** Codes are learnt from rows that are present, wherever the others are. */
  @Test
  void rangesAreOfRowsThatArePresent() {
    int count = 8192;
    int dimension = 100;
    try (Arena arena = Arena.ofShared()) {
      DenseRows all = SampleRows.of(DataType.FLOAT_VECTOR, dimension, SEED).rows(count, arena);
      Bits present = Bits.none(count);
      for (int row = 1; row < count; row += 2) {
        present.set(row);
      }
      DenseRows rows =
          new DenseRows(all.type(), dimension, count, all.rowsPerChunk(), all.chunks(), present);
      Path file = folder.resolve("flat");
      VectorIndexes.build(
          IndexSpec.of(IndexType.FLAT, Metric.L2), rows, BuildContext.withThreads(2), file);
      MemorySegment ranges =
          IndexFile.open(file, arena).section(IndexFileFormat.Section.CODE_RANGES, 8L * dimension);
      for (int i = 0; i < dimension; i++) {
        float step = ranges.get(IndexFileFormat.FLOAT, 4L * (dimension + i));
        assertThat(step).as("dimension %d, seed %d", i, SEED).isPositive();
      }
    }
  }

  /** Rows of every type, some of them repeated, zero or gone, asked with deletes and without. */
  @ParameterizedTest
  @CsvSource({
    "FLOAT_VECTOR, COSINE, 100",
    "FLOAT16_VECTOR, L2, 100",
    "FLOAT16_VECTOR, IP, 64",
    "FLOAT16_VECTOR, COSINE, 385",
    "BFLOAT16_VECTOR, L2, 33",
    "BFLOAT16_VECTOR, COSINE, 128",
    "INT8_VECTOR, L2, 700",
    "INT8_VECTOR, IP, 512",
    "INT8_VECTOR, COSINE, 1",
    "FLOAT_VECTOR, L2, 1"
  })
  void rowsOfEveryTypeAreFilteredExactly(DataType type, Metric metric, int dimension) {
    Random random = new Random(SEED);
    int count = 2200;
    try (Arena arena = Arena.ofShared()) {
      SampleRows sample = SampleRows.of(type, dimension, SEED);
      DenseRows rows = sample.rows(count, arena);
      Bits present = Bits.all(count);
      for (int row = 0; row < count; row++) {
        switch (random.nextInt(15)) {
          case 0 -> rows.row(row).fill((byte) 0);
          case 1 -> rows.row(row).copyFrom(rows.row(random.nextInt(count)));
          case 2 -> present.clear(row);
          default -> {}
        }
      }
      DenseRows some =
          new DenseRows(type, dimension, count, rows.rowsPerChunk(), rows.chunks(), present);
      IndexSpec spec = IndexSpec.of(IndexType.FLAT, metric);
      Path file = folder.resolve("typed");
      VectorIndexes.build(spec, some, BuildContext.withThreads(2), file);
      try (VectorIndex flat = VectorIndexes.open(file, arena);
          VectorIndex exact = VectorIndexes.exact(spec, some)) {
        for (Bits eligible : List.of(Bits.all(count), some(count, random), Bits.none(count))) {
          List<VectorQuery> queries = new ArrayList<>();
          for (int i = 0; i < 40; i++) {
            MemorySegment vector = i % 4 == 0 ? rows.row(random.nextInt(count)) : sample.vector();
            queries.add(query(spec, vector, 7, eligible, ScoreRange.NONE));
          }
          List<Neighbors> found = flat.searchAll(queries);
          for (int i = 0; i < queries.size(); i++) {
            same(found.get(i), exact.search(queries.get(i)));
          }
        }
      }
    }
  }

  /** Nothing tells rows apart, or one of them is so far away that no unit fits it. */
  @ParameterizedTest
  @CsvSource({"L2, 0", "L2, 1e18", "L2, 3e38", "IP, 0", "IP, 1e18", "COSINE, 1e18"})
  void equalRowsAreFound(Metric metric, float far) {
    int count = 1500;
    int dimension = 24;
    try (Arena arena = Arena.ofShared()) {
      float[] same = new float[dimension];
      for (int i = 0; i < dimension; i++) {
        same[i] = i * 0.3f - 2;
      }
      MemorySegment data = arena.allocate(4L * count * dimension, 64);
      for (int row = 0; row < count; row++) {
        MemorySegment.copy(same, 0, data, ValueLayout.JAVA_FLOAT, 4L * row * dimension, dimension);
      }
      data.setAtIndex(ValueLayout.JAVA_FLOAT, 700L * dimension, far);
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, dimension, count, data);
      IndexSpec spec = IndexSpec.of(IndexType.FLAT, metric);
      Path file = folder.resolve("equal");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      try (VectorIndex flat = VectorIndexes.open(file, arena);
          VectorIndex exact = VectorIndexes.exact(spec, rows)) {
        for (int row : new int[] {3, 700}) {
          VectorQuery query = query(spec, rows.row(row), 12, Bits.all(count), ScoreRange.NONE);
          assertThat(flat.search(query).rows()).isEqualTo(exact.search(query).rows());
        }
      }
    }
  }

  private static MemorySegment scaled(MemorySegment vector, float by) {
    for (int i = 0; i < vector.byteSize() / 4; i++) {
      float value = vector.get(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i);
      vector.set(ValueLayout.JAVA_FLOAT_UNALIGNED, 4L * i, value * by);
    }
    return vector;
  }

  private static Bits some(int count, Random random) {
    Bits some = Bits.none(count);
    for (int row = 0; row < count; row++) {
      if (random.nextInt(3) == 0) {
        some.set(row);
      }
    }
    return some;
  }

  private static VectorQuery query(
      IndexSpec spec, MemorySegment vector, int k, Bits eligible, ScoreRange range) {
    return new VectorQuery(vector, k, eligible, SearchParameters.defaults(spec, k), range);
  }

  /** Whether rounding cannot take a score to the other side of the middle of it and the next. */
  private static boolean apart(Neighbors found, int i) {
    float gap = Math.abs(found.scores()[i + 1] - found.scores()[i]);
    return gap > 1e-4f * Math.abs(found.scores()[i]) + 1e-4f;
  }

  /**
   * The same scores, but for the last bits: while tests run, the compiler takes the kernels from
   * their interpreted form, which adds up in another order, to the compiled one.
   */
  private static void same(Neighbors found, Neighbors wanted) {
    assertThat(found.count()).isEqualTo(wanted.count());
    assertThat(found.rows()).doesNotHaveDuplicates();
    for (int i = 0; i < found.count(); i++) {
      float score = wanted.scores()[i];
      assertThat(found.scores()[i])
          .as("hit %d, row %d or %d", i, found.rows()[i], wanted.rows()[i])
          .isCloseTo(score, within(1e-5f * (1 + Math.abs(score))));
    }
  }

  @ParameterizedTest
  @EnumSource(
      names = {"L2", "IP", "COSINE", "HAMMING", "JACCARD", "SUBSTRUCTURE", "SUPERSTRUCTURE"})
  void manyQueriesAtOnceAreAnsweredAsOneByOne(Metric metric) {
    boolean binary = Shapes.distance(metric).ofSets();
    List<DataType> types =
        binary
            ? List.of(DataType.BINARY_VECTOR)
            : List.of(DataType.FLOAT_VECTOR, DataType.FLOAT16_VECTOR, DataType.BFLOAT16_VECTOR);
    for (DataType type : types) {
      try (Arena arena = Arena.ofShared()) {
        SampleRows sample = SampleRows.of(type, 72, SEED);
        DenseRows rows = sample.rows(2500, 1024, arena);
        IndexSpec spec = IndexSpec.of(binary ? IndexType.BIN_FLAT : IndexType.FLAT, metric);
        Path file = folder.resolve("batch" + type);
        VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
        try (VectorIndex flat = VectorIndexes.open(file, arena);
            VectorIndex exact = VectorIndexes.exact(spec, rows)) {
          for (Bits eligible : List.of(Bits.all(2500), some(2500, new Random(SEED)))) {
            List<VectorQuery> queries = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
              queries.add(query(spec, sample.vector(), 7, eligible, ScoreRange.NONE));
            }
            for (VectorIndex index : List.of(flat, exact)) {
              List<Neighbors> found = index.searchAll(queries);
              assertThat(found).hasSameSizeAs(queries);
              for (int i = 0; i < queries.size(); i++) {
                same(found.get(i), index.search(queries.get(i)));
              }
            }
          }
        }
      }
    }
  }
}
