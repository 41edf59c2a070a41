package io.elanus.index.vector.graph;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorIndex;
import io.elanus.index.vector.ExactOracle;
import io.elanus.index.vector.IndexChecks;
import io.elanus.index.vector.VectorIndexes;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileFormat.Section;
import io.elanus.index.vector.file.IndexFileFormat.Structure;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.schema.Bits;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A graph of as many islands as a graph has entries at most, each of eight rows that no link
 * leaves: what is not found from the entries is not found by a walk at all.
 */
class ManyEntriesTest {
  private static final long SEED = 79;
  private static final int ENTRIES = GraphLayers.MOST_ENTRIES;
  private static final int ROWS = ENTRIES * WalkTrial.SLOTS_PER_ENTRY;
  private static final int DEGREE = 8;
  private static final int DIMENSION = 4;
  private static final int K = 6;

  @TempDir Path folder;

  private final Arena arena = Arena.ofShared();
  private final Random random = new Random(SEED);
  private DenseRows column;

  /** The column's row of each slot. */
  private int[] order;

  private Map<Section, MemorySegment> sections;

  /** Slot s is on island s mod {@link #ENTRIES}. */
  @BeforeEach
  void write() {
    float[][] bySlot = GraphRows.islands(random, ROWS, ENTRIES, DIMENSION);
    float[][] byRow = new float[ROWS][];
    order = random.ints(0, ROWS).distinct().limit(ROWS).toArray();
    for (int slot = 0; slot < ROWS; slot++) {
      byRow[order[slot]] = bySlot[slot];
    }
    column = GraphRows.column(byRow, arena);
    sections = new EnumMap<>(Section.class);
    sections.put(Section.ROWS, IndexFileFormat.ints(order, arena));
    sections.put(
        Section.VECTORS,
        RowTable.copy(column, Metric.L2, order, BuildContext.withThreads(1), arena).data());
  }

  @AfterEach
  void close() {
    arena.close();
  }

  /** Links of the first slots among themselves, island by island. */
  private PackedLinks layer(int slots) {
    int[][] links = new int[slots][slots / ENTRIES - 1];
    for (int slot = 0; slot < slots; slot++) {
      for (int i = 0; i < links[slot].length; i++) {
        links[slot][i] = (slot + (i + 1) * ENTRIES) % slots;
      }
    }
    return GraphRows.links(links, DEGREE, arena);
  }

  private GraphLayers<PackedLinks> graph(boolean withUpper) {
    List<PackedLinks> upper = new ArrayList<>();
    if (withUpper) {
      upper.add(layer(2 * ENTRIES));
    }
    return new GraphLayers<>(GraphLayers.first(ROWS, ENTRIES), upper, layer(ROWS));
  }

  private Path write(Map<Section, MemorySegment> sections) {
    Path file = folder.resolve("index");
    IndexSpec spec = IndexSpec.of(IndexType.HNSW, Metric.L2);
    new IndexFileWriter(Structure.GRAPH, spec, DataType.FLOAT_VECTOR, DIMENSION, ROWS)
        .write(file, sections, BuildContext.withThreads(1));
    return file;
  }

  /** A vector close to an island. */
  private MemorySegment query() {
    byte[] row = column.row(random.nextInt(ROWS)).toArray(IndexFileFormat.BYTE);
    MemorySegment query = MemorySegment.ofArray(row);
    for (int i = 0; i < DIMENSION; i++) {
      float near = query.get(IndexFileFormat.FLOAT, 4L * i) + 0.1f * (float) random.nextGaussian();
      query.set(IndexFileFormat.FLOAT, 4L * i, near);
    }
    return query;
  }

  private Bits kept(int count) {
    Bits kept = Bits.none(ROWS);
    while (kept.cardinality() < count) {
      kept.set(random.nextInt(ROWS));
    }
    return kept;
  }

