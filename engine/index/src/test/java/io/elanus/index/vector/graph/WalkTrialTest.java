package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.BuildContext;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WalkTrialTest {
  private static final long SEED = 73;
  private static final int DEGREE = 8;
  private static final int DIMENSION = 4;
  private static final BuildContext NOBODY = BuildContext.withThreads(1);

  /** Smallest rows that may be entered at 1,024 slots. */
  private static final int ROWS = 1024 * WalkTrial.SLOTS_PER_ENTRY;

  private static HnswSearch search(RowTable table, GraphLayers<?> graph) {
    return new HnswSearch(
        IndexSpec.of(IndexType.HNSW, Metric.L2),
        new RowForm(table.type(), table.distance(), table.dimension(), false),
        Space.of(table),
        Space.of(table),
        false,
        graph,
        SlotRows.same(table.count()),
        MeasuredRecall.NONE);
  }

  private static WalkTrial of(HnswSearch search, float recall, double bytes) {
    MeasuredRecall measured =
        new MeasuredRecall(new int[] {16, 32}, new float[] {recall / 2, recall}, new float[2]);
    return new WalkTrial(search.over(search.graph(), measured), bytes);
  }

  private static HnswSearch few(Arena arena) {
    float[][] rows = GraphRows.gaussian(new Random(SEED), 3, DIMENSION);
    int[][] links = {{1, 2}, {0, 2}, {0, 1}};
    PackedLinks base = GraphRows.links(links, DEGREE, arena);
    return search(
        GraphRows.table(rows, Metric.L2, arena),
        new GraphLayers<>(GraphLayers.first(3), List.of(), base));
  }

  @Test
  void whatReachesTheRecallBeatsWhatDoesNotThenWhatReadsLessWins() {
    try (Arena arena = Arena.ofConfined()) {
      HnswSearch search = few(arena);
      WalkTrial cheap = of(search, 0.95f, 100);
      WalkTrial dear = of(search, 1, 101);
      WalkTrial poor = of(search, 0.949f, 1);
      WalkTrial poorer = of(search, 0.5f, 0.5);
      assertThat(List.of(cheap.reaches(), dear.reaches(), poor.reaches(), poorer.reaches()))
          .containsExactly(true, true, false, false);
      List<WalkTrial> bestFirst = List.of(cheap, dear, poor, poorer);
      for (int i = 0; i < bestFirst.size(); i++) {
        for (int j = 0; j < bestFirst.size(); j++) {
          assertThat(bestFirst.get(i).beats(bestFirst.get(j))).as("%d, %d", i, j).isEqualTo(i < j);
        }
      }
      assertThat(of(search, 0.97f, 100).beats(cheap)).as("as many bytes").isFalse();
      assertThat(of(search, 0.5f, 0.1).beats(poorer)).as("as little recall").isFalse();
      assertThat(poor.recall()).isEqualTo(0.949f);
    }
  }

  @Test
  void fewRowsAreNotAskedFor() {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(1))) {
      HnswSearch search = few(arena);
      RowTable table =
          GraphRows.table(GraphRows.gaussian(new Random(SEED), 3, DIMENSION), Metric.L2, arena);
      RecallMeasure measure =
          new RecallMeasure(search.graph(), table, workers, BuildContext.withThreads(1));
      for (WalkTrial trial :
          List.of(
              WalkTrial.of(search, measure, NOBODY), WalkTrial.entered(search, measure, NOBODY))) {
        assertThat(trial.search()).isSameAs(search);
        assertThat(trial.bytes()).isZero();
      }
    }
  }

  /**
   * Islands of fifteen rows that no link leaves: from 256 entries most of them are out of reach,
   * from 1,024 none is.
   */
  @Test
  void islandsAreEnteredAtMoreSlots() {
    int islands = ROWS / 16;
    float[][] rows = GraphRows.islands(new Random(SEED), ROWS, islands, DIMENSION);
    int[][] links = new int[ROWS][15];
    for (int slot = 0; slot < ROWS; slot++) {
      for (int i = 0; i < 15; i++) {
        links[slot][i] = (slot + (i + 1) * islands) % ROWS;
      }
    }
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(2))) {
      RowTable table = GraphRows.table(rows, Metric.L2, arena);
      PackedLinks base = GraphRows.links(links, 16, arena);
      GraphLayers<PackedLinks> graph = new GraphLayers<>(GraphLayers.first(ROWS), List.of(), base);
      HnswSearch search = search(table, graph);
      RecallMeasure measure = new RecallMeasure(graph, table, workers, BuildContext.withThreads(1));
      WalkTrial few = WalkTrial.of(search, measure, NOBODY);
      assertThat(few.search().graph().entries()).hasSize(GraphLayers.ENTRIES);
      assertThat(few.reaches()).as("seed %d, recall %s", SEED, few.recall()).isFalse();
      WalkTrial entered = WalkTrial.entered(search, measure, NOBODY);
      assertThat(entered.search().graph().entries()).isEqualTo(GraphLayers.first(ROWS, 1024));
      assertThat(entered.reaches()).as("seed %d, recall %s", SEED, entered.recall()).isTrue();
      assertThat(entered.beats(few)).isTrue();
      assertThat(entered.search().graph().base()).isSameAs(base);
    }
  }

  @Test
  void whatLiesTogetherIsEnteredAtAFew() {
    float[][] rows = GraphRows.gaussian(new Random(SEED), ROWS, DIMENSION);
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(BuildContext.withThreads(2))) {
      RowTable table = GraphRows.table(rows, Metric.L2, arena);
      GraphBuilder.Settings settings = new GraphBuilder.Settings(DEGREE, 32, 8, 1.2f, 0);
      GraphLayers<PackedLinks> graph =
          new GraphBuilder(
                  Space.of(table),
                  Space.of(table),
                  ROWS,
                  ROWS,
                  settings,
                  BuildContext.withThreads(2),
                  workers,
                  arena,
                  arena)
              .build();
      RecallMeasure measure = new RecallMeasure(graph, table, workers, BuildContext.withThreads(1));
      WalkTrial entered = WalkTrial.entered(search(table, graph), measure, NOBODY);
      assertThat(entered.reaches()).as("seed %d, recall %s", SEED, entered.recall()).isTrue();
      assertThat(entered.search().graph().entries()).hasSize(GraphLayers.ENTRIES);
      assertThat(entered.search().graph().upper()).isEqualTo(graph.upper());
    }
  }

  @ParameterizedTest
  @CsvSource({"300, 256", "8191, 256", "8192, 1024", "32767, 1024", "32768, 4096", "1000000, 4096"})
  void noRowThatAsksIsAnEntry(int rows, int most) {
    try (Arena arena = Arena.ofConfined()) {
      assertThat(WalkTrial.mostEntries(rows)).isEqualTo(most);
      PackedLinks base = GraphRows.links(new int[1][0], DEGREE, arena);
      GraphLayers<PackedLinks> flat = new GraphLayers<>(GraphLayers.first(rows), List.of(), base);
      assertThat(RecallMeasure.firstAsked(flat, rows)).isEqualTo(most);
      PackedLinks layer = GraphRows.links(new int[5000][0], DEGREE, arena);
      GraphLayers<PackedLinks> layered =
          new GraphLayers<>(GraphLayers.first(rows), List.of(layer), base);
      assertThat(RecallMeasure.firstAsked(layered, rows)).isEqualTo(5000);
    }
  }

  @Test
  void layersThatHoldFewerSlotsThanEntriesAreLeftOut() {
    try (Arena arena = Arena.ofConfined()) {
      PackedLinks small = GraphRows.links(new int[500][0], DEGREE, arena);
      PackedLinks large = GraphRows.links(new int[2000][0], DEGREE, arena);
      PackedLinks base = GraphRows.links(new int[9000][0], DEGREE, arena);
      GraphLayers<PackedLinks> graph =
          new GraphLayers<>(GraphLayers.first(9000), List.of(small, large), base);
      GraphLayers<PackedLinks> more = graph.enteredAt(1024);
      assertThat(more.entries()).hasSize(1024).isSorted().startsWith(0).endsWith(1023);
      assertThat(more.upper()).containsExactly(large);
      assertThat(graph.enteredAt(4096).upper()).isEmpty();
    }
  }
}
