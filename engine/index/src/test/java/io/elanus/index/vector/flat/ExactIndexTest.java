package io.elanus.index.vector.flat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Exact indexes against definitions, for every type and metric. */
class ExactIndexTest {
  private static final long SEED = 7;

  record Shape(DataType type, Metric metric) {}

  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (DataType type : DataType.values()) {
      if (type.isDenseVector()) {
        boolean bits = type == DataType.BINARY_VECTOR;
        for (Metric metric :
            bits
                ? List.of(
                    Metric.HAMMING, Metric.JACCARD, Metric.SUBSTRUCTURE, Metric.SUPERSTRUCTURE)
                : List.of(Metric.L2, Metric.IP, Metric.COSINE)) {
          shapes.add(new Shape(type, metric));
        }
      }
    }
    return shapes;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void answersAsDefined(Shape shape) {
    for (int dimension : new int[] {8, 40, 512}) {
      SampleRows sample = SampleRows.of(shape.type(), dimension, SEED);
      try (Arena arena = Arena.ofConfined()) {
        DenseRows rows = sample.rows(700, 300, arena);
        Bits present = Bits.all(700);
        present.clear(5);
        rows = new DenseRows(rows.type(), dimension, 700, 300, rows.chunks(), present);
        Bits some = Bits.none(700);
        new Random(SEED).ints(200, 0, 700).forEach(some::set);
        for (Bits eligible : List.of(Bits.all(700), some, Bits.none(700))) {
          for (int k : new int[] {1, 10, 1000}) {
            check(shape, rows, sample.vector(), k, eligible, ScoreRange.NONE);
          }
        }
        check(shape, rows, zero(rows), 20, some, ScoreRange.NONE);
        checkRange(shape, rows, sample.vector(), some);
      }
    }
  }

  private static MemorySegment zero(DenseRows rows) {
    return MemorySegment.ofArray(new byte[rows.rowBytes()]);
  }

  private static void checkRange(Shape shape, DenseRows rows, MemorySegment query, Bits eligible) {
    Neighbors all = ExactOracle.search(rows, shape.metric(), query, 700, eligible, ScoreRange.NONE);
    float near = (all.scores()[20] + all.scores()[19]) / 2;
    float far = (all.scores()[50] + all.scores()[51]) / 2;
    if (all.scores()[20] != all.scores()[19] && all.scores()[50] != all.scores()[51]) {
      ScoreRange range = ScoreRange.of(shape.metric(), Optional.of(far), Optional.of(near));
      assertThat(check(shape, rows, query, 700, eligible, range).count()).isEqualTo(31);
    }
  }

  private static Neighbors check(
      Shape shape, DenseRows rows, MemorySegment query, int k, Bits eligible, ScoreRange range) {
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, shape.metric());
    try (VectorIndex index = VectorIndexes.exact(spec, rows)) {
      Neighbors found =
          index.search(
              new VectorQuery(query, k, eligible, SearchParameters.defaults(spec, k), range));
      Neighbors expected = ExactOracle.search(rows, shape.metric(), query, k, eligible, range);
      assertThat(found.rows()).hasSameSizeAs(expected.rows());
      for (int i = 0; i < found.count(); i++) {
        assertThat(eligible.get(found.rows()[i]) && rows.present().get(found.rows()[i])).isTrue();
        float tolerance = 1e-4f * (1 + Math.abs(expected.scores()[i]));
        assertThat(found.scores()[i]).isCloseTo(expected.scores()[i], within(tolerance));
        float own =
            (float) ExactOracle.score(rows, shape.metric(), query, rows.row(found.rows()[i]));
        assertThat(found.scores()[i]).isCloseTo(own, within(tolerance));
      }
      assertThat(found.rows()).doesNotHaveDuplicates();
      return found;
    }
  }

  @Test
  void rowsOfEqualScoreComeInAscendingOrder() {
    try (Arena arena = Arena.ofConfined()) {
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, 3, 100, arena.allocate(100 * 12, 4));
      IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.COSINE);
      Neighbors found =
          VectorIndexes.exact(spec, rows)
              .search(
                  new VectorQuery(
                      MemorySegment.ofArray(new float[] {1, 2, 3}),
                      4,
                      Bits.all(100),
                      SearchParameters.defaults(spec, 4),
                      ScoreRange.NONE));
      assertThat(found.rows()).containsExactly(0, 1, 2, 3);
      assertThat(found.scores()).containsExactly(0, 0, 0, 0);
    }
  }

  /** Every third row holds all bits of the query, every other third is held by it. */
  @ParameterizedTest
  @EnumSource(names = {"SUBSTRUCTURE", "SUPERSTRUCTURE"})
  void setsThatMatchComeFirstInAscendingOrder(Metric metric) {
    int part = metric == Metric.SUBSTRUCTURE ? 0 : 1;
    try (Arena arena = Arena.ofConfined()) {
      SampleRows sample = SampleRows.of(DataType.BINARY_VECTOR, 136, SEED);
      DenseRows rows = sample.rows(900, 400, arena);
      MemorySegment query = sample.vector();
      for (int row = 0; row < 900; row++) {
        MemorySegment set = rows.row(row);
        for (int i = 0; i < 17 && row % 3 < 2; i++) {
          int asked = query.get(ValueLayout.JAVA_BYTE, i);
          int had = set.get(ValueLayout.JAVA_BYTE, i);
          set.set(ValueLayout.JAVA_BYTE, i, (byte) (row % 3 == 0 ? asked | had : asked & had));
        }
      }
      Shape shape = new Shape(DataType.BINARY_VECTOR, metric);
      Bits some = Bits.all(900);
      some.clear(part);
      int[] matching = IntStream.range(1, 300).map(i -> 3 * i + part).toArray();
      assertThat(check(shape, rows, query, 10, some, ScoreRange.NONE).rows())
          .containsExactly(Arrays.copyOf(matching, 10));
      ScoreRange within = ScoreRange.of(metric, Optional.of(1f), Optional.empty());
      assertThat(check(shape, rows, query, 900, some, within).rows()).containsExactly(matching);
      ScoreRange without = ScoreRange.of(metric, Optional.of(2f), Optional.of(0.5f));
      assertThat(check(shape, rows, query, 900, some, without).scores())
          .hasSize(600)
          .containsOnly(1);
    }
  }

  @Test
  void anEmptyColumnHasNoNeighbours() {
    DenseRows rows = new DenseRows(DataType.FLOAT_VECTOR, 3, 0, 1, List.of(), Bits.none(0));
    IndexSpec spec = IndexSpec.of(IndexType.FLAT, Metric.L2);
    assertThat(
            VectorIndexes.exact(spec, rows)
                .search(
                    new VectorQuery(
                        MemorySegment.ofArray(new float[3]),
                        4,
                        Bits.none(0),
                        SearchParameters.defaults(spec, 4),
                        ScoreRange.NONE))
                .count())
        .isZero();
  }
}
