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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A graph index over a mapped file; how it was made and what the file holds is said by {@link
 * HnswBuild}.
 */
public final class HnswIndex implements MappedIndex {
  /** More than any build gives a slot; a search has room for the links of one. */
  private static final int MOST_DEGREE = 1 << 16;

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
    HnswSearch search =
        new HnswSearch(
            file.spec(),
            RowForm.coded(file.type(), file.spec().metric(), file.dimension()),
            refined.orElse(walked).scoresForAnswers(),
            walked.spaceForAnswers(),
            true,
            layers(file, rows.count()),
            rows,
            RecallTable.of(file));
    return new HnswIndex(
        file,
        signs ? search.sifted(SignedRows.open(file, rows.count()).boundsForAnswers()) : search);
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
    GraphLayers<PackedLinks> graph = layers(file, rows.count());
    RowForm form = new RowForm(type, table.distance(), file.dimension(), false);
    HnswSearch search =
        new HnswSearch(file.spec(), form, exact, walked, coded, graph, rows, RecallTable.of(file));
    boolean signs = file.has(IndexFileFormat.Section.SIGNS);
    return new HnswIndex(
        file,
        signs ? search.sifted(SignedRows.open(file, rows.count()).boundsForAnswers()) : search);
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

  private static GraphLayers<PackedLinks> layers(IndexFile file, int slots) {
    List<PackedLinks> layers = packed(file, slots);
    PackedLinks base = layers.removeLast();
    file.check(base.slots() == slots, "sizes of layers");
    return new GraphLayers<>(GraphLayers.first(slots, entries(file, slots)), layers, base);
  }

  /** A graph of whose base a file holds no LINKS. */
  public static <L extends Links> GraphLayers<L> layersOver(IndexFile file, int slots, L base) {
    return new GraphLayers<>(
        GraphLayers.first(slots, entries(file, slots)), packed(file, slots), base);
  }

  /** How many slots, from the first on, the entries and the layers above the base hold. */
  public static int slotsAbove(GraphLayers<?> graph) {
    return graph.upper().isEmpty() ? graph.entries().length : graph.upper().getLast().slots();
  }

  /** The same of a file that holds no LINKS of the base. */
  public static int slotsAbove(IndexFile file, int slots) {
    List<PackedLinks> upper = packed(file, slots);
    return upper.isEmpty() ? entries(file, slots) : upper.getLast().slots();
  }

  /** Links of a slot at most. */
  public static int degree(IndexFile file) {
    int degree = file.section(IndexFileFormat.Section.FIGURES).get(IndexFileFormat.INT, 0);
    file.check(degree > 0 && degree <= MOST_DEGREE, "figures");
    return degree;
  }

  private static int entries(IndexFile file, int slots) {
    int entries = file.section(IndexFileFormat.Section.FIGURES).get(IndexFileFormat.INT, 4);
    file.check(entries >= 0 && entries <= Math.min(slots, GraphLayers.MOST_ENTRIES), "figures");
    return entries;
  }

  /** The layers in LINKS, the smallest first, verified. */
  private static List<PackedLinks> packed(IndexFile file, int slots) {
    MemorySegment figures = file.section(IndexFileFormat.Section.FIGURES);
    MemorySegment links = file.section(IndexFileFormat.Section.LINKS);
    int degree = degree(file);
    List<PackedLinks> layers = new ArrayList<>();
    long at = 0;
    int previous = entries(file, slots);
    for (long i = 8; i < figures.byteSize(); i += 4) {
      int size = figures.get(IndexFileFormat.INT, i);
      file.check(size >= previous && size <= slots, "sizes of layers");
      long bytes = PackedLinks.bytes(size, degree);
      PackedLinks layer = new PackedLinks(links.asSlice(at, bytes), size, degree);
      file.check(layer.isValid(), "links");
      layers.add(layer);
      at += bytes;
      previous = size;
    }
    file.check(at == links.byteSize(), "sizes of layers");
    return layers;
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
