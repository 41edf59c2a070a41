package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.GraphParameters;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.IndexFileWriter;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Builds the file of a graph index that is used in memory, from a {@link GraphDraft}.
 *
 * <p>Numbers are walked on 7-bit codes of float32 rows, which stay only for float types; binary
 * rows are walked as they are.
 *
 * <p>Sections: VECTORS, [slots] padded rows; ROWS, [slots] int32; for float types CODES and
 * CODE_RANGES; LINKS, of all layers, and FIGURES as {@link GraphSections} has them; RECALL, what
 * {@link RecallMeasure} found, unless there are few rows. HNSW_SQ has no VECTORS but CODES and
 * CODE_RANGES in its sq_type and, with refine, REFINE_ROWS and REFINE_RANGES in its refine_type, as
 * in {@link CodedRows}; with signs, as {@link SignedRows}, the CODES are of 4 bits, or absent where
 * REFINE_ROWS are. AUTOINDEX has the CODES of its form, and signs if that says so. HNSW_PQ and
 * HNSW_PRQ have CODES and CODEBOOKS as in {@link ProductRows} instead.
 */
public final class HnswBuild {
  /**
   * Candidates of a new slot are efConstruction divided by this. Links chosen with alpha and with
   * slack, from candidates in their exact order, reach at half the effort the recall of the full
   * one (glosses, 60,000 × 384, M 16, ef 64: .9860 at 100 and .9874 at 200).
   */
  private static final int EFFORT_DIVISOR = 2;

  private final IndexSpec spec;
  private final DenseRows rows;
  private final BuildContext context;

  public HnswBuild(IndexSpec spec, DenseRows rows, BuildContext context) {
    this.spec = spec;
    this.rows = rows;
    this.context = context;
  }

  /**
   * Writes the file, unless it is to be that of a scan.
   *
   * @return what AUTOINDEX became; {@link AutomaticForm#ROWS} for all else
   */
  public AutomaticForm write(Path target) {
    try (DraftMemory memory = new DraftMemory()) {
      return write(target, memory);
    }
  }

  /** The same in memory that is the caller's. */
  AutomaticForm write(Path target, DraftMemory memory) {
    try (Workers workers = new Workers(context)) {
      Arena arena = memory.arena();
      GraphDraft draft = new GraphDraft(spec, rows, size(spec, rows), context, workers, memory);
      Map<IndexFileFormat.Section, MemorySegment> sections =
          new EnumMap<>(IndexFileFormat.Section.class);
      WalkTrial tried =
          draft.tried(new GraphCoding(spec, rows, sections, workers, arena).search(draft));
      if (!limitedByCodes()) {
        tried = draft.regrown(tried);
      }
      Optional<FormChoice.Candidate> chosen = choice(draft, tried, workers, arena);
      AutomaticForm form = chosen.map(FormChoice.Candidate::form).orElse(AutomaticForm.ROWS);
      if (form == AutomaticForm.SCAN) {
        return form;
      }
      chosen.ifPresent(one -> one.replaceCodes(sections, arena));
      HnswSearch judged = draft.measured(chosen.map(FormChoice.Candidate::trial).orElse(tried));
      draft.addTo(sections, judged, allLayers(judged.graph()));
      new IndexFileWriter(
              IndexFileFormat.Structure.GRAPH,
              spec.type() == IndexType.AUTOINDEX ? form.in(spec) : spec,
              rows.type(),
              rows.dimension(),
              rows.count())
          .write(target, sections, context);
      context.progress(1);
      return form;
    }
  }

  /** What AUTOINDEX makes of rows that have codes. */
  private Optional<FormChoice.Candidate> choice(
      GraphDraft draft, WalkTrial tried, Workers workers, Arena arena) {
    CodedRows bytes = draft.spaces().codes();
    return choosesForm() && bytes != null
        ? Optional.of(new FormChoice(draft, spec.metric(), workers, arena).choose(tried, bytes))
        : Optional.empty();
  }

  /** What {@link #write} takes; of the forms that AUTOINDEX may choose the largest. */
  public static IndexMemory forecast(IndexSpec spec, DenseRows column) {
    RowBytes row = RowBytes.of(spec, column);
    int rows = column.count();
    int degree = size(spec, column).degree();
    long slot =
        GraphCoding.slotBytes(spec, row, rows)
            + PackedLinks.bytes(1, degree)
            + GraphDraft.upperBytes(degree);
    long file = rows * (slot + 4) + GraphCoding.bookBytes(spec, row, rows);
    return new IndexMemory(file, file + rows * GraphDraft.growingBytes(row, degree));
  }

  private static GraphDraft.Size size(IndexSpec spec, DenseRows rows) {
    int dimension = rows.dimension();
    return new GraphDraft.Size(
        2 * GraphParameters.m(spec, dimension),
        GraphParameters.efConstruction(spec, dimension) / EFFORT_DIVISOR);
  }

  /** Whether answers are only as good as the codes of the rows. */
  private boolean limitedByCodes() {
    return (spec.type() == IndexType.HNSW_SQ || ProductRows.has(spec))
        && RowPrecision.refined(spec).isEmpty();
  }

  private boolean choosesForm() {
    return spec.type() == IndexType.AUTOINDEX && Shapes.elements(rows.type()) != ElementType.INT8;
  }

  private static List<PackedLinks> allLayers(GraphLayers<?> graph) {
    List<PackedLinks> layers = new ArrayList<>(graph.upper());
    layers.add((PackedLinks) graph.base());
    return layers;
  }
}
