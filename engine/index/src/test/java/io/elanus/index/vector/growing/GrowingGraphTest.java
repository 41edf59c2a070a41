package io.elanus.index.vector.growing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.files.MappedFiles;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.SampleRows;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.ByteCodes;
import io.elanus.vectors.Distance;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The graph over rows that still arrive, judged by the exact answer on seeded clustered rows. */
final class GrowingGraphTest {
  private static final long SEED = 23;
  private static final int COUNT = 5000;
  private static final int LINKED = 4900;
  private static final Map<String, Object> EFFORT = Map.of("ef", 64);

  record Shape(DataType type, Metric metric, int dimension) {}

  static List<Shape> shapes() {
    List<Shape> shapes = new ArrayList<>();
    for (Metric metric : List.of(Metric.L2, Metric.IP, Metric.COSINE)) {
      shapes.add(new Shape(DataType.FLOAT_VECTOR, metric, 48));
      shapes.add(new Shape(DataType.FLOAT_VECTOR, metric, 50));
      shapes.add(new Shape(DataType.FLOAT16_VECTOR, metric, 48));
      shapes.add(new Shape(DataType.BFLOAT16_VECTOR, metric, 64));
      shapes.add(new Shape(DataType.INT8_VECTOR, metric, 48));
    }
    return shapes;
  }

  private static GrowingGraph graph(Metric metric) {
    return new GrowingGraph(
        new IndexSpec(IndexType.HNSW, metric, Map.of("M", "12", "efConstruction", "100")));
  }

  private static VectorIndex over(GrowingGraph graph, DenseRows rows) {
    VectorIndex exact = VectorIndexes.exact(IndexSpec.of(IndexType.FLAT, graph.metric()), rows);
    return graph.over(rows.present(), exact);
  }

  /** The first rows of some, as a read saw them when there were no more. */
  private static DenseRows first(DenseRows rows, int count) {
    Bits present = Bits.none(count);
    for (int row = 0; row < count; row++) {
      if (rows.present().get(row)) {
        present.set(row);
      }
    }
    return new DenseRows(
        rows.type(), rows.dimension(), count, rows.rowsPerChunk(), rows.chunks(), present);
  }

  private static DenseRows withNulls(DenseRows rows) {
    Bits present = Bits.all(rows.count());
    for (int row = 0; row < rows.count(); row += 97) {
      present.clear(row);
    }
    return new DenseRows(
        rows.type(), rows.dimension(), rows.count(), rows.rowsPerChunk(), rows.chunks(), present);
  }

  /**
   * Of the ten nearest, those that are better than the tenth of other rows are found all the same.
   */
  @ParameterizedTest
  @MethodSource("shapes")
  void findsWhatBeatsTheRowsElsewhere(Shape shape) {
    SampleRows sample = SampleRows.of(shape.type(), shape.dimension(), SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(shape.metric())) {
      DenseRows rows = sample.rows(COUNT, 1024, arena);
      graph.extend(rows, () -> false);
      VectorIndex index = over(graph, rows);
      for (int beating : new int[] {0, 1, 3, 9, 40}) {
        assertThat(foundOfThoseThatBeat(index, rows, sample, beating))
            .as("%d rows beat those elsewhere, seed %d", beating, SEED)
            .isGreaterThanOrEqualTo(0.97);
      }
    }
  }

  private static double foundOfThoseThatBeat(
      VectorIndex index, DenseRows rows, SampleRows sample, int beating) {
    int k = 10;
    int wanted = 0;
    int found = 0;
    for (int i = 0; i < 30; i++) {
      MemorySegment query = sample.vector();
      Bits all = Bits.all(rows.count());
      Neighbors truth =
          ExactOracle.search(rows, index.spec().metric(), query, 50, all, ScoreRange.NONE);
      float toBeat = truth.scores()[beating];
      SearchParameters parameters = SearchParameters.of(index.spec(), k, EFFORT);
      Neighbors answer =
          index.search(new VectorQuery(query, k, all, parameters, ScoreRange.NONE, toBeat));
      assertThat(answer.count()).isEqualTo(k);
      new IndexChecks(index, rows, EFFORT).checkHits(answer, query, all);
      Set<Integer> rowsFound = Arrays.stream(answer.rows()).boxed().collect(Collectors.toSet());
      for (int j = 0; j < Math.min(beating, k); j++) {
        wanted++;
        found += rowsFound.contains(truth.rows()[j]) ? 1 : 0;
      }
    }
    return wanted == 0 ? 1 : (double) found / wanted;
  }