  private void findsAll(IndexChecks checks, MemorySegment query, Bits eligible, ScoreRange range) {
    Neighbors found = checks.search(query, K, eligible, range);
    Neighbors truth = ExactOracle.search(column, Metric.L2, query, K, eligible, range);
    assertThat(found.rows()).as("seed %d", SEED).isEqualTo(truth.rows());
    checks.checkHits(found, query, eligible);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everyIslandIsFound(boolean withUpper) {
    addGraph(graph(withUpper));
    try (VectorIndex index = VectorIndexes.open(write(sections), arena)) {
      assertThat(index.count()).isEqualTo(ROWS);
      IndexChecks checks = new IndexChecks(index, column, Map.of());
      ScoreRange near = new ScoreRange(0.5f, true, 6, false);
      for (int i = 0; i < 4; i++) {
        findsAll(checks, query(), Bits.all(ROWS), ScoreRange.NONE);
        findsAll(checks, query(), Bits.all(ROWS), near);
        for (int count : new int[] {3, ROWS / 100, ROWS / 10, ROWS - 100}) {
          findsAll(checks, query(), kept(count), ScoreRange.NONE);
        }
        findsAll(checks, query(), kept(ROWS / 2), near);
      }
    }
  }

  /**
   * The islands beyond the first 256 are there, but a graph that is entered at those misses them.
   */
  @Test
  void fewerEntriesMissIslands() {
    addGraph(graph(false).enteredAt(GraphLayers.ENTRIES));
    try (VectorIndex index = VectorIndexes.open(write(sections), arena)) {
      IndexChecks checks = new IndexChecks(index, column, Map.of());
      int missed = 0;
      for (int i = 0; i < 10; i++) {
        MemorySegment query = query();
        Bits all = Bits.all(ROWS);
        int[] truth = ExactOracle.search(column, Metric.L2, query, K, all, ScoreRange.NONE).rows();
        int[] found = checks.search(query, K, all, ScoreRange.NONE).rows();
        missed += found[0] == truth[0] ? 0 : 1;
      }
      assertThat(missed).as("seed %d", SEED).isGreaterThan(5);
    }
  }

  @Test
  void figuresThatCannotBeAreRefused() {
    addGraph(graph(true));
    MemorySegment figures = sections.get(Section.FIGURES);
    int[] sound = {DEGREE, ENTRIES, 2 * ENTRIES, ROWS};
    assertThat(figures.toArray(IndexFileFormat.INT)).isEqualTo(sound);
    int[][] wrong = {
      {0, -DEGREE, Integer.MAX_VALUE}, // links of a slot
      {-1, ENTRIES + 1, ROWS, ROWS + 1, Integer.MAX_VALUE}, // entries
      {ENTRIES - 1, ROWS + 1}, // a layer that lacks an entry, or has more than all slots
      {ROWS - 1, ROWS + 1} // the base
    };
    for (int i = 0; i < wrong.length; i++) {
      for (int number : wrong[i]) {
        figures.setAtIndex(IndexFileFormat.INT, i, number);
        refuses(write(sections), "figure %d is %d".formatted(i, number));
      }
      figures.setAtIndex(IndexFileFormat.INT, i, sound[i]);
    }
    VectorIndexes.open(write(sections), arena).close();
  }

  private void refuses(Path file, String what) {
    assertThatThrownBy(() -> VectorIndexes.open(file, arena))
        .as(what)
        .isInstanceOfSatisfying(
            ElanusException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.DATA_INTEGRITY));
  }

  /** A section of fewer slots than entries, all else of it as it should be. */
  @Test
  void moreEntriesThanSlotsAreRefused() {
    int slots = 1000;
    sections.put(Section.ROWS, sections.get(Section.ROWS).asSlice(0, 4L * slots));
    MemorySegment vectors = sections.get(Section.VECTORS);
    sections.put(Section.VECTORS, vectors.asSlice(0, vectors.byteSize() / ROWS * slots));
    PackedLinks base = GraphRows.links(new int[slots][0], DEGREE, arena);
    for (int entries : new int[] {slots, slots + 1}) {
      addGraph(new GraphLayers<>(GraphLayers.first(ROWS, entries), List.of(), base));
      Path file = write(sections);
      if (entries == slots) {
        VectorIndexes.open(file, arena).close();
      } else {
        refuses(file, "an entry more than slots");
      }
    }
  }

  /** Adds all layers of a graph to the sections. */
  private void addGraph(GraphLayers<PackedLinks> graph) {
    List<PackedLinks> layers = new ArrayList<>(graph.upper());
    layers.add(graph.base());
    GraphSections.addTo(sections, graph, layers, BuildContext.withThreads(1), arena);
  }
}
