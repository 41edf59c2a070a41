package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.index.BuildContext;
import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.ScoreRange;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Answered together or alone, searches find the same. */
class SearchesTogetherTest {
  private static final int ROWS = 3000;
  private static final long SEED = 31;

  /** Sums of lanes come in another order once their loop is compiled. */
  private static final float ROUNDING = 1e-6f;

  private static final Filter FILTER =
      new Filter.Compare(
          new Operand.Field(Birds.GROUP, DataType.INT64), Comparison.LESS, new Value.Int(3));
  private static final ScoreRange RING = new ScoreRange(0.3f, true, 0.9f, false);

  @TempDir Path directory;

  private final CollectionSchema schema = Birds.schema(DataType.INT64);
  private final History history = new History(DataType.INT64, SEED);
  private SealedSegment segment;

  @BeforeEach
  void seal() {
    try (GrowingSegment growing =
        new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema)) {
      List<Birds.Bird> birds =
          IntStream.range(0, ROWS).mapToObj(i -> history.randomBird((long) i)).toList();
      growing.append(Birds.batch(schema, birds), 10, 1);
      FolderSink folder = new FolderSink(directory.resolve("segment"));
      segment = SealedSegment.open(growing.flush(folder), schema, Set.of(), folder);
    }
    List<Long> gone = IntStream.range(0, ROWS / 3).mapToObj(i -> 3L * i).toList();
    long[] times = new long[gone.size()];
    Arrays.fill(times, 40);
    segment.delete(history.keys(gone), times);
  }

  @AfterEach
  void close() {
    segment.close();
  }

  private void attach(IndexType type, Metric metric) {
    Path file = directory.resolve(type + " " + metric);
    segment.withVectors(
        Birds.VECTOR,
        rows -> {
          VectorIndexes.build(IndexSpec.of(type, metric), rows, BuildContext.withThreads(1), file);
          return rows.count();
        });
    assertThat(segment.attachVectorIndex(Birds.VECTOR, file, IndexOrigin.UNKNOWN, () -> {}))
        .isEqualTo(IndexUse.IN_USE);
  }

  /** Every other read is from before the deletes. */
  private List<SegmentSearch> searches(Metric metric, Filter filter, ScoreRange range) {
    List<SegmentSearch> searches = new ArrayList<>();
    for (int i = 0; i < 9; i++) {
      searches.add(
          new SegmentSearch(
              Birds.VECTOR,
              metric,
              Judge.vector(history.vector()),
              10,
              Map.of(),
              filter,
              i % 2 == 0 ? 50 : 30,
              0,
              range,
              Optional.empty(),
              Optional.empty(),
              Float.NaN));
    }
    return searches;
  }

  private void answersAlike(List<SegmentSearch> searches) {
    assertThat(searches).allMatch(searches.getFirst()::sharesPassWith);
    assertThat(segment.together(searches.getFirst())).isGreaterThan(8);
    List<SearchHits> together = segment.searchTogether(searches);
    assertThat(together).hasSameSizeAs(searches);
    for (int i = 0; i < together.size(); i++) {
      SearchHits alone = segment.search(searches.get(i)).getFirst();
      assertThat(together.get(i).count()).isPositive();
      assertThat(together.get(i).ordinals()).isEqualTo(alone.ordinals());
      assertThat(together.get(i).scores()).containsExactly(alone.scores(), within(ROUNDING));
      assertThat(together.get(i).timestamps()).isEqualTo(alone.timestamps());
      assertThat(together.get(i).keys()).isEqualTo(alone.keys());
    }
  }

  @Test
  void withoutAnIndex() {
    answersAlike(searches(Metric.L2, new Filter.Everything(), ScoreRange.NONE));
    answersAlike(searches(Metric.COSINE, FILTER, ScoreRange.NONE));
  }

  @Test
  void byAFlatIndex() {
    attach(IndexType.FLAT, Metric.L2);
    for (Filter filter : List.of(new Filter.Everything(), FILTER)) {
      answersAlike(searches(Metric.L2, filter, ScoreRange.NONE));
      answersAlike(searches(Metric.L2, filter, RING));
    }
  }

  @Test
  void whatReadsRowsOfItsOwnOrDrawsThemIsNotShared() {
    SegmentSearch plain = searches(Metric.L2, new Filter.Everything(), ScoreRange.NONE).getFirst();
    SegmentSearch sampled =
        searches(Metric.L2, new Filter.Sample(FILTER, .5), ScoreRange.NONE).getFirst();
    assertThat(segment.together(sampled)).isEqualTo(1);
    attach(IndexType.HNSW, Metric.L2);
    assertThat(segment.together(plain)).isEqualTo(1);
    assertThat(
            segment.together(
                searches(Metric.IP, new Filter.Everything(), ScoreRange.NONE).getFirst()))
        .isGreaterThan(1);
  }

  @Test
  void whatAsksForSomethingElseIsNotLikeIt() {
    SegmentSearch plain = searches(Metric.L2, new Filter.Everything(), ScoreRange.NONE).getFirst();
    for (SegmentSearch other :
        List.of(
            searches(Metric.IP, new Filter.Everything(), ScoreRange.NONE).getFirst(),
            searches(Metric.L2, FILTER, ScoreRange.NONE).getFirst(),
            searches(Metric.L2, new Filter.Everything(), RING).getFirst(),
            Plainly.search(Birds.VECTOR, Metric.L2, plain.queries(), 11, 50))) {
      assertThat(plain.sharesPassWith(other)).as(other.toString()).isFalse();
    }
  }

  @Test
  void noneIsAnsweredWhenOneIsWrong() {
    List<SegmentSearch> searches =
        new ArrayList<>(searches(Metric.L2, new Filter.Everything(), ScoreRange.NONE));
    searches.add(Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(new float[3]), 10, 50));
    assertThatThrownBy(() -> segment.searchTogether(searches)).isInstanceOf(ElanusException.class);
  }
}
