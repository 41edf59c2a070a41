package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.StoppedBuild;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GraphRepairTest {
  private static final long SEED = 67;
  private static final int ROWS = 900;
  private static final int ISLANDS = 30;
  private static final int DEGREE = 8;
  private static final int DIMENSION = 6;

  /** The nearest rows of a slot on its island, which no link leaves. */
  private static int[][] onIslands(float[][] rows, int islands, int degree) {
    int[][] links = new int[rows.length][];
    for (int slot = 0; slot < rows.length; slot++) {
      int own = slot;
      links[slot] =
          IntStream.range(0, rows.length)
              .filter(other -> other != own && other % islands == own % islands)
              .boxed()
              .sorted(Comparator.comparingDouble(other -> squared(rows[own], rows[other])))
              .limit(degree)
              .mapToInt(other -> other)
              .toArray();
    }
    return links;
  }

  private static double squared(float[] x, float[] y) {
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += ((double) x[i] - y[i]) * ((double) x[i] - y[i]);
    }
    return sum;
  }

  private static GraphLayers<PackedLinks> graph(
      int entries, List<PackedLinks> upper, PackedLinks base) {
    return new GraphLayers<>(GraphLayers.first(base.slots(), entries), upper, base);
  }

  private static void sound(GraphLayers<PackedLinks> graph, String what) {
    assertThat(GraphRows.reached(graph).cardinality()).as(what).isEqualTo(graph.base().slots());
    assertThat(graph.base().isValid()).as(what).isTrue();
    for (int slot = 0; slot < graph.base().slots(); slot++) {
      assertThat(GraphRows.linksOf(graph.base(), slot))
          .as("%s, slot %d", what, slot)
          .hasSizeLessThanOrEqualTo(graph.base().degree())
          .doesNotContain(slot)
          .doesNotHaveDuplicates();
    }
  }

  /** Islands of which few hold an entry. Hosts have room for a link, or give up one to spare. */
  @ParameterizedTest
  @ValueSource(ints = {DEGREE - 2, DEGREE})
  void islandsAreReached(int used) {
    for (long seed = SEED; seed < SEED + 4; seed++) {
      float[][] rows = GraphRows.islands(new Random(seed), ROWS, ISLANDS, DIMENSION);
      String what = "%d links of %d, seed %d".formatted(used, DEGREE, seed);
      try (Arena arena = Arena.ofConfined()) {
        Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
        PackedLinks base = GraphRows.links(onIslands(rows, ISLANDS, used), DEGREE, arena);
        GraphLayers<PackedLinks> graph = graph(3, List.of(), base);
        assertThat(GraphRows.reached(graph).cardinality()).as(what).isLessThan(ROWS / 5);
        PackedLinks twin = GraphRows.links(onIslands(rows, ISLANDS, used), DEGREE, arena);
        new GraphRepair(graph, space, space, BuildContext.withThreads(1)).run();
        sound(graph, what);
        new GraphRepair(graph(3, List.of(), twin), space, space, BuildContext.withThreads(1)).run();
        assertThat(twin.memory().mismatch(base.memory())).as(what).isEqualTo(-1);
      }
    }
  }

  /** Where all that is near is full of links that others hang on, one further away is found. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void fullHostsKeepWhatHangsOnThem(int degree) {
    float[][] rows = GraphRows.islands(new Random(SEED), ROWS, ISLANDS, DIMENSION);
    int[][] tree = new int[ROWS][];
    for (int slot = 0; slot < ROWS; slot++) { // half of the slots hang on each other as a tree
      int first = degree * slot + 1;
      tree[slot] =
          slot < ROWS / 2
              ? IntStream.range(first, first + degree).filter(next -> next < ROWS / 2).toArray()
              : new int[0];
    }
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      GraphLayers<PackedLinks> graph = graph(1, List.of(), GraphRows.links(tree, degree, arena));
      assertThat(GraphRows.reached(graph).cardinality()).isEqualTo(ROWS / 2);
      new GraphRepair(graph, space, space, BuildContext.withThreads(1)).run();
      sound(graph, "degree %d, seed %d".formatted(degree, SEED));
    }
  }

  /** A walk down an upper layer meets slots that the base does not reach: they are no hosts. */
  @Test
  void whatOnlyAnUpperLayerReachesIsLinked() {
    float[][] rows = GraphRows.islands(new Random(SEED), ROWS, ISLANDS, DIMENSION);
    int above = ROWS / 3;
    int[][] ring = new int[above][];
    for (int slot = 0; slot < above; slot++) {
      ring[slot] = new int[] {(slot + 1) % above, (slot + 7) % above, (slot + 31) % above};
    }
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      PackedLinks upper = GraphRows.links(ring, DEGREE, arena);
      PackedLinks base = GraphRows.links(onIslands(rows, ISLANDS, DEGREE - 2), DEGREE, arena);
      GraphLayers<PackedLinks> graph = graph(3, List.of(upper), base);
      new GraphRepair(graph, space, space, BuildContext.withThreads(1)).run();
      sound(graph, "seed " + SEED);
    }
  }

  @Test
  void slotsThatNothingLinksToAreReached() {
    float[][] rows = GraphRows.gaussian(new Random(SEED), 300, DIMENSION);
    int[][] links = onIslands(rows, 1, DEGREE - 1);
    for (int slot = 0; slot < 300; slot++) { // every third is linked to by nobody
      links[slot] = IntStream.of(links[slot]).filter(other -> other % 3 != 2).toArray();
    }
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      GraphLayers<PackedLinks> graph = graph(2, List.of(), GraphRows.links(links, DEGREE, arena));
      new GraphRepair(graph, space, space, BuildContext.withThreads(1)).run();
      sound(graph, "seed " + SEED);
    }
  }

  /** Of each kind so many cost a walk; the others hang on these, and all that was there stays. */
  @ParameterizedTest
  @CsvSource({"1,1", "2,3", "3,3", "8,3"})
  void ofManyEqualRowsFewCostAWalk(int degree, int kinds) {
    float[][] rows = new float[2 * ROWS][];
    float[][] different = GraphRows.gaussian(new Random(SEED), kinds, DIMENSION);
    for (int slot = 0; slot < rows.length; slot++) {
      rows[slot] = different[slot % kinds];
    }
    int[][] links = new int[rows.length][];
    for (int slot = 0; slot < rows.length; slot++) { // each leads to the first of its kind
      links[slot] = slot < kinds ? new int[0] : new int[] {slot % kinds};
    }
    try (Arena arena = Arena.ofConfined()) {
      CountingKernel walks = new CountingKernel(GraphRows.table(rows, Metric.L2, arena).kernel());
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      Space counted = new Space(walks, space.rows(), space.stride());
      PackedLinks base = GraphRows.links(links, degree, arena);
      GraphLayers<PackedLinks> graph = graph(1, List.of(), base);
      new GraphRepair(graph, counted, space, BuildContext.withThreads(1)).run();
      sound(graph, "degree " + degree);
      assertThat(walks.prepared).isPositive().isLessThanOrEqualTo(kinds * EqualHosts.WALKED);
      PackedLinks twin = GraphRows.links(links, degree, arena);
      new GraphRepair(graph(1, List.of(), twin), space, space, BuildContext.withThreads(1)).run();
      assertThat(twin.memory().mismatch(base.memory())).isEqualTo(-1);
    }
  }

  /** Rows are told apart by their bytes: these two have the same hash. */
  @Test
  void rowsOfOneHashAreNotTakenForEqual() {
    byte[][] bytes = {{1, 63, 0, 0}, {2, 32, 0, 0}, {1, 63, 0, 0}};
    assertThat(Arrays.hashCode(bytes[1])).isEqualTo(Arrays.hashCode(bytes[0]));
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment data = arena.allocate(192, 64);
      for (int slot = 0; slot < bytes.length; slot++) {
        data.asSlice(64L * slot, 64).copyFrom(MemorySegment.ofArray(bytes[slot]));
      }
      Space space = Space.of(RowTable.over(ElementType.FLOAT32, Metric.L2, 1, 3, data));
      EqualHosts hosts = new EqualHosts(space);
      assertThat(hosts.kind(1)).isNotSameAs(hosts.kind(0));
      assertThat(hosts.kind(2)).isSameAs(hosts.kind(0));
    }
  }

  /** The first with room is the host, then the last if it can spare a link, then no equal is. */
  @Test
  void equalRowsHangOnTheFirstOfThemThatHasRoom() {
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(new float[200][1], Metric.L2, arena));
      EqualHosts.Kind kind = new EqualHosts(space).kind(0);
      for (int slot = 0; slot < EqualHosts.WALKED; slot++) {
        assertThat(kind.host(any -> true, any -> true)).isEqualTo(GraphWalk.NONE);
        kind.add(slot);
      }
      assertThat(kind.host(slot -> slot >= 5, any -> true)).isEqualTo(5);
      assertThat(kind.host(any -> true, any -> true)).as("those before stay full").isEqualTo(5);
      assertThat(kind.host(any -> false, any -> true)).isEqualTo(EqualHosts.WALKED - 1);
      assertThat(kind.host(any -> false, any -> false)).isEqualTo(GraphWalk.NONE);
    }
  }

  /** Counts the queries, one for each walk. */
  private static final class CountingKernel implements Kernel {
    private final Kernel kernel;
    private int prepared;

    CountingKernel(Kernel kernel) {
      this.kernel = kernel;
    }

    @Override
    public int dimension() {
      return kernel.dimension();
    }

    @Override
    public int rowBytes() {
      return kernel.rowBytes();
    }

    @Override
    public int queryBytes() {
      return kernel.queryBytes();
    }

    @Override
    public void prepare(MemorySegment row, MemorySegment query) {
      prepared++;
      kernel.prepare(row, query);
    }

    @Override
    public void distances(
        MemorySegment query,
        MemorySegment rows,
        long base,
        long stride,
        int[] ordinals,
        int count,
        float[] distances) {
      kernel.distances(query, rows, base, stride, ordinals, count, distances);
    }
  }

  @Test
  void whatIsReachedStaysAsItIs() {
    float[][] rows = GraphRows.gaussian(new Random(SEED), 300, DIMENSION);
    int[][] ring =
        IntStream.range(0, 300)
            .mapToObj(slot -> new int[] {(slot + 1) % 300})
            .toArray(int[][]::new);
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      GraphLayers<PackedLinks> graph = graph(1, List.of(), GraphRows.links(ring, 1, arena));
      byte[] before = graph.base().memory().toArray(ValueLayout.JAVA_BYTE);
      new GraphRepair(graph, space, space, BuildContext.withThreads(1)).run();
      assertThat(graph.base().memory().toArray(ValueLayout.JAVA_BYTE)).isEqualTo(before);
    }
  }

  @Test
  void isCancelledBetweenSlots() {
    float[][] rows = GraphRows.gaussian(new Random(SEED), 6000, 2);
    int[][] chain =
        IntStream.range(0, 6000)
            .mapToObj(slot -> slot < 5998 ? new int[] {slot + 1} : new int[0])
            .toArray(int[][]::new);
    BuildContext cancelled = new StoppedBuild(() -> true);
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      GraphLayers<PackedLinks> graph = graph(1, List.of(), GraphRows.links(chain, 2, arena));
      assertThatThrownBy(() -> new GraphRepair(graph, space, space, cancelled).run())
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
    }
  }

  /** It is asked for every slot that is linked. */
  @Test
  void looksWhetherToStopForEachSlot() {
    float[][] rows = GraphRows.gaussian(new Random(SEED), 300, DIMENSION);
    AtomicInteger asked = new AtomicInteger();
    BuildContext later = new StoppedBuild(() -> asked.incrementAndGet() == 100);
    try (Arena arena = Arena.ofConfined()) {
      Space space = Space.of(GraphRows.table(rows, Metric.L2, arena));
      PackedLinks none = GraphRows.links(new int[300][0], 2, arena);
      GraphLayers<PackedLinks> graph = graph(1, List.of(), none);
      assertThatThrownBy(() -> new GraphRepair(graph, space, space, later).run())
          .isInstanceOfSatisfying(
              ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.CANCELLED));
      assertThat(GraphRows.reached(graph).cardinality()).isEqualTo(100);
    }
  }

  /** A build ends with a repair: of islands it leaves a graph that is whole, for any threads. */
  @Test
  void aBuiltGraphIsWholeForAnyNumberOfThreads() {
    float[][] rows = GraphRows.islands(new Random(SEED), 2000, 250, DIMENSION);
    try (Arena arena = Arena.ofShared()) {
      RowTable table = GraphRows.table(rows, Metric.L2, arena);
      GraphLayers<PackedLinks> first = built(table, 1, arena);
      sound(first, "seed " + SEED);
      for (int threads : new int[] {2, 5}) {
        GraphLayers<PackedLinks> other = built(table, threads, arena);
        assertThat(other.entries()).isEqualTo(first.entries());
        assertThat(other.base().memory().mismatch(first.base().memory()))
            .as("%d threads, seed %d", threads, SEED)
            .isEqualTo(-1);
      }
    }
  }

  private static GraphLayers<PackedLinks> built(RowTable table, int threads, Arena arena) {
    BuildContext context = BuildContext.withThreads(threads);
    try (Workers workers = new Workers(context)) {
      GraphBuilder.Settings settings = new GraphBuilder.Settings(DEGREE, 24, 8, 1.2f, 0);
      return new GraphBuilder(
              Space.of(table),
              Space.of(table),
              table.count(),
              table.count(),
              settings,
              context,
              workers,
              arena,
              arena)
          .build();
    }
  }
}
