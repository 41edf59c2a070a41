package io.elanus.index.vector.graph;

import io.elanus.index.AutomaticForm;
import io.elanus.index.IndexType;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.Neighbors;
import io.elanus.index.RowPrecision;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.file.MappedIndex;
import io.elanus.index.vector.file.RecallTable;
import io.elanus.index.vector.rows.CodedRows;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.rows.SignedRows;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.rows.Space;
import io.elanus.schema.DataType;
import io.elanus.vectors.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/**
 * A graph index over a mapped file; how it was made and what the file holds is said by {@link
 * HnswBuild}.
 */
public final class HnswIndex implements MappedIndex {
  private final IndexFile file;
  private final HnswSearch search;

  private HnswIndex(IndexFile file, HnswSearch search) {
    this.file = file;
    this.search = search;
  }

  public static HnswIndex open(IndexFile file) {
    return file.spec().type() == IndexType.HNSW_SQ || ProductRows.has(file.spec())
        ? openCoded(file)
        : openFull(file);
  }

  /**
   * HNSW_SQ, HNSW_PQ, HNSW_PRQ: rows in the codes that is walked, and perhaps in one that refines.
   */
  private static HnswIndex openCoded(IndexFile file) {
    file.check(file.type() != DataType.BINARY_VECTOR, "codes of bits");
    SlotRows rows = SlotRows.of(file);
    Optional<CodedRows> refined =
        RowPrecision.refined(file.spec())
            .map(precision ->
                CodedRows.open(
                    file,
                    precision,
                    rows.count(),
                    IndexFileFormat.Section.REFINE_ROWS,
                    IndexFileFormat.Section.REFINE_RANGES));
    boolean signs = file.has(IndexFileFormat.Section.SIGNS);
    CodedRows walked =
        signs && !file.has(IndexFileFormat.Section.CODES)
            ? refined.orElseThrow()
            : walked(file, signs, rows.count());
    return withSigns(
        file,
        new HnswSearch(
            file.spec(),
            RowForm.coded(file.type(), file.spec().metric(), file.dimension()),
            refined.orElse(walked).scoresForAnswers(),
            walked.spaceForAnswers(),
            true,
            GraphSections.graph(file, rows.count()),
            rows,
            RecallTable.of(file)));
  }

  private static CodedRows walked(IndexFile file, boolean besideSigns, int slots) {
    return ProductRows.has(file.spec())
        ? ProductRows.open(file, slots)
        : CodedRows.open(
            file,
            besideSigns ? RowPrecision.SQ4U : RowPrecision.walked(file.spec()),
            slots,
            IndexFileFormat.Section.CODES,
            IndexFileFormat.Section.CODE_RANGES);
  }

  private static HnswIndex openFull(IndexFile file) {
    ElementType type = Shapes.elements(file.type());
    SlotRows rows = SlotRows.of(file);
    long rowBytes = (long) rows.count() * type.paddedBytes(file.dimension());
    MemorySegment vectors = file.section(IndexFileFormat.Section.VECTORS, rowBytes);
    RowTable table =
        RowTable.over(type, file.spec().metric(), file.dimension(), rows.count(), vectors);
    Space exact = Space.forAnswers(table);
    boolean coded = file.has(IndexFileFormat.Section.CODES);
    Space walked = coded ? codes(file, table.count()) : exact;
    GraphLayers<PackedLinks> graph = GraphSections.graph(file, rows.count());
    RowForm form = new RowForm(type, table.distance(), file.dimension(), false);
    return withSigns(
        file,
        new HnswSearch(file.spec(), form, exact, walked, coded, graph, rows, RecallTable.of(file)));
  }

  /** Signs rule out most of what a walk meets, if the file has them. */
  private static HnswIndex withSigns(IndexFile file, HnswSearch withoutLongRows) {
    HnswSearch search = withoutLongRows.judging(LongRows.of(file, withoutLongRows.rows().count()));
    if (!file.has(IndexFileFormat.Section.SIGNS)) {
      return new HnswIndex(file, search);
    }
    SignedRows signs = SignedRows.open(file, search.rows().count());
    return new HnswIndex(file, search.withLowerBounds(signs.lowerBoundsForAnswers()));
  }

  private static Space codes(IndexFile file, int slots) {
    boolean nibbles = AutomaticForm.of(file.spec()).filter(AutomaticForm::onNibbles).isPresent();
    return CodedRows.open(
            file,
            nibbles ? RowPrecision.SQ4U : RowPrecision.SQ8,
            slots,
            IndexFileFormat.Section.CODES,
            IndexFileFormat.Section.CODE_RANGES)
        .spaceForAnswers();
  }

  @Override
  public IndexFile file() {
    return file;
  }

  @Override
  public MeasuredRecall measuredRecall() {
    return search.measured();
  }

  @Override
  public Neighbors search(VectorQuery query) {
    return search.search(query);
  }
}
