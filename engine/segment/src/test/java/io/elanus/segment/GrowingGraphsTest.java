package io.elanus.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.elanus.expression.Comparison;
import io.elanus.expression.Filter;
import io.elanus.expression.Operand;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Metric;
import io.elanus.schema.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Growing rows behind a graph, judged by the model at many timestamps. */
final class GrowingGraphsTest {
  private static final int THRESHOLD = 500;
  private static final int STEPS = 60;
  private static final int K = 10;

  private final CollectionSchema schema = Birds.schema(DataType.INT64);
  private long nextKey;
  private int hits;
  private int wanted;

  private static Map<Long, IndexSpec> index(IndexType type) {
    return Map.of(Birds.VECTOR, IndexSpec.of(type, Metric.L2));
  }

  private GrowingSegment segment() {
    return new GrowingSegment(new SegmentIdentity(1, 2, 3, "channel"), schema, 8, THRESHOLD);
  }

  @ParameterizedTest
  @ValueSource(longs = {5, 6})
  void agreesWithTheModelAtEveryTimestamp(long seed) {
    History history = new History(DataType.INT64, seed);
    try (GrowingSegment segment = segment()) {
      segment.serve(true);
      for (int step = 0; step < STEPS; step++) {
        write(history, segment);
        if (step % 2 == 0) {
          segment.extendGraphs(() -> index(IndexType.HNSW), () -> false);
        }
      }
      assertThat(segment.graphsDue()).isFalse();
      judge(history, segment, "seed " + seed);
      assertThat((double) hits / wanted).as("recall, seed %d", seed).isGreaterThan(0.95);
    }
  }

