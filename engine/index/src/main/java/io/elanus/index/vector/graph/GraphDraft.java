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
 * pseudo-random order, which makes every prefix a sample and so every prefix a layer; {@link
 * LongRows} come last, without links and judged by none of the trials. What walks are on and which
 * file it becomes is left to {@link HnswBuild} and to {@code disk}.
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

  /**
   * Shares of the work that remains: growing a graph for the first time, and each time after it.
   */
  static final double FIRST_SHARE = 0.7;

  private static final double NEXT_SHARE = 0.3;

  /** Shares of the work that remains: a scan for the truth, a trial, the last measurement. */
  private static final double TRUTH_SHARE = 0.2;

  private static final double TRIAL_SHARE = 0.2;
  private static final double MEASURED_SHARE = 0.8;

  private final Metric metric;
  private final Size size;
  private final BuildContext context;
  private final Workers workers;
  private final DraftMemory memory;
  private final RemainingWork work;
  private final int[] order;
  private final RowTable stored;
  private final BuildSpaces spaces;
  private final Arena firstGrowth;
  private final GraphLayers<PackedLinks> graph;
  private final RecallMeasure measure;
  private final LongRows longRows;

  /** Slots that links lead to: the first. */
  private final int linked;

  /**
   * Grows a graph.
   *
   * @param memory of what the draft holds
   */
  public GraphDraft(
      IndexSpec spec,
      DenseRows rows,
      Size size,
      BuildContext context,
      Workers workers,
      DraftMemory memory) {
    this.metric = spec.metric();
    this.size = size;
    this.context = context;
    this.workers = workers;
    this.memory = memory;
    this.work = new RemainingWork(context);
    Arena arena = memory.arena();
    this.order = context.watch(() -> SlotOrder.of(rows));
    this.longRows = isClipped(rows) ? LongRows.last(rows, order, workers) : LongRows.NONE;
    this.linked = order.length - longRows.slots().length;
    this.stored = RowTable.copy(rows, metric, order, context, arena);
    this.spaces =
        Shapes.elements(rows.type()) == ElementType.BINARY
            ? BuildSpaces.of(stored)
            : BuildSpaces.onCodes(metric, stored, linked, workers, arena);
    this.firstGrowth = memory.open();
    this.graph = grow(1, firstGrowth, work.next(FIRST_SHARE));
    this.measure = new RecallMeasure(graph, stored.first(linked), workers, work.next(TRUTH_SHARE));
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
    return SlotOrder.sample(spaces.floats().first(linked));
  }

  /** The first graph, until it is {@link #judged}. */
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

  /** Whether rows that codes clip may be the best answers. */
  private boolean isClipped(DenseRows rows) {
    return metric == Metric.IP && Shapes.elements(rows.type()) != ElementType.BINARY;
  }

  WalkTrial tried(HnswSearch search) {
    return WalkTrial.entered(search, measure, work.next(TRIAL_SHARE));
  }

  /**
   * The best of a trial and of those of graphs with more candidates a row, which are grown only
   * while none finds enough at any effort. The memory of the others is let go: after this only the
   * graph of the result is there.
   */
  WalkTrial regrown(WalkTrial first) {
    WalkTrial best = first;
    Arena kept = firstGrowth;
    for (int factor = 2; factor <= MOST_EFFORT && !best.reaches(); factor *= 2) {
      BuildContext share = work.next(NEXT_SHARE);
      Arena growth = memory.open();
      WalkTrial next = tried(first.search().over(grow(factor, growth, share), MeasuredRecall.NONE));
      boolean better = next.recall() > best.recall();
      memory.free(better ? kept : growth);
      kept = better ? growth : kept;
      best = better ? next : best;
    }
    return best;
  }

  HnswSearch measured(WalkTrial tried) {
    HnswSearch search = tried.search();
    return search.over(search.graph(), measure.run(search, work.next(MEASURED_SHARE)));
  }

  /**
   * Adds ROWS; LINKS and FIGURES as {@link GraphSections} has them; LONG_ROWS, if there are;
   * RECALL, unless there are few rows.
   *
   * @param layers that are in LINKS
   */
  public void addTo(
      Map<IndexFileFormat.Section, MemorySegment> sections,
      HnswSearch judged,
      List<PackedLinks> layers) {
    sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(order, memory.arena()));
    GraphSections.addTo(sections, judged.graph(), layers, context, memory.arena());
    longRows.addTo(sections, memory.arena());
    if (!judged.measured().isEmpty()) {
      sections.put(
          IndexFileFormat.Section.RECALL, RecallTable.write(judged.measured(), memory.arena()));
    }
  }

  private GraphLayers<PackedLinks> grow(int factor, Arena layers, BuildContext share) {
    long effort = (long) factor * Math.max(size.degree() + LEAST_CHOICE, size.effort());
    GraphBuilder.Settings settings =
        new GraphBuilder.Settings(
            size.degree(),
            (int) Math.min(effort, Math.max(linked, 1)),
            ratio(size.degree()),
            metric == Metric.IP ? 1 : ALPHA,
            metric == Metric.COSINE ? 1 : 0);
    Arena scratch = memory.open();
    GraphLayers<PackedLinks> grown =
        new GraphBuilder(
                spaces.exact(),
                spaces.candidates(),
                linked,
                order.length,
                settings,
                share,
                workers,
                layers,
                scratch)
            .build();
    memory.free(scratch);
    return grown;
  }
}
