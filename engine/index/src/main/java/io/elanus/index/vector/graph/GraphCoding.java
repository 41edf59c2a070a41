package io.elanus.index.vector.graph;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.RowPrecision;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.index.vector.rows.RowBytes;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SignedRows;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.ProductCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import java.util.Objects;

/**
 * Encodes what the graph of a type of index is walked on and what its answers are judged by, and
 * adds that to the sections of the file.
 *
 * @param column whose rows are the slots
 */
record GraphCoding(
    IndexSpec spec,
    DenseRows column,
    Map<IndexFileFormat.Section, MemorySegment> sections,
    Workers workers,
    Arena arena) {
  /** A search of a draft, not yet measured. */
  HnswSearch search(GraphDraft draft) {
    return switch (spec.type()) {
      case HNSW_SQ, HNSW_PQ, HNSW_PRQ -> coded(draft);
      default -> full(draft.graph(), draft.stored(), draft.spaces());
    };
  }

  /** Bytes that a slot keeps beside its links, of the forms of AUTOINDEX the largest. */
  static long slotBytes(IndexSpec spec, RowBytes row, int slots) {
    RowPrecision finer = RowPrecision.refined(spec).orElse(null);
    long refined = finer == null ? 0 : row.coded(finer);
    return switch (spec.type()) {
      case HNSW_SQ -> {
        RowPrecision walked = RowPrecision.walked(spec);
        boolean between = walked == RowPrecision.RABITQ && finer != RowPrecision.SQ4U;
        yield row.coded(walked) + refined + (between ? row.coded(RowPrecision.SQ4U) : 0);
      }
      case HNSW_PQ, HNSW_PRQ ->
          ProductCodes.rowBytes(
                  ProductRows.shape(spec, row.dimension(), slots),
                  Shapes.walkedDistance(spec.metric()))
              + refined;
      default -> {
        boolean coded = !row.binary() && row.type() != ElementType.INT8;
        long signs = row.coded(RowPrecision.RABITQ) + row.coded(RowPrecision.SQ4U);
        long largest = spec.type() == IndexType.AUTOINDEX ? signs : 0;
        yield row.stored() + (coded ? Math.max(row.byteCodes(), largest) : 0);
      }
    };
  }

  /** Bytes of codebooks, where there are some. */
  static long bookBytes(IndexSpec spec, RowBytes row, int slots) {
    return ProductRows.has(spec)
        ? ProductRows.bookBytes(ProductRows.shape(spec, row.dimension(), slots), row.dimension())
        : 0;
  }

  private ElementType type() {
    return Shapes.elements(column.type());
  }

  /** Full rows, walked on 7-bit codes where they are of a float type. */
  private HnswSearch full(GraphLayers<PackedLinks> graph, RowTable stored, BuildSpaces spaces) {
    sections.put(IndexFileFormat.Section.VECTORS, stored.data());
    CodedRows codes = type() == ElementType.INT8 ? null : spaces.codes();
    if (codes != null) {
      codes.addTo(
          sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    }
    return new HnswSearch(
        spec,
        new RowForm(type(), stored.distance(), column.dimension(), false),
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
  private HnswSearch coded(GraphDraft draft) {
    RowTable floats = draft.floats();
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
        signs ? besideSigns(Objects.requireNonNull(refined), draft) : walked(draft, finer == null);
    HnswSearch search =
        new HnswSearch(
            spec,
            RowForm.coded(column.type(), spec.metric(), column.dimension()),
            refined == null ? walked.scores() : refined.scores(),
            walked.space(),
            true,
            draft.graph(),
            SlotRows.same(floats.count()),
            MeasuredRecall.NONE);
    return signs ? search.withLowerBounds(lowerBounds(draft)) : search;
  }

  /**
   * What the lower bounds of signs do not prune is compared on 4-bit codes: those that refine, if
   * these are no finer.
   */
  private CodedRows besideSigns(CodedRows refined, GraphDraft draft) {
    if (RowPrecision.refined(spec).orElseThrow() == RowPrecision.SQ4U) {
      return refined;
    }
    CodedRows walked =
        CodedRows.encode(
            RowPrecision.SQ4U, spec.metric(), draft.floats(), draft.sample(), workers, arena);
    walked.addTo(
        sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    return walked;
  }

  private Space lowerBounds(GraphDraft draft) {
    SignedRows signs =
        SignedRows.encode(spec.metric(), draft.floats(), draft.sample(), workers, arena);
    signs.addTo(sections, arena);
    return signs.lowerBounds();
  }

  /** The codes that a graph is walked on, and, if nothing refines, scored by. */
  private CodedRows walked(GraphDraft draft, boolean forScores) {
    RowTable floats = draft.floats();
    if (ProductRows.has(spec)) {
      CodedRows walked = ProductRows.encode(spec, floats, workers, arena);
      ProductRows.addTo(walked, sections, arena);
      return walked;
    }
    RowPrecision precision = RowPrecision.walked(spec);
    CodedRows walked =
        forScores
            ? CodedRows.encodeForScores(precision, spec.metric(), floats, workers, arena)
            : CodedRows.encode(precision, spec.metric(), floats, draft.sample(), workers, arena);
    walked.addTo(
        sections, IndexFileFormat.Section.CODES, IndexFileFormat.Section.CODE_RANGES, arena);
    return walked;
  }
}