  @Test
  void aPlainSearchIsQuickOnceRowsAreLinked() {
    History history = new History(DataType.INT64, 9);
    try (GrowingSegment segment = segment()) {
      SegmentSearch plain =
          Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(history.vector()), K, 50);
      assertThat(segment.quick(plain)).as("empty").isTrue();
      segment.serve(true);
      for (int step = 0; step < STEPS; step++) {
        write(history, segment);
      }
      assertThat(segment.quick(plain)).as("scanned").isFalse();
      segment.extendGraphs(() -> index(IndexType.HNSW), () -> false);
      assertThat(segment.quick(plain)).as("linked").isTrue();
      Filter some = new Filter.Not(new Filter.Everything());
      assertThat(segment.quick(Judge.filtered(plain, some))).as("filtered").isFalse();
    }
  }

  @Test
  void staysExactWhereTheIndexIs() {
    History history = new History(DataType.INT64, 7);
    try (GrowingSegment segment = segment()) {
      segment.serve(true);
      for (int step = 0; step < STEPS; step++) {
        write(history, segment);
      }
      long bytes = segment.bytes();
      assertThat(segment.graphsDue()).isTrue();
      segment.extendGraphs(() -> index(IndexType.FLAT), () -> false);
      assertThat(segment.graphsDue()).isFalse();
      assertThat(segment.bytes()).isEqualTo(bytes);
      judge(history, segment, "flat");
      assertThat(hits).isEqualTo(wanted);
    }
  }

  @Test
  void graphsComeAndGoWithTheReaders() {
    History history = new History(DataType.INT64, 8);
    GrowingSegment segment = segment();
    for (int step = 0; step < STEPS; step++) {
      write(history, segment);
    }
    long bytes = segment.bytes();
    assertThat(segment.graphsDue()).isFalse();
    segment.serve(true);
    assertThat(segment.graphsDue()).isTrue();
    segment.extendGraphs(() -> index(IndexType.HNSW), () -> false);
    assertThat(segment.bytes()).isGreaterThan(bytes);

    // Released while the indexes were asked for: they may be others by now.
    segment.serve(false);
    assertThat(segment.bytes()).isEqualTo(bytes);
    segment.serve(true);
    segment.extendGraphs(
        () -> {
          segment.serve(false);
          segment.serve(true);
          return index(IndexType.HNSW);
        },
        () -> false);
    assertThat(segment.bytes()).isEqualTo(bytes);
    segment.serve(true);
    segment.extendGraphs(() -> index(IndexType.HNSW), () -> false);
    segment.close();
    assertThat(segment.bytes()).isEqualTo(bytes);
    assertThatThrownBy(() -> segment.extendGraphs(() -> index(IndexType.HNSW), () -> false))
        .isInstanceOf(ElanusException.class);
  }

  @Test
  void searchesBesideWritesAndTheExtensionSeeWhatTheirTimestampSays() throws Exception {
    History history = new History(DataType.INT64, 9);
    AtomicBoolean done = new AtomicBoolean();
    try (GrowingSegment segment = segment();
        ExecutorService threads = Executors.newFixedThreadPool(2)) {
      segment.serve(true);
      write(history, segment);
      long read = history.now;
      List<Future<?>> others = new ArrayList<>();
      others.add(
          threads.submit(() -> {
            while (!done.get()) {
              if (segment.graphsDue()) {
                segment.extendGraphs(() -> index(IndexType.HNSW), done::get);
              }
            }
          }));
      List<History.Version> first = history.newest(read, 0, bird -> bird.vector() != null);
      float[] query = history.vector();
      others.add(
          threads.submit(() -> {
            while (!done.get()) {
              SearchHits found = search(segment, query, new Filter.Everything(), read);
              assertThat(found.count()).isEqualTo(Math.min(K, first.size()));
              for (long timestamp : found.timestamps()) {
                assertThat(timestamp).isLessThanOrEqualTo(read);
              }
            }
          }));
      for (int step = 0; step < STEPS; step++) {
        write(history, segment);
      }
      done.set(true);
      for (Future<?> other : others) {
        other.get();
      }
      segment.extendGraphs(() -> index(IndexType.HNSW), () -> false);
      judge(history, segment, "concurrent");
      assertThat((double) hits / wanted).isGreaterThan(0.95);
    }
  }

  /** Mostly new keys, some written again, some deleted. */
  private void write(History history, GrowingSegment segment) {
    history.now += 1 + history.random.nextInt(3);
    List<Comparable<?>> keys = new ArrayList<>();
    List<Comparable<?>> gone = new ArrayList<>();
    for (int i = 0; i < 20 && nextKey > 100; i++) {
      (i % 2 == 0 ? keys : gone).add((long) history.random.nextInt((int) nextKey));
    }
    gone.addAll(keys);
    delete(history, segment, gone.stream().distinct().toList());
    for (int i = 0; i < 60; i++) {
      keys.add(nextKey++);
    }
    List<Birds.Bird> birds =
        keys.stream().distinct().<Birds.Bird>map(key -> history.randomBird(key)).toList();
    segment.append(Birds.batch(schema, birds), history.now, nextKey);
    birds.forEach(bird -> history.versions.add(new History.Version(bird, history.now)));
  }

  private static void delete(
      History history, GrowingSegment segment, List<? extends Comparable<?>> keys) {
    if (!keys.isEmpty()) {
      segment.delete(history.keys(keys), history.now);
      keys.forEach(
          key -> history.deletes.computeIfAbsent(key, k -> new ArrayList<>()).add(history.now));
    }
  }

  private void judge(History history, GrowingSegment segment, String what) {
    Filter rare =
        new Filter.Compare(
            new Operand.Field(Birds.RARE, DataType.BOOL), Comparison.EQUAL, new Value.Bool(true));
    Filter group =
        new Filter.Compare(
            new Operand.Field(Birds.GROUP, DataType.INT64), Comparison.EQUAL, new Value.Int(3));
    for (long read = 1001; read <= history.now + 1; read += 1 + history.random.nextInt(12)) {
      judge(history, segment, what, read, new Filter.Everything(), bird -> true);
      judge(history, segment, what, read, rare, Birds.Bird::rare);
      judge(history, segment, what, read, group, bird -> Long.valueOf(3).equals(bird.group()));
    }
  }

  private void judge(
      History history,
      GrowingSegment segment,
      String what,
      long read,
      Filter filter,
      Predicate<Birds.Bird> predicate) {
    String where = "%s at %d, %s".formatted(what, read, filter);
    float[] query = history.vector();
    SearchHits found = search(segment, query, filter, read);
    Map<Comparable<?>, History.Version> visible = new HashMap<>();
    history.newest(read, 0, predicate).stream()
        .filter(version -> version.bird().vector() != null)
        .forEach(version -> visible.put(version.bird().key(), version));
    List<Float> best = history.best(query, K, read, 0, predicate);
    assertThat(found.count()).as(where).isEqualTo(best.size());
    for (int i = 0; i < found.count(); i++) {
      History.Version version = visible.get(found.keys().get(i));
      assertThat(version).as(where).isNotNull();
      assertThat(found.timestamps()[i]).as(where).isEqualTo(version.timestamp());
      assertThat(found.scores()[i])
          .as(where)
          .isCloseTo(History.distance(query, version.bird().vector()), within(1e-4f));
      if (i > 0) {
        assertThat(found.scores()[i]).as(where).isGreaterThanOrEqualTo(found.scores()[i - 1]);
      }
      hits += found.scores()[i] <= best.getLast() + 1e-4f ? 1 : 0;
    }
    wanted += best.size();
  }

  private static SearchHits search(
      GrowingSegment segment, float[] query, Filter filter, long read) {
    return segment
        .search(
            Judge.filtered(
                Plainly.search(Birds.VECTOR, Metric.L2, Judge.vector(query), K, read), filter))
        .getFirst();
  }
}
