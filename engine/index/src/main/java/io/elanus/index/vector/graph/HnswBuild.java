package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.DiskParameters;
import io.elanus.index.GraphParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds the file of a graph index. Slots are the present rows in a fixed pseudo-random order,
 * which makes every prefix a sample and so every prefix a layer.
 *
 * <p>Numbers are walked on 7-bit codes of float32 rows, which stay only for float types; binary
 * rows are walked as they are.
 *
 * <p>Sections: VECTORS, [slots] padded rows; ROWS, [slots] int32; for float types CODES and
 * CODE_RANGES; LINKS, the layers from the smallest to the base, each [layer slots × stride] int32
 * as in {@link PackedLinks}; FIGURES, int32: degree, entries, then the slots of each layer; RECALL,
 * what {@link RecallMeasure} found, unless there are few rows. HNSW_SQ has no VECTORS but CODES and
 * CODE_RANGES in its sq_type and, with refine, REFINE_ROWS and REFINE_RANGES in its refine_type, as
 * in {@link CodedRows}; with signs, as {@link SignedRows}, the CODES are of 4 bits, or absent where
 * REFINE_ROWS are. AUTOINDEX has the CODES of its form, and signs if that says so. HNSW_PQ and
 * HNSW_PRQ have CODES and CODEBOOKS as in {@link ProductRows} instead. DISKANN and AISAQ have no
 * VECTORS and no base layer in LINKS but both in NODES, as a {@link NodeWriter} has them; AISAQ's
 * CODES are those of the upper layers, for all are in NODES, too.
 */
public final class HnswBuild {
  private static final float ALPHA = 1.2f;

  /**
   * Candidates of a new slot are efConstruction divided by this. Links chosen with alpha and with
   * slack, from candidates in their exact order, reach at half the effort the recall of the full
   * one (glosses, 60,000 × 384, M 16, ef 64: .9860 at 100 and .9874 at 200).
   */
  private static final int EFFORT_DIVISOR = 2;

  /** How many times the effort a graph of too little recall is built again with, at most. */
  private static final int MOST_EFFORT = 4;

  private final IndexSpec spec;
  private final DenseRows rows;
  private final BuildContext context;
  private final @Nullable NodeWriter nodes;
  private final ElementType type;

  /** Writes what a file holds of the slots of a graph beside the layers above the base. */
  public interface NodeWriter {
    /**
     * Adds the sections of nodes.
     *
     * @param search of the graph in memory
     * @param stored full rows of the slots
     */
    void write(
        IndexSpec spec,
        HnswSearch search,
        RowTable stored,
        Workers workers,
        Map<IndexFileFormat.Section, MemorySegment> sections,
        Arena arena);
  }

  public HnswBuild(IndexSpec spec, DenseRows rows, BuildContext context) {
    this(spec, rows, context, null);
  }

  /**
   * Of a graph whose rows and links stay on disk.
   *
   * @param nodes puts them into the file
   */
  public HnswBuild(
      IndexSpec spec, DenseRows rows, BuildContext context, @Nullable NodeWriter nodes) {
    this.spec = spec;
    this.rows = rows;
    this.context = context;
    this.nodes = nodes;
    this.type = Shapes.elements(rows.type());
  }

