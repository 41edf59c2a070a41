package io.elanus.index.vector.sparse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.Passages;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Sparse search, by postings and by scan, against sums over maps. */
class SparseIndexTest {
  private static final long SEED = 3;
  private static final IndexSpec SPEC = IndexSpec.of(IndexType.SPARSE_INVERTED_INDEX, Metric.IP);

  @TempDir Path folder;

  @Test
  void findsTheSameAsDefined() {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofShared()) {
      SparseRows rows = SampleRows.sparse(40_000, 3000, 12, SEED, arena);
      Path file = folder.resolve("sparse");
      VectorIndexes.build(SPEC, rows, BuildContext.withThreads(1), file);
      Bits some = Bits.none(rows.count());
      random.ints(4000, 0, rows.count()).forEach(some::set);
      try (VectorIndex index = VectorIndexes.open(file, arena);
          VectorIndex exact = VectorIndexes.exact(SPEC, rows)) {
        assertThat(index.count()).isEqualTo(rows.count());
        for (int i = 0; i < 15; i++) {
          MemorySegment query = SampleRows.sparse(random, 3000, 20);
          for (Bits eligible : new Bits[] {Bits.all(rows.count()), some}) {
            check(index, rows, query, eligible, ScoreRange.NONE);
            check(exact, rows, query, eligible, ScoreRange.NONE);
            ScoreRange range = ScoreRange.of(Metric.IP, Optional.of(0.3f), Optional.of(0.9f));
            check(index, rows, query, eligible, range);
          }
        }
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"SPARSE_INVERTED_INDEX", "AUTOINDEX"})
  void findsTheSameOfRealTexts(IndexType type) {
    Passages passages = new Passages();
    IndexSpec spec = IndexSpec.of(type, Metric.IP);
    try (Arena arena = Arena.ofShared()) {
      SparseRows rows = passages.sparseRows(arena);
      Path file = folder.resolve("texts");
      VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        for (MemorySegment query : passages.sparseQueries()) {
          check(index, rows, query, Bits.all(rows.count()), ScoreRange.NONE);
        }
      }
    }
  }

  private static void check(
      VectorIndex index, SparseRows rows, MemorySegment query, Bits eligible, ScoreRange range) {
    int k = 20;
    Neighbors found = search(index, query, k, eligible, range, Map.of());
    Map<Integer, Float> scores = scores(rows, query);
    List<Float> accepted = new ArrayList<>();
    scores.forEach((row, score) -> {
      if (eligible.get(row) && range.accepts(score)) {
        accepted.add(score);
      }
    });
    accepted.sort(Comparator.reverseOrder());
    assertThat(found.count()).isEqualTo(Math.min(k, accepted.size()));
    for (int i = 0; i < found.count(); i++) {
      assertThat(eligible.get(found.rows()[i])).isTrue();
      float rounding = 1e-5f * Math.max(1, accepted.get(i));
      assertThat(found.scores()[i]).isCloseTo(accepted.get(i), within(rounding));
      assertThat(found.scores()[i]).isCloseTo(scores.get(found.rows()[i]), within(rounding));
    }
  }

  private static Neighbors search(
      VectorIndex index,
      MemorySegment query,
      int k,
      Bits eligible,
      ScoreRange range,
      Map<String, Object> params) {
    return index.search(
        new VectorQuery(query, k, eligible, SearchParameters.of(index.spec(), k, params), range));
  }

  /** Scores that are not zero. */
  private static Map<Integer, Float> scores(SparseRows rows, MemorySegment query) {
    Map<Integer, Float> weights = new HashMap<>();
    for (int i = 0; i < query.byteSize() / 8; i++) {
      weights.put(SparseRows.dimension(query, i), SparseRows.value(query, i));
    }
    Map<Integer, Float> scores = new HashMap<>();
    for (int row = 0; row < rows.count(); row++) {
      MemorySegment pairs = rows.row(row);
      float score = 0;
      for (int i = 0; i < pairs.byteSize() / 8; i++) {
        score +=
            weights.getOrDefault(SparseRows.dimension(pairs, i), 0f) * SparseRows.value(pairs, i);
      }
      if (score != 0) {
        scores.put(row, score);
      }
    }
    return scores;
  }

  @Test
  void emptyRowsAndQueriesMatchNothing() {
    try (Arena arena = Arena.ofShared()) {
      for (int count : new int[] {0, 1, 7}) {
        SparseRows rows = SampleRows.sparse(count, 10, 3, SEED, arena);
        Path file = folder.resolve("sparse" + count);
        VectorIndexes.build(SPEC, rows, BuildContext.withThreads(1), file);
        try (VectorIndex index = VectorIndexes.open(file, arena)) {
          MemorySegment nothing = MemorySegment.ofArray(new byte[0]);
          assertThat(search(index, nothing, 5, Bits.all(count), ScoreRange.NONE, Map.of()).count())
              .isZero();
        }
      }
    }
  }

  /** Every form gives the same rows and the very same scores as a scan. */
  @Test
  void pruningShowsNowhere() {
    Random random = new Random(SEED);
    try (Arena arena = Arena.ofShared()) {
      for (boolean negative : new boolean[] {false, true}) {
        SparseRows rows = SampleRows.sparse(30_000, 400, 25, SEED, arena);
        if (negative) {
          turnSigns(rows.data(), random);
        }
        VectorIndex exact = VectorIndexes.exact(SPEC, rows);
        for (Map<String, String> params :
            List.of(
                Map.of("inverted_index_algo", "TAAT_NAIVE"),
                Map.of("inverted_index_algo", "DAAT_WAND", "block_max_block_size", "7"),
                Map.of("inverted_index_algo", "DAAT_MAXSCORE"))) {
          IndexSpec spec = new IndexSpec(IndexType.SPARSE_INVERTED_INDEX, Metric.IP, params);
          Path file = folder.resolve("form" + params.hashCode() + negative);
          VectorIndexes.build(spec, rows, BuildContext.withThreads(1), file);
          try (VectorIndex index = VectorIndexes.open(file, arena)) {
            assertThat(index.spec()).isEqualTo(spec);
            for (double share : new double[] {1, 0.3, 0.01, 0.0005}) {
              Bits eligible = Bits.none(rows.count());
              for (int row = 0; row < rows.count(); row++) {
                if (random.nextDouble() < share) {
                  eligible.set(row);
                }
              }
              for (int k : new int[] {1, 10, 500, 40_000}) {
                MemorySegment query = SampleRows.sparse(random, 400, 15);
                if (negative) {
                  turnSigns(query, random);
                }
                for (ScoreRange range :
                    List.of(
                        ScoreRange.NONE,
                        ScoreRange.of(Metric.IP, Optional.of(0.4f), Optional.of(1.1f)))) {
                  Neighbors found = search(index, query, k, eligible, range, Map.of());
                  Neighbors wanted = search(exact, query, k, eligible, range, Map.of());
                  assertThat(found.rows()).as("%s of %s", params, share).isEqualTo(wanted.rows());
                  assertThat(found.scores()).isEqualTo(wanted.scores());
                }
              }
            }
          }
        }
      }
    }
  }

  private static void turnSigns(MemorySegment pairs, Random random) {
    for (long at = 4; at < pairs.byteSize(); at += 8) {
      if (random.nextBoolean()) {
        float value = pairs.get(ValueLayout.JAVA_FLOAT_UNALIGNED, at);
        pairs.set(ValueLayout.JAVA_FLOAT_UNALIGNED, at, -value);
      }
    }
  }

  @Test
  void equalRowsComeInOrder() {
    try (Arena arena = Arena.ofShared()) {
      int count = 5000;
      MemorySegment offsets = arena.allocate(4L * count + 4, 4);
      MemorySegment data = arena.allocate(16L * count, 4);
      MemorySegment row = SampleRows.sparse(new Random(SEED), 10, 1);
      for (int i = 0; i < count; i++) {
        MemorySegment.copy(row, 0, data, 8L * i, 8);
        offsets.setAtIndex(ValueLayout.JAVA_INT, i + 1L, 8 * (i + 1));
      }
      SparseRows rows = new SparseRows(count, offsets, data, Bits.all(count));
      Path file = folder.resolve("equal");
      VectorIndexes.build(SPEC, rows, BuildContext.withThreads(1), file);
      try (VectorIndex index = VectorIndexes.open(file, arena)) {
        Neighbors found = search(index, row, 100, Bits.all(count), ScoreRange.NONE, Map.of());
        assertThat(found.rows()).isEqualTo(IntStream.range(0, 100).toArray());
      }
    }
  }

  @Test
  void refusesDamage() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      Path file = folder.resolve("damaged");
      VectorIndexes.build(
          SPEC, SampleRows.sparse(3000, 100, 9, SEED, arena), BuildContext.withThreads(1), file);
      byte[] good = Files.readAllBytes(file);
      Random random = new Random(SEED);
      for (int i = 0; i < 60; i++) {
        byte[] bad = good.clone();
        int at = i < 20 ? i * 8 : random.nextInt(bad.length);
        bad[at] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bad);
        try {
          VectorIndexes.open(file, arena).close();
          assertThat(insideAPart(good, at)).as("byte %d", at).isFalse();
        } catch (ElanusException e) {
          assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY);
        }
      }
    }
  }

  /** Zeros between sections may change: nobody reads them. */
  private static boolean insideAPart(byte[] file, int at) {
    return file[at] != 0 || at < 16;
  }

  @Test
  void stopsWhenToldTo() {
    try (Arena arena = Arena.ofShared()) {
      SparseRows rows = SampleRows.sparse(20_000, 100, 9, SEED, arena);
      BuildContext stopped =
          new BuildContext() {
            private int asked;

            @Override
            public int threads() {
              return 1;
            }

            @Override
            public boolean cancelled() {
              return ++asked > 4;
            }

            @Override
            public void progress(double fraction) {
              assertThat(fraction).isBetween(0.0, 1.0);
            }
          };
      Path file = folder.resolve("stopped");
      assertThatThrownBy(() -> VectorIndexes.build(SPEC, rows, stopped, file))
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(file).doesNotExist();
    }
  }

  @Test
  void droppingWeightsKeepsTheLargest() {
    MemorySegment query = SampleRows.sparse(new Random(SEED), 1000, 40);
    int pairs = (int) (query.byteSize() / 8);
    assertThat(SparseQuery.of(query, 0).count()).isEqualTo(pairs);
    assertThat(SparseQuery.of(query, 0.5f).count()).isEqualTo(pairs - pairs / 2);
    assertThat(SparseQuery.of(query, 0.99f).count()).isEqualTo(1);
  }
}
