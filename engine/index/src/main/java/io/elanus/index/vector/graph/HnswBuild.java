package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.DiskParameters;
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
import io.elanus.index.vector.rows.SignedRows;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
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
  private static final long SEED = 0x5EED;
  private static final int SAMPLE = 4096;
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
      int[] order = order();
      RowTable stored = RowTable.copy(rows, spec.metric(), order, arena);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      sections.put(IndexFileFormat.Section.ROWS, IndexFileFormat.ints(order, arena));
      Spaces spaces =
          type == ElementType.BINARY ? Spaces.of(stored) : onCodes(stored, workers, arena);
      GraphLayers<PackedLinks> graph = build(spaces, order.length, 1, workers, arena);
      HnswSearch search =
          switch (spec.type()) {
            case HNSW_SQ, HNSW_PQ, HNSW_PRQ -> coded(graph, spaces, sections, workers, arena);
            case DISKANN, AISAQ -> onDisk(graph, stored, spaces, sections, workers, arena);
            default -> full(graph, stored, spaces, sections, arena);
          };
      RecallMeasure measure = new RecallMeasure(graph, stored, workers, context);
      HnswSearch judged = judge(search, measure, spaces, stored, workers, arena);
      AutomaticForm form = AutomaticForm.ROWS;
      CodedRows bytes = spaces.codes();
      if (spec.type() == IndexType.AUTOINDEX && bytes != null && type != ElementType.INT8) {
        FormChoice.Candidate chosen =
            new FormChoice(measure, stored, spaces.floats(), spec.metric(), workers, arena)
                .choose(judged, bytes, sample(spaces.floats()));
        form = chosen.form();
        if (form == AutomaticForm.SCAN) {
          return form;
        }
        judged = chosen.search();
        replaceCodes(chosen, sections, arena);
      }
      boolean onDisk = nodes != null;
      addGraph(judged.graph(), onDisk, sections, arena);
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

  private static void replaceCodes(
      FormChoice.Candidate chosen,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    sections.remove(IndexFileFormat.Section.CODES);
    sections.remove(IndexFileFormat.Section.CODE_RANGES);
    CodedRows codes = chosen.codes();
    if (codes != null) {
      codes.addTo(
          sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    }
    SignedRows signs = chosen.signs();
    if (signs != null) {
      signs.addTo(sections, arena);
    }
  }

  /**
   * Measures the recall of a graph. One that finds too little at any effort is built again with
   * more candidates a row, and the better one is kept.
   */
  private HnswSearch judge(
      HnswSearch search,
      RecallMeasure measure,
      Spaces spaces,
      RowTable stored,
      Workers workers,
      Arena arena) {
    HnswSearch best = measured(search, measure);
    for (int factor = 2;
        factor <= MOST_EFFORT
            && !limitedByCodes()
            && best.measured().best() < MeasuredRecall.DEFAULT_TARGET;
        factor *= 2) {
      HnswSearch next =
          measured(
              search.over(build(spaces, stored.count(), factor, workers, arena), search.measured()),
              measure);
      best = next.measured().best() > best.measured().best() ? next : best;
    }
    return best;
  }

  /** Whether answers are only as good as the codes of the rows. */
  private boolean limitedByCodes() {
    return (spec.type() == IndexType.HNSW_SQ || ProductRows.has(spec))
        && RowPrecision.refined(spec).isEmpty();
  }

  private static HnswSearch measured(HnswSearch search, RecallMeasure measure) {
    return search.over(search.graph(), measure.run(search));
  }

  /** Full rows, walked on 7-bit codes where they are of a float type. */
  private HnswSearch full(
      GraphLayers<PackedLinks> graph,
      RowTable stored,
      Spaces spaces,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    sections.put(IndexFileFormat.Section.VECTORS, stored.bytes());
    CodedRows codes = type == ElementType.INT8 ? null : spaces.codes();
    if (codes != null) {
      codes.addTo(
          sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    }
    return new HnswSearch(
        spec,
        new RowForm(type, stored.distance(), rows.dimension(), false),
        Space.of(stored),
        codes != null ? codes.space() : Space.of(stored),
        codes != null,
        graph,
        SlotRows.same(stored.count()),
        MeasuredRecall.NONE);
  }

  /**
   * HNSW_SQ, HNSW_PQ, HNSW_PRQ: no full rows, but codes to walk on and, when asked for, finer ones
   * to refine by.
   */
  private HnswSearch coded(
      GraphLayers<PackedLinks> graph,
      Spaces spaces,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Workers workers,
      Arena arena) {
    RowTable floats = spaces.floats();
    RowPrecision finer = RowPrecision.refined(spec).orElse(null);
    CodedRows refined =
        finer == null
            ? null
            : CodedRows.encodeForScores(finer, spec.metric(), floats, workers, arena);
    if (refined != null) {
      refined.addTo(
          sections,
          IndexFileFormat.Section.REFINE_ROWS,
          IndexFileFormat.Section.REFINE_RANGES,
          arena);
    }
    boolean signs = SignedRows.has(spec);
    CodedRows walked =
        signs
            ? besideSigns(Objects.requireNonNull(refined), floats, sections, workers, arena)
            : walked(floats, finer == null, sections, workers, arena);
    HnswSearch search =
        new HnswSearch(
            spec,
            RowForm.coded(rows.type(), spec.metric(), rows.dimension()),
            refined == null ? walked.scores() : refined.scores(),
            walked.space(),
            true,
            graph,
            SlotRows.same(floats.count()),
            MeasuredRecall.NONE);
    return signs ? search.sifted(signs(floats, sections, workers, arena)) : search;
  }

  /**
   * What signs do not rule out is compared on 4-bit codes: those that refine, if these are no
   * finer.
   */
  private CodedRows besideSigns(
      CodedRows refined,
      RowTable floats,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Workers workers,
      Arena arena) {
    if (RowPrecision.refined(spec).orElseThrow() == RowPrecision.SQ4U) {
      return refined;
    }
    CodedRows walked =
        CodedRows.encode(RowPrecision.SQ4U, spec.metric(), floats, sample(floats), workers, arena);
    walked.addTo(
        sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    return walked;
  }

  private Space signs(
      RowTable floats,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Workers workers,
      Arena arena) {
    SignedRows signs = SignedRows.encode(spec.metric(), floats, sample(floats), workers, arena);
    signs.addTo(sections, arena);
    return signs.bounds();
  }

  /** The codes that a graph is walked on, and, if nothing refines, scored by. */
  private CodedRows walked(
      RowTable floats,
      boolean forScores,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Workers workers,
      Arena arena) {
    if (ProductRows.has(spec)) {
      CodedRows walked = ProductRows.encode(spec, floats, workers, arena);
      ProductRows.addTo(walked, sections, arena);
      return walked;
    }
    RowPrecision precision = RowPrecision.walked(spec);
    CodedRows walked =
        forScores
            ? CodedRows.encodeForScores(precision, spec.metric(), floats, workers, arena)
            : CodedRows.encode(precision, spec.metric(), floats, sample(floats), workers, arena);
    walked.addTo(
        sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    return walked;
  }

  /** DISKANN, AISAQ: full rows for the nodes, walked on codes as coarse as its budget of memory. */
  private HnswSearch onDisk(
      GraphLayers<PackedLinks> graph,
      RowTable stored,
      Spaces spaces,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Workers workers,
      Arena arena) {
    RowTable floats = spaces.floats();
    CodedRows walked =
        CodedRows.encode(
            DiskParameters.walked(spec), spec.metric(), floats, sample(floats), workers, arena);
    walked.addTo(
        sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    return new HnswSearch(
        spec,
        new RowForm(type, stored.distance(), rows.dimension(), false),
        Space.of(stored),
        walked.space(),
        true,
        graph,
        SlotRows.same(stored.count()),
        MeasuredRecall.NONE);
  }

  /** The row of every slot. */
  private int[] order() {
    int[] order = new int[rows.count()];
    int slots = 0;
    for (int row = rows.present().next(0);
        row >= 0 && row < rows.count();
        row = rows.present().next(row + 1)) {
      order[slots++] = row;
    }
    order = Arrays.copyOf(order, slots);
    Random random = new Random(SEED);
    for (int i = slots - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = order[i];
      order[i] = order[j];
      order[j] = row;
    }
    return order;
  }

  /** The rows links are chosen by, and those the graph is walked on while it grows. */
  private record Spaces(RowTable floats, Space exact, @Nullable CodedRows codes, Space candidates) {
    /** The rows as they are for both. */
    static Spaces of(RowTable stored) {
      return new Spaces(stored, Space.of(stored), null, Space.of(stored));
    }
  }

  private Spaces onCodes(RowTable stored, Workers workers, Arena arena) {
    RowTable floats = stored.floats(spec.metric(), workers, arena);
    CodedRows codes =
        CodedRows.encode(RowPrecision.SQ8, spec.metric(), floats, sample(floats), workers, arena);
    return new Spaces(floats, Space.of(floats), codes, codes.space());
  }

  private static float[][] sample(RowTable table) {
    float[][] sample = new float[Math.min(SAMPLE, table.count())][];
    for (int slot = 0; slot < sample.length; slot++) {
      sample[slot] = table.values(slot);
    }
    return sample;
  }

  private GraphLayers<PackedLinks> build(
      Spaces spaces, int slots, int factor, Workers workers, Arena arena) {
    boolean automatic = spec.type() == IndexType.AUTOINDEX;
    boolean onDisk = nodes != null;
    int degree = onDisk ? DiskParameters.degree(spec) : 2 * spec.integer("M", automatic ? 18 : 30);
    int asked =
        onDisk
            ? DiskParameters.effort(spec)
            : spec.integer("efConstruction", automatic ? 240 : 360) / EFFORT_DIVISOR;
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

  private static void addGraph(
      GraphLayers<?> graph,
      boolean withoutBase,
      Map<IndexFileFormat.Section, MemorySegment> sections,
      Arena arena) {
    PackedLinks base = (PackedLinks) graph.base();
    List<PackedLinks> layers = new ArrayList<>(graph.upper());
    if (!withoutBase) {
      layers.add(base);
    }
    int[] figures = new int[2 + layers.size()];
    figures[0] = base.degree();
    figures[1] = graph.entries().length;
    long bytes = 0;
    for (int i = 0; i < layers.size(); i++) {
      figures[2 + i] = layers.get(i).slots();
      bytes += layers.get(i).memory().byteSize();
    }
    MemorySegment links = arena.allocate(Math.max(64, bytes), 64);
    long at = 0;
    for (PackedLinks layer : layers) {
      MemorySegment.copy(layer.memory(), 0, links, at, layer.memory().byteSize());
      at += layer.memory().byteSize();
    }
    sections.put(IndexFileFormat.Section.LINKS, links.asSlice(0, bytes));
    sections.put(IndexFileFormat.Section.FIGURES, IndexFileFormat.ints(figures, arena));
  }
}