  /**
   * Writes the file, unless it is to be that of a scan.
   *
   * @return what AUTOINDEX became; {@link AutomaticForm#ROWS} for all else
   */
  public AutomaticForm write(Path target) {
    try (Arena arena = Arena.ofShared();
        Workers workers = new Workers(context)) {
      int[] order = SlotOrder.of(rows);
      RowTable stored = RowTable.copy(rows, spec.metric(), order, arena);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(order, arena));
      BuildSpaces spaces =
          type == ElementType.BINARY
              ? BuildSpaces.of(stored)
              : BuildSpaces.onCodes(spec.metric(), stored, workers, arena);
      GraphLayers<PackedLinks> graph = build(spaces, order.length, 1, workers, arena);
      HnswSearch search =
          new GraphCoding(spec, rows, sections, workers, arena).search(graph, stored, spaces);
      RecallMeasure measure = new RecallMeasure(graph, stored, workers, context);
      WalkTrial tried = judge(search, measure, spaces, stored, workers, arena);
      AutomaticForm form = AutomaticForm.ROWS;
      CodedRows bytes = spaces.codes();
      if (spec.type() == IndexType.AUTOINDEX && bytes != null && type != ElementType.INT8) {
        FormChoice.Candidate chosen =
            new FormChoice(measure, stored, spaces.floats(), spec.metric(), workers, arena)
                .choose(tried, bytes);
        form = chosen.form();
        if (form == AutomaticForm.SCAN) {
          return form;
        }
        tried = chosen.trial();
        GraphSections.replaceCodes(chosen, sections, arena);
      }
      HnswSearch entered = tried.search();
      HnswSearch judged = entered.over(entered.graph(), measure.run(entered));
      boolean onDisk = nodes != null;
      GraphSections.addGraph(judged.graph(), onDisk, sections, arena);
      if (nodes != null) {
        nodes.write(spec, judged, stored, workers, sections, arena);
      }
      if (!judged.measured().isEmpty()) {
        sections.put(IndexFileFormat.Section.RECALL, RecallTable.write(judged.measured(), arena));
      }
      new IndexFileWriter(
              onDisk ? IndexFileFormat.Structure.DISK_GRAPH : IndexFileFormat.Structure.GRAPH,
              spec.type() == IndexType.AUTOINDEX ? form.in(spec) : spec,
              rows.type(),
              rows.dimension(),
              rows.count())
          .write(target, sections);
      return form;
    }
  }

  /**
   * Tries a graph on rows of its own. One that finds too little at any effort is built again with
   * more candidates a row, and the better one is kept.
   */
  private WalkTrial judge(
      HnswSearch search,
      RecallMeasure measure,
      BuildSpaces spaces,
      RowTable stored,
      Workers workers,
      Arena arena) {
    WalkTrial best = WalkTrial.entered(search, measure);
    for (int factor = 2;
        factor <= MOST_EFFORT && !limitedByCodes() && !best.reaches();
        factor *= 2) {
      GraphLayers<PackedLinks> again = build(spaces, stored.count(), factor, workers, arena);
      WalkTrial next = WalkTrial.entered(search.over(again, MeasuredRecall.NONE), measure);
      best = next.recall() > best.recall() ? next : best;
    }
    return best;
  }

  /** Whether answers are only as good as the codes of the rows. */
  private boolean limitedByCodes() {
    return (spec.type() == IndexType.HNSW_SQ || ProductRows.has(spec))
        && RowPrecision.refined(spec).isEmpty();
  }

  private GraphLayers<PackedLinks> build(
      BuildSpaces spaces, int slots, int factor, Workers workers, Arena arena) {
    boolean onDisk = nodes != null;
    int degree =
        onDisk ? DiskParameters.degree(spec) : 2 * GraphParameters.m(spec, rows.dimension());
    int asked =
        onDisk
            ? DiskParameters.effort(spec)
            : GraphParameters.efConstruction(spec, rows.dimension()) / EFFORT_DIVISOR;
    long effort = (long) factor * Math.max(degree + 16, asked);
    float alpha = spec.metric() == Metric.IP ? 1 : ALPHA;
    float offset = spec.metric() == Metric.COSINE ? 1 : 0;
    GraphBuilder.Settings settings =
        new GraphBuilder.Settings(
            degree,
            (int) Math.min(effort, Math.max(slots, 1)),
            Math.clamp(degree / 2, 8, 64),
            alpha,
            offset);
    return new GraphBuilder(
            spaces.exact(), spaces.candidates(), slots, settings, context, workers, arena)
        .build();
  }
}