  @ParameterizedTest
  @MethodSource("shapes")
  void findsTheNearestAmongLinkedAndUnlinkedRowsUnderAnyFilter(Shape shape) {
    SampleRows sample = SampleRows.of(shape.type(), shape.dimension(), SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(shape.metric())) {
      DenseRows rows = withNulls(sample.rows(COUNT, 1024, arena));
      graph.extend(first(rows, 1500), () -> false);
      graph.extend(first(rows, LINKED), () -> false);
      assertThat(graph.count()).isEqualTo(LINKED);

      IndexChecks checks = new IndexChecks(over(graph, rows), rows, EFFORT);
      assertThat(checks.recall(sample, 20, 10, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
      for (double share : new double[] {0.9, 0.5, 0.1, 0.01, 0.001}) {
        assertThat(checks.recall(sample, 8, 10, SampleRows.some(COUNT, share, SEED)))
            .as("share %s seed %d", share, SEED)
            .isGreaterThanOrEqualTo(0.95);
      }
      assertThat(checks.recall(sample, 3, 10, Bits.none(COUNT))).isEqualTo(1);
      assertThat(
              new IndexChecks(over(graph, rows), rows, Map.of())
                  .recall(sample, 2, 4500, Bits.all(COUNT)))
          .isGreaterThanOrEqualTo(0.99);
      checkRange(checks, sample, shape.metric());
    }
  }

  /** Codes are learnt from rows that are present, wherever the others are. */
  @Test
  void everySecondRowMayBeNull() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 48, SEED);
    int count = 8192;
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.L2)) {
      DenseRows all = sample.rows(count, 1024, arena);
      Bits present = Bits.none(count);
      for (int row = 1; row < count; row += 2) {
        present.set(row);
      }
      DenseRows rows =
          new DenseRows(all.type(), 48, count, all.rowsPerChunk(), all.chunks(), present);
      graph.extend(rows, () -> false);
      assertThat(graph.count()).isEqualTo(count);
      IndexChecks checks = new IndexChecks(over(graph, rows), rows, EFFORT);
      assertThat(checks.recall(sample, 30, 10, Bits.all(count)))
          .as("seed %d", SEED)
          .isGreaterThanOrEqualTo(0.95);
    }
  }

  /** Rows without a vector teach no codes: the first vector begins anew. */
  @Test
  void firstRowsMayBeNull() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.L2)) {
      DenseRows all = sample.rows(COUNT, 1024, arena);
      Bits present = Bits.all(COUNT);
      for (int row = 0; row < 1000; row++) {
        present.clear(row);
      }
      DenseRows rows =
          new DenseRows(all.type(), 16, COUNT, all.rowsPerChunk(), all.chunks(), present);
      graph.extend(first(rows, 1000), () -> false);
      assertThat(graph.count()).isEqualTo(1000);
      graph.extend(rows, () -> false);
      assertThat(graph.count()).isEqualTo(COUNT);
      IndexChecks checks = new IndexChecks(over(graph, rows), rows, EFFORT);
      assertThat(checks.recall(sample, 20, 10, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void answersTheQueriesOfARequestAsOneByOne() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 24, SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.L2)) {
      DenseRows rows = withNulls(sample.rows(COUNT, 1024, arena));
      VectorIndex index = over(graph, rows);
      SearchParameters parameters = SearchParameters.of(index.spec(), 10, EFFORT);
      for (int linked : new int[] {0, LINKED, COUNT}) {
        graph.extend(first(rows, linked), () -> false);
        for (double share : new double[] {1, 0.3, 0}) {
          Bits eligible = SampleRows.some(COUNT, share, SEED);
          List<VectorQuery> queries = new ArrayList<>();
          for (int i = 0; i < 7; i++) {
            queries.add(
                new VectorQuery(sample.vector(), 10, eligible, parameters, ScoreRange.NONE));
          }
          List<Neighbors> found = index.searchAll(queries);
          assertThat(found).hasSameSizeAs(queries);
          for (int i = 0; i < queries.size(); i++) {
            Neighbors alone = index.search(queries.get(i));
            assertThat(found.get(i).rows()).as("seed %d", SEED).isEqualTo(alone.rows());
            assertThat(found.get(i).scores()).isEqualTo(alone.scores());
          }
        }
      }
    }
  }

  private static void checkRange(IndexChecks checks, SampleRows sample, Metric metric) {
    Bits all = Bits.all(COUNT);
    MemorySegment query = sample.vector();
    Neighbors near = checks.search(query, 40, all, ScoreRange.NONE);
    float inner = near.scores()[5];
    float outer = near.scores()[35];
    ScoreRange range =
        metric.largerIsBetter()
            ? new ScoreRange(outer, false, inner, true)
            : new ScoreRange(inner, true, outer, false);
    Neighbors found = checks.search(query, 20, all, range);
    Neighbors truth = ExactOracle.search(checks.rows(), metric, query, 20, all, range);
    assertThat(found.count()).isEqualTo(truth.count());
    checks.checkHits(found, query, all);
    for (float score : found.scores()) {
      assertThat(range.accepts(score)).isTrue();
    }
  }

  @Test
  void findsWhatCameLaterFromElsewhere() {
    SampleRows sample = new SampleRows(DataType.FLOAT_VECTOR, 48, 40, 0.5f, SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.COSINE)) {
      MemorySegment data = arena.allocate(48L * 4 * COUNT, 64);
      for (int row = 0; row < COUNT; row++) {
        // A cluster after the other, each 125 rows long.
        MemorySegment.copy(sample.vector(row * 40 / COUNT), 0, data, 192L * row, 192);
      }
      DenseRows rows = DenseRows.of(DataType.FLOAT_VECTOR, 48, COUNT, data);
      for (int count = 100; count <= COUNT; count += 100) {
        graph.extend(first(rows, count), () -> false);
      }
      IndexChecks checks = new IndexChecks(over(graph, rows), rows, EFFORT);
      assertThat(checks.recall(sample, 80, 10, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void searchesBesideTheExtensionSeeOnlyRowsOfTheirRead() throws Exception {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 48, SEED);
    AtomicInteger arrived = new AtomicInteger(64);
    AtomicBoolean done = new AtomicBoolean();
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.L2);
        ExecutorService threads = Executors.newFixedThreadPool(3)) {
      DenseRows rows = withNulls(sample.rows(COUNT, 1024, arena));
      List<Future<?>> searches = new ArrayList<>();
      for (int thread = 0; thread < 2; thread++) {
        SampleRows queries = SampleRows.of(DataType.FLOAT_VECTOR, 48, SEED);
        searches.add(
            threads.submit(() -> {
              while (!done.get()) {
                // What the read sees may be less than the graph has meanwhile.
                DenseRows seen = first(rows, arrived.get() / 2 + 32);
                IndexChecks checks = new IndexChecks(over(graph, seen), seen, Map.of("ef", 16));
                MemorySegment query = queries.vector();
                Bits all = Bits.all(seen.count());
                checks.checkHits(checks.search(query, 10, all, ScoreRange.NONE), query, all);
              }
            }));
      }
      while (arrived.get() < COUNT) {
        arrived.set(Math.min(COUNT, arrived.get() + 50));
        graph.extend(first(rows, arrived.get()), () -> false);
      }
      done.set(true);
      for (Future<?> search : searches) {
        search.get();
      }
      IndexChecks checks = new IndexChecks(over(graph, rows), rows, EFFORT);
      assertThat(checks.recall(sample, 20, 10, Bits.all(COUNT))).isGreaterThanOrEqualTo(0.95);
    }
  }

  @Test
  void stopsAtOnceAndLetsItsMemoryGo() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 48, SEED);
    try (Arena arena = Arena.ofShared()) {
      DenseRows rows = sample.rows(COUNT, 1024, arena);
      GrowingGraph graph = graph(Metric.COSINE);
      AtomicInteger asked = new AtomicInteger();
      graph.extend(rows, () -> asked.incrementAndGet() > 1000);
      assertThat(asked.get()).isEqualTo(1001);
      assertThat(graph.count()).isBetween(800, 1000);
      assertThat(graph.bytes()).isPositive();

      GrowingGraph.Grown reader = graph.retain();
      assertThat(reader).isNotNull();
      graph.close();
      graph.close();
      assertThat(graph.bytes()).isZero();
      assertThat(graph.retain()).isNull();
      reader.release();
      assertThat(reader.stage().memory().tryRetain()).isFalse();

      graph.extend(rows, () -> false);
      assertThat(graph.count()).isZero();
      assertThat(
              new IndexChecks(over(graph, rows), rows, EFFORT)
                  .recall(sample, 5, 10, Bits.all(COUNT)))
          .isEqualTo(1);
    }
  }

  @Test
  void aLargerStageFreesTheOneBefore() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.COSINE)) {
      DenseRows rows = sample.rows(COUNT, 1024, arena);
      graph.extend(first(rows, 2000), () -> false);
      GrowingGraph.Grown small = graph.retain();
      assertThat(small).isNotNull();
      small.release();
      graph.extend(rows, () -> false);
      assertThat(small.stage().memory().tryRetain()).isFalse();
    }
  }

  /** Room that a test limits. */
  private static final class TestRoom implements GraphRoom {
    private long limit;
    private long taken;
    private long most;

    @Override
    public synchronized boolean tryTake(long bytes) {
      boolean fits = taken + bytes <= limit;
      taken += fits ? bytes : 0;
      most = Math.max(most, taken);
      return fits;
    }

    @Override
    public synchronized void giveBack(long bytes) {
      taken -= bytes;
    }
  }

  @Test
  void growsOnlyWhereThereIsRoom() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    TestRoom room = new TestRoom();
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.COSINE), room)) {
      DenseRows rows = sample.rows(COUNT, 1024, arena);
      graph.extend(first(rows, 2000), () -> false);
      assertThat(graph.count()).isZero();
      assertThat(recall(graph, rows, sample)).isEqualTo(1);

      room.limit = 2 << 20;
      graph.extend(first(rows, 2000), () -> false);
      long small = graph.bytes();
      assertThat(graph.count()).isEqualTo(2000);
      assertThat(room.taken).isEqualTo(small).isPositive();

      room.limit = small;
      graph.extend(rows, () -> false);
      assertThat(graph.count()).isEqualTo(4096);
      assertThat(graph.bytes()).isEqualTo(small);
      assertThat(recall(graph, rows, sample)).isGreaterThan(0.9);

      room.limit = 1L << 30;
      GrowingGraph.Grown reader = graph.retain();
      assertThat(reader).isNotNull();
      graph.extend(rows, () -> false);
      assertThat(graph.count()).isEqualTo(COUNT);
      assertThat(room.taken).isEqualTo(small + graph.bytes()).isEqualTo(room.most);
      reader.release();
      assertThat(room.taken).isEqualTo(graph.bytes());
      graph.close();
      assertThat(room.taken).isZero();
    }
  }

  private static double recall(GrowingGraph graph, DenseRows rows, SampleRows sample) {
    return new IndexChecks(over(graph, rows), rows, EFFORT).recall(sample, 5, 10, Bits.all(COUNT));
  }

  @Test
  void roomIsGivenBackWhenAStageCannotBeMade() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    TestRoom room = new TestRoom();
    room.limit = 1L << 30;
    long held = MappedFiles.heldBytes();
    Arena arena = Arena.ofShared();
    DenseRows rows = sample.rows(COUNT, 1024, arena);
    arena.close();
    try (GrowingGraph graph = new GrowingGraph(IndexSpec.of(IndexType.HNSW, Metric.L2), room)) {
      assertThatThrownBy(() -> graph.extend(rows, () -> false))
          .isInstanceOf(IllegalStateException.class);
      assertThat(room.most).isPositive();
      assertThat(room.taken).isZero();
    }

    ByteCodes codes = ByteCodes.train(Distance.L2, new float[0][], 16);
    AtomicInteger freed = new AtomicInteger();
    assertThatThrownBy(() -> GrowingStage.of(codes, 0, 1 << 20, 1 << 28, freed::incrementAndGet))
        .isInstanceOf(OutOfMemoryError.class);
    assertThat(freed).hasValue(1);
    assertThat(MappedFiles.heldBytes()).isEqualTo(held);
  }

  @Test
  void rowsWithoutVectorsAreNoTrouble() {
    SampleRows sample = SampleRows.of(DataType.FLOAT_VECTOR, 16, SEED);
    try (Arena arena = Arena.ofShared();
        GrowingGraph graph = graph(Metric.L2)) {
      DenseRows rows = sample.rows(300, 300, arena);
      DenseRows none = new DenseRows(rows.type(), 16, 300, 300, rows.chunks(), Bits.none(300));
      graph.extend(none, () -> false);
      assertThat(graph.count()).isEqualTo(300);
      Neighbors found =
          new IndexChecks(over(graph, none), none, EFFORT)
              .search(sample.vector(), 5, Bits.all(300), ScoreRange.NONE);
      assertThat(found.count()).isZero();
    }
  }

  @Test
  void whatIsToBeExactHasNoGraph() {
    for (IndexType exact : List.of(IndexType.FLAT, IndexType.BIN_FLAT)) {
      assertThat(GrowingGraph.specOf(IndexSpec.of(exact, Metric.L2), DataType.FLOAT_VECTOR))
          .isNull();
    }
    IndexSpec automatic = IndexSpec.of(IndexType.AUTOINDEX, Metric.IP);
    assertThat(GrowingGraph.specOf(automatic, DataType.SPARSE_FLOAT_VECTOR)).isNull();
    assertThat(
            GrowingGraph.specOf(
                IndexSpec.of(IndexType.HNSW, Metric.HAMMING), DataType.BINARY_VECTOR))
        .isNull();
    assertThat(GrowingGraph.specOf(automatic, DataType.FLOAT16_VECTOR)).isEqualTo(automatic);
  }
}
