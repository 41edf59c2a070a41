package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Map;

/**
 * A graph of the rows of a column before it is in a file: grown, judged on what it will be walked
 * on, and grown again where it finds too little. Slots are the present rows in a fixed
 * pseudo-random order, which makes every prefix a sample and so every prefix a layer. What walks
 * are on and which file it becomes is left to {@link HnswBuild} and to {@code disk}.
 */
public final class GraphDraft {
  /**
   * What was asked of a graph.
   *
   * @param degree links of a slot at most
   * @param effort candidates that links are chosen from
   */
  public record Size(int degree, int effort) {}

  private static final float ALPHA = 1.2f;

  /** Candidates beyond the degree, at least. */
  private static final int LEAST_CHOICE = 16;

  /** How many times the effort a graph of too little recall is built again with, at most. */
  private static final int MOST_EFFORT = 4;

  private final Metric metric;
  private final Size size;
  private final BuildContext context;
  private final Workers workers;
  private final Arena arena;
  private final int[] order;
  private final RowTable stored;
  private final BuildSpaces spaces;
  private final GraphLayers<PackedLinks> graph;
  private final RecallMeasure measure;

  /**
   * Grows a graph.
   *
   * @param arena of what the draft holds
   */
  public GraphDraft(
      IndexSpec spec,
      DenseRows rows,
      Size size,
      BuildContext context,
      Workers workers,
      Arena arena) {
    this.metric = spec.metric();
    this.size = size;
    this.context = context;
    this.workers = workers;
    this.arena = arena;
    this.order = SlotOrder.of(rows);
    this.stored = RowTable.copy(rows, metric, order, context, arena);
    this.spaces =
        Shapes.elements(rows.type()) == ElementType.BINARY
            ? BuildSpaces.of(stored)
            : BuildSpaces.onCodes(metric, stored, workers, arena);
    this.graph = grow(1);
    this.measure = new RecallMeasure(graph, stored, workers, context);
  }

  /** Bytes of a slot in the layers above the base, on average. */
  public static long upperBytes(int degree) {
    return PackedLinks.bytes(1, degree) / ratio(degree) + 1;
  }

  /**
   * Bytes of a slot while a graph grows: its row, what that is walked on, and links, which have
   * room and distances.
   */
  public static long growingBytes(RowBytes row, int degree) {
    long rows = row.stored() + row.floatCopy() + (row.binary() ? 0 : row.byteCodes());
    long links = 2L * 4 * degree * 3 / 2 + PackedLinks.bytes(1, degree) + upperBytes(degree);
    return rows + links;
  }

  /** How many times the slots of the layer above a layer has. */
  private static int ratio(int degree) {
    return Math.clamp(degree / 2, 8, 64);
  }

  /** The full rows of the slots. */
  public RowTable stored() {
    return stored;
  }

  /** The rows of the slots as float32, or binary ones as they are. */
  public RowTable floats() {
    return spaces.floats();
  }

  /** Rows from which the ranges of codes are learned. */
  public float[][] sample() {
    return SlotOrder.sample(spaces.floats());
  }

  public GraphLayers<PackedLinks> graph() {
    return graph;
  }

  BuildSpaces spaces() {
    return spaces;
  }

  RecallMeasure measure() {
    return measure;
  }

  /** The search of the best graph there is for it, with the recall that it was found to have. */
  public HnswSearch judged(HnswSearch search) {
    return measured(regrown(tried(search)));
  }

  WalkTrial tried(HnswSearch search) {
    return WalkTrial.entered(search, measure);
  }

  /**
   * The best of a trial and of those of graphs with more candidates a row, which are grown only
   * while none finds enough at any effort.
   */
  WalkTrial regrown(WalkTrial first) {
    WalkTrial best = first;
    for (int factor = 2; factor <= MOST_EFFORT && !best.reaches(); factor *= 2) {
      WalkTrial next = tried(first.search().over(grow(factor), MeasuredRecall.NONE));
      best = next.recall() > best.recall() ? next : best;
    }
    return best;
  }

  HnswSearch measured(WalkTrial tried) {
    HnswSearch search = tried.search();
    return search.over(search.graph(), measure.run(search));
  }

  /**
   * Adds ROWS; LINKS and FIGURES as {@link HnswBuild} describes them; RECALL, unless there are few
   * rows.
   *
   * @param layers that are in LINKS
   */
  public void addTo(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      HnswSearch judged,
      List<PackedLinks> layers) {
    sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(order, arena));
    GraphSections.addLayers(judged.graph(), layers, sections, arena);
    if (!judged.measured().isEmpty()) {
      sections.put(IndexFileFormat.Section.RECALL, RecallTable.write(judged.measured(), arena));
    }
  }

  private GraphLayers<PackedLinks> grow(int factor) {
    long effort = (long) factor * Math.max(size.degree() + LEAST_CHOICE, size.effort());
    GraphBuilder.Settings settings =
        new GraphBuilder.Settings(
            size.degree(),
            (int) Math.min(effort, Math.max(order.length, 1)),
            ratio(size.degree()),
            metric == Metric.IP ? 1 : ALPHA,
            metric == Metric.COSINE ? 1 : 0);
    return new GraphBuilder(
            spaces.exact(), spaces.candidates(), order.length, settings, context, workers, arena)
        .build();
  }
}
