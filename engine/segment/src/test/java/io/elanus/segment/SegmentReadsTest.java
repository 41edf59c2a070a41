package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.index.ScoreRange;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.Metric;
import io.elanus.schema.RowBatch;
import io.elanus.schema.Value;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kinds of search and fetch, on a growing segment and on what it is flushed to. */
final class SegmentReadsTest {
  private static final int ROWS = 300;
  private static final long SEED = 42;

  @TempDir Path directory;

  private final CollectionSchema schema = Birds.schema(DataType.INT64);
  private final History history = new History(DataType.INT64, SEED);
  private final List<Birds.Bird> birds = new ArrayList<>();
  private GrowingSegment growing;
  private SealedSegment sealed;

  @BeforeEach
  void write() {
    growing = new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema, 6, 2048);
    List<Long> keys = new ArrayList<>(IntStream.range(0, ROWS).mapToObj(i -> (long) i).toList());
    Collections.shuffle(keys, history.random);
    for (int i = 0; i < ROWS; i++) {
      birds.add(history.randomBird(keys.get(i)));
      growing.append(Birds.batch(schema, List.of(birds.get(i))), 1000 + i, 5000 + i);
    }
    FolderSink folder = new FolderSink(directory.resolve("segment"));
    sealed = SealedSegment.open(growing.flush(folder), schema, Set.of(), folder);
  }

  @AfterEach
  void close() {
    growing.close();
    sealed.close();
  }

  private Stream<Segment> forms() {
    return Stream.of(growing, sealed);
  }

  private SegmentSearch search(int k, float[] query) {
    return Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(query), k, 5000);
  }

  private static SegmentSearch with(
      SegmentSearch s, ScoreRange range, Optional<Float> after, Optional<GroupBy> groupBy) {
    return new SegmentSearch(
        s.fieldId(),
        s.metric(),
        s.queries(),
        s.k(),
        s.parameters(),
        s.filter(),
        s.readTimestamp(),
        s.expiredBefore(),
        range,
        after,
        groupBy,
        s.toBeat());
  }

  private List<Birds.Bird> ranked(float[] query) {
    return birds.stream()
        .filter(bird -> bird.vector() != null)
        .sorted((a, b) ->
            Float.compare(History.distance(query, a.vector()), History.distance(query, b.vector())))
        .toList();
  }

  private static List<Comparable<?>> keys(SearchHits hits) {
    return IntStream.range(0, hits.count())
        .<Comparable<?>>mapToObj(i -> hits.keys().get(i))
        .toList();
  }

  @Test
  void aFetchReturnsEveryFieldInTheOrderAskedFor() {
    Keys keys = Keys.of(7, 299, 0, 7);
    forms()
        .forEach(segment -> {
          Found found = segment.lookup(keys, 5000);
          RowBatch rows =
              segment.fetch(
                  found.ordinals(),
                  List.of(0L, 1L, Birds.KEY, Birds.VECTOR, Birds.SPARSE, Birds.TAGS));
          for (int i = 0; i < keys.size(); i++) {
            int written = indexOf((Long) keys.get(i));
            Birds.Bird bird = birds.get(written);
            assertThat(rows.get(0).value(i)).isEqualTo(5000L + written);
            assertThat(rows.get(1).value(i)).isEqualTo(1000L + written);
            assertThat(found.timestamps()[i]).isEqualTo(1000L + written);
            assertThat(rows.get(Birds.KEY).value(i)).isEqualTo(bird.key());
            assertThat(rows.get(Birds.TAGS).value(i)).isEqualTo(bird.tags());
            assertThat(rows.get(Birds.SPARSE).value(i)).isEqualTo(bird.sparse());
            assertThat(rows.get(Birds.VECTOR).value(i))
                .isEqualTo(bird.vector() == null ? null : Judge.vector(bird.vector()).value(0));
          }
        });
  }

  /** Of all rows that match, not of those of each chunk. */
  @Test
  void aSampleIsTakenOfTheMatchingRowsOfTheSegment() {
    Filter matching =
        new Filter.Compare(
            new Operand.Field(Birds.KEY, DataType.INT64),
            Comparison.GREATER_OR_EQUAL,
            new Value.Int(100));
    Map<Double, Long> samples = Map.of(0.5, 100L, 0.01, 2L, 0.001, 1L);
    forms()
        .forEach(segment ->
            samples.forEach((fraction, expected) -> {
              Filter sample = new Filter.Sample(matching, fraction);
              SegmentQuery count = new SegmentQuery(sample, 5000, 0, -1, Optional.empty(), true);
              assertThat(segment.query(count).count()).isEqualTo(expected);
              SegmentQuery rows = new SegmentQuery(sample, 5000, 0, -1, Optional.empty(), false);
              assertThat(segment.query(rows).keys().size()).isEqualTo(expected.intValue());
              for (int i = 0; i < expected; i++) {
                assertThat((Long) segment.query(rows).keys().get(i)).isGreaterThanOrEqualTo(100);
              }
            }));
  }

  @Test
  void queriesOfOneSearchAreAnsweredInTheirOrderWhoeverHelps() {
    int queries = 40;
    ColumnBuilder vectors =
        new ColumnBuilder(DataType.FLOAT_VECTOR, Birds.DIMENSION, Optional.empty());
    List<float[]> each = new ArrayList<>();
    for (int i = 0; i < queries; i++) {
      each.add(history.vector());
      vectors.add(each.get(i));
    }
    SegmentSearch together = Plainly.search(Birds.VECTOR, Metric.L2, vectors.build(), 7, 5000);
    try (ExecutorService pool = Executors.newFixedThreadPool(3)) {
      forms()
          .forEach(segment -> {
            List<SearchHits> hits = segment.search(together, new SearchHelp(pool, 3));
            for (int i = 0; i < queries; i++) {
              SearchHits alone = segment.search(search(7, each.get(i))).getFirst();
              assertThat(hits.get(i).keys())
                  .as("seed %d query %d", SEED, i)
                  .isEqualTo(alone.keys());
              assertThat(hits.get(i).scores()).containsExactly(alone.scores());
            }
          });
    }
  }

  private int indexOf(long key) {
    return IntStream.range(0, ROWS)
        .filter(i -> birds.get(i).key().equals(key))
        .findFirst()
        .orElseThrow();
  }

  @Test
  void aRangeAndAnIteratorBoundCutTheHits() {
    float[] query = history.vector();
    List<Birds.Bird> ranked = ranked(query);
    float low = History.distance(query, ranked.get(20).vector()) + 1e-6f;
    float high = History.distance(query, ranked.get(40).vector()) + 1e-6f;
    ScoreRange range = ScoreRange.of(Metric.L2, Optional.of(high), Optional.of(low));
    forms()
        .forEach(segment -> {
          SearchHits hits =
              segment
                  .search(with(search(100, query), range, Optional.empty(), Optional.empty()))
                  .getFirst();
          assertThat(keys(hits))
              .isEqualTo(ranked.subList(21, 41).stream().map(Birds.Bird::key).toList());
        });
  }

  @Test
  void anIteratorVisitsEveryRowOnce() {
    float[] query = history.vector();
    List<Comparable<?>> expected =
        ranked(query).stream().<Comparable<?>>map(Birds.Bird::key).toList();
    forms()
        .forEach(segment -> {
          List<Comparable<?>> seen = new ArrayList<>();
          Optional<Float> after = Optional.empty();
          while (true) {
            SearchHits page =
                segment
                    .search(with(search(23, query), ScoreRange.NONE, after, Optional.empty()))
                    .getFirst();
            if (page.count() == 0) {
              break;
            }
            seen.addAll(keys(page));
            after = Optional.of(page.scores()[page.count() - 1]);
          }
          assertThat(seen).isEqualTo(expected);
        });
  }

  @Test
  void sparseVectorsAreSearchedAcrossChunks() {
    byte[] query = history.sparse();
    Column queries =
        new ColumnBuilder(DataType.SPARSE_FLOAT_VECTOR, 0, Optional.empty()).add(query).build();
    List<Float> expected =
        birds.stream()
            .map(bird -> product(query, bird.sparse()))
            .filter(score -> score > 0)
            .sorted(Comparator.reverseOrder())
            .limit(20)
            .toList();
    forms()
        .forEach(segment -> {
          SearchHits hits =
              segment.search(Plainly.search(Birds.SPARSE, Metric.IP, queries, 20, 5000)).getFirst();
          assertThat(hits.count()).isEqualTo(expected.size());
          for (int i = 0; i < hits.count(); i++) {
            assertThat(hits.scores()[i])
                .isCloseTo(expected.get(i), org.assertj.core.data.Offset.offset(1e-5f));
            assertThat(product(query, birds.get(indexOf((Long) hits.keys().get(i))).sparse()))
                .isCloseTo(hits.scores()[i], org.assertj.core.data.Offset.offset(1e-5f));
          }
        });
  }

  private static float product(byte[] left, byte[] right) {
    MemorySegment a = MemorySegment.ofArray(left);
    MemorySegment b = MemorySegment.ofArray(right);
    float sum = 0;
    for (int i = 0; i < left.length; i += 8) {
      for (int j = 0; j < right.length; j += 8) {
        if (a.get(Column.INT, i) == b.get(Column.INT, j)) {
          sum += a.get(Column.FLOAT, i + 4) * b.get(Column.FLOAT, j + 4);
        }
      }
    }
    return sum;
  }

  @Test
  void groupsAreTheBestOnesAndAreFilled() {
    for (int k : new int[] {1, 3, 7, 50}) {
      for (int size : new int[] {1, 4, 80}) {
        float[] query = history.vector();
        List<Comparable<?>> expected = groups(ranked(query), k, size);
        GroupBy groupBy = new GroupBy(Birds.GROUP, List.of(), size, true);
        forms()
            .forEach(segment -> {
              SearchHits hits =
                  segment
                      .search(
                          with(
                              search(k, query),
                              ScoreRange.NONE,
                              Optional.empty(),
                              Optional.of(groupBy)))
                      .getFirst();
              assertThat(keys(hits)).as("k %d size %d", k, size).isEqualTo(expected);
              for (int i = 0; i < hits.count(); i++) {
                assertThat(hits.groups().orElseThrow().value(i))
                    .isEqualTo(birds.get(indexOf((Long) hits.keys().get(i))).group());
              }
            });
      }
    }
  }

  private static List<Comparable<?>> groups(List<Birds.Bird> ranked, int k, int size) {
    Map<Optional<Long>, Integer> counts = new HashMap<>();
    List<Comparable<?>> keys = new ArrayList<>();
    for (Birds.Bird bird : ranked) {
      Optional<Long> group = Optional.ofNullable(bird.group());
      if (counts.containsKey(group) || counts.size() < k) {
        if (counts.merge(group, 1, Integer::sum) <= size) {
          keys.add(bird.key());
        }
      }
    }
    return keys;
  }

  @Test
  void groupsCanComeFromAJsonPath() {
    float[] query = history.vector();
    GroupBy groupBy = new GroupBy(Birds.META, List.of("kind", "size"), 2, true);
    forms()
        .forEach(segment -> {
          SearchHits hits =
              segment
                  .search(
                      with(
                          search(10, query),
                          ScoreRange.NONE,
                          Optional.empty(),
                          Optional.of(groupBy)))
                  .getFirst();
          Map<Object, Integer> counts = new HashMap<>();
          for (int i = 0; i < hits.count(); i++) {
            Object value = hits.groups().orElseThrow().value(i);
            counts.merge(value, 1, Integer::sum);
            assertThat(birds.get(indexOf((Long) hits.keys().get(i))).meta())
                .contains(":" + value + "}");
          }
          assertThat(counts).hasSize(4).allSatisfy((v, n) -> assertThat(n).isEqualTo(2));
        });
  }

  @Test
  void grouplessTypesAreRefused() {
    GroupBy groupBy = new GroupBy(Birds.TAGS, List.of(), 1, false);
    forms()
        .forEach(segment ->
            assertThatThrownBy(() ->
                    segment.search(
                        with(
                            search(3, history.vector()),
                            ScoreRange.NONE,
                            Optional.empty(),
                            Optional.of(groupBy))))
                .isInstanceOf(ElanusException.class)
                .hasMessageContaining("group by"));
  }

  @Test
  void severalQueriesAreAnsweredInOrderAndWrongOnesRefused() {
    float[][] queries = {history.vector(), history.vector(), history.vector()};
    ColumnBuilder builder =
        new ColumnBuilder(DataType.FLOAT_VECTOR, Birds.DIMENSION, Optional.empty());
    Arrays.stream(queries).forEach(builder::add);
    Column column = builder.build();
    forms()
        .forEach(segment -> {
          List<SearchHits> hits =
              segment.search(Plainly.search(Birds.VECTOR, Metric.L2, column, 5, 5000));
          for (int i = 0; i < queries.length; i++) {
            assertThat(keys(hits.get(i)))
                .isEqualTo(ranked(queries[i]).stream().limit(5).map(Birds.Bird::key).toList());
          }
          assertThatThrownBy(() ->
                  segment.search(
                      Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(new float[3]), 5, 5000)))
              .hasMessageContaining("dimension");
          assertThatThrownBy(() ->
                  segment.search(
                      Plainly.search(Birds.SPARSE, Metric.IP, Judge.vector(queries[0]), 5, 5000)))
              .hasMessageContaining("type");
        });
  }

  @Test
  void laterFieldsReadAsDefaultOrNullAndDroppedOnesAreGone() {
    forms()
        .forEach(segment -> {
          segment.changeSchema(Birds.laterSchema(DataType.INT64));
          RowBatch rows =
              segment.fetch(
                  new int[] {3, 200}, List.of(Birds.ADDED, Birds.ADDED_NULL, Birds.ADDED_VECTOR));
          for (int i = 0; i < 2; i++) {
            assertThat(rows.get(Birds.ADDED).value(i)).isEqualTo(7L);
            assertThat(rows.get(Birds.ADDED_NULL).value(i)).isNull();
            assertThat(rows.get(Birds.ADDED_VECTOR).value(i)).isNull();
          }
          SegmentSearch search =
              Plainly.search(Birds.ADDED_VECTOR, Metric.L2, Judge.vector(new float[4]), 5, 5000);
          assertThat(segment.search(search).getFirst().count()).isZero();
          assertThatThrownBy(() -> segment.fetch(new int[] {0}, List.of(Birds.NAME)))
              .isInstanceOf(ElanusException.class);
        });
  }

  @Test
  void aCompactionWritesTheLaterSchema() {
    CollectionSchema later = Birds.laterSchema(DataType.INT64);
    sealed.changeSchema(later);
    FolderSink folder = new FolderSink(directory.resolve("later"));
    SegmentManifest manifest =
        Compaction.run(
            new SegmentIdentity(2, 2, 3, "channel"), later, List.of(sealed), 0, 1100, folder);
    assertThat(manifest.rows()).isEqualTo(ROWS - 100);
    assertThat(manifest.minTimestamp()).isEqualTo(1100);
    assertThat(manifest.schemaVersion()).isEqualTo(2);
    try (SealedSegment compacted = SealedSegment.open(manifest, later, Set.of(), folder)) {
      RowBatch rows = compacted.fetch(new int[] {0}, List.of(Birds.ADDED, Birds.ADDED_VECTOR));
      assertThat(rows.get(Birds.ADDED).value(0)).isEqualTo(7L);
      assertThat(rows.get(Birds.ADDED_VECTOR).value(0)).isNull();
    }
  }

  @Test
  void aCompactionMayLeaveNothing() {
    FolderSink folder = new FolderSink(directory.resolve("nothing"));
    SegmentManifest manifest =
        Compaction.run(
            new SegmentIdentity(2, 2, 3, "channel"), schema, List.of(sealed), 0, 9000, folder);
    assertThat(manifest.rows()).isZero();
    assertThat(manifest.files()).isEmpty();
    try (SealedSegment empty = SealedSegment.open(manifest, schema, Set.of(), folder)) {
      assertThat(empty.query(Plainly.count(new Filter.Everything(), 9000)).count()).isZero();
      assertThat(empty.search(search(3, history.vector())).getFirst().count()).isZero();
      assertThat(empty.lookup(Keys.of(1), 9000).ordinals()).containsExactly(-1);
    }
  }

  @Test
  void onlyTheVectorsAskedForAreMapped() {
    FolderSink folder = new FolderSink(directory.resolve("segment"));
    try (SealedSegment some =
        SealedSegment.open(sealed.manifest(), schema, Set.of(Birds.SPARSE), folder)) {
      assertThatThrownBy(() -> some.search(search(3, history.vector())))
          .hasMessageContaining("not loaded");
    }
  }

  @Test
  void aClosedSegmentSaysSo() {
    forms()
        .forEach(segment -> {
          segment.close();
          segment.close();
          assertThatThrownBy(() -> segment.search(search(3, history.vector())))
              .isInstanceOf(ElanusException.class)
              .extracting(e -> ((ElanusException) e).code())
              .isEqualTo(ErrorCode.SEGMENT_NOT_FOUND);
        });
  }

  @Test
  void bloomAndBoundsTellForeignKeysApart() {
    KeyFacts facts = KeyFacts.of(sealed.manifest(), new FolderSink(directory.resolve("segment")));
    long[] inside = IntStream.range(0, ROWS).asLongStream().toArray();
    for (int i = 0; i < ROWS; i++) {
      assertThat(facts.mayContain(Keys.of(inside), i)).isTrue();
    }
    assertThat(facts.mayContain(Keys.of(-1L, 300L), 0)).isFalse();
    assertThat(facts.mayContain(Keys.of(-1L, 300L), 1)).isFalse();
  }
}
