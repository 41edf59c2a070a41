package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.DiskParameters;
import io.elanus.index.GraphParameters;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.RowPrecision;
import io.elanus.index.SparseRows;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.clusters.KMeans;
import io.elanus.index.vector.disk.DiskGraphIndex;
import io.elanus.index.vector.disk.DiskNodes;
import io.elanus.index.vector.flat.FlatCodes;
import io.elanus.index.vector.graph.PackedLinks;
import io.elanus.index.vector.lists.ByteLists;
import io.elanus.index.vector.lists.Codebooks;
import io.elanus.index.vector.lists.RefineRows;
import io.elanus.index.vector.lists.SignTables;
import io.elanus.index.vector.rows.ProductRows;
import io.elanus.index.vector.rows.Shapes;
import io.elanus.index.vector.trees.AnnoyBuild;
import io.elanus.schema.Metric;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.NibbleScan;
import io.elanus.vectors.PackedCodes;
import io.elanus.vectors.ProductCodes;
import io.elanus.vectors.SignCodes;

/**
 * What index files and their builds take, told from the rows and the parameters. The parts are
 * those that the builders say their files have; small ones are left out.
 */
final class MemoryForecast {
  private static final int POSTING_BYTES = 6;

  private final IndexSpec spec;
  private final long rows;
  private final int dimension;
  private final ElementType type;
  private final long rowBytes;
  private final long floatBytes;

  private MemoryForecast(IndexSpec spec, DenseRows rows) {
    this.spec = spec;
    this.rows = rows.count();
    this.dimension = rows.dimension();
    this.type = Shapes.elements(rows.type());
    this.rowBytes = type.paddedBytes(dimension);
    this.floatBytes = ElementType.FLOAT32.paddedBytes(dimension);
  }

  static IndexMemory of(IndexSpec spec, DenseRows rows) {
    return new MemoryForecast(spec, rows).forecast();
  }

  /**
   * Rows of postings are told by how far they are from the one before, in a byte or two; while they
   * are spread they are whole numbers.
   */
  static IndexMemory of(SparseRows rows) {
    long postings = rows.data().byteSize() / SparseRows.PAIR_BYTES;
    long file = POSTING_BYTES * postings + 8L * rows.count();
    return new IndexMemory(file, file + postings * (SparseRows.PAIR_BYTES + 4));
  }

  private IndexMemory forecast() {
    return switch (spec.type()) {
      case FLAT, BIN_FLAT -> scanned();
      case AUTOINDEX ->
          VectorIndexes.scansAutomatically(Math.toIntExact(rows))
                  || spec.metric() == Metric.MHJACCARD
              ? scanned()
              : graph();
      case MINHASH_LSH -> signatures();
      case ANNOY -> trees();
      case IVF_FLAT, BIN_IVF_FLAT -> lists();
      case IVF_SQ8, IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN -> codedLists();
      case DISKANN, AISAQ -> diskGraph();
      default -> graph();
    };
  }

  private IndexMemory scanned() {
    long codes = FlatCodes.bytes(type, dimension, rows);
    long file = rows * (rowBytes + 4) + codes;
    return new IndexMemory(file, file + (codes == 0 ? 0 : 12 * rows));
  }

  /** Leaves are full by three quarters on average; trees grow side by side. */
  private IndexMemory trees() {
    long trees = spec.integer("n_trees", AnnoyBuild.DEFAULT_TREES);
    long nodes = 1 + 2 * rows * 4 / (3L * AnnoyBuild.LEAF);
    long tree = nodes * AnnoyBuild.NODE_BYTES + nodes / 2 * floatBytes;
    long file = rows * (rowBytes + 4 + 4 * trees) + trees * tree;
    return new IndexMemory(file, file + rows * (4 * trees + 16));
  }

  /** A band of signatures at a time is sorted on the heap. */
  private IndexMemory signatures() {
    long file = rows * (rowBytes + 8L * spec.integer(IndexSpec.BANDS, 1));
    return new IndexMemory(file, file + 12 * rows);
  }

  private IndexMemory lists() {
    long centres = centres(type == ElementType.BINARY ? rowBytes : floatBytes);
    long file = rows * (rowBytes + 4) + centres;
    long built = Math.max(file, type == ElementType.BINARY ? 0 : sample());
    return new IndexMemory(file, built + centres + rows * (rowBytes + floats() + 12));
  }

  /** The rows that centres are learnt from are copied, and given back before codes are made. */
  private long sample() {
    int lists = Clusters.lists(spec, Math.toIntExact(rows));
    return 4L * dimension * KMeans.sampled(Math.toIntExact(rows), lists, dimension);
  }

  private long centres(long bytes) {
    return Clusters.lists(spec, Math.toIntExact(rows)) * bytes;
  }

  /** Bytes of a float32 copy of a row, where the builder makes one. */
  private long floats() {
    return type == ElementType.FLOAT32 || type == ElementType.BINARY ? 0 : floatBytes;
  }

  private IndexMemory codedLists() {
    long turned = 0;
    long codes;
    long tables = 0; // of codebooks, or of a rotation
    long unused = 0; // places of codes at the ends of lists, half a block of each
    switch (spec.type()) {
      case IVF_SQ8 ->
          codes = codeBytes(ByteLists.bits(spec.params().getOrDefault("sq_type", "SQ8")));
      case IVF_PQ, SCANN -> {
        Codebooks.Shape shape = Codebooks.Shape.of(spec, dimension, Math.toIntExact(rows));
        long bits = shape.nibbles() ? 4 : shape.bits() <= 8 ? 8 : 16;
        codes = (shape.subspaces() * bits + 7) / 8 + 4;
        tables = 4L * dimension << shape.bits();
        unused = shape.nibbles() ? centres(NibbleScan.BLOCK_ROWS / 2) : 0;
      }
      default -> {
        codes = SignTables.subspaces(dimension) / 2 + 8;
        unused = centres(NibbleScan.BLOCK_ROWS / 2);
        turned = floatBytes;
        tables = 4L * dimension * dimension;
      }
    }
    long refined =
        RefineRows.Kind.of(spec)
            .map(kind ->
                switch (kind) {
                  case CODES -> codeBytes(RefineRows.bits(spec));
                  case FLOAT16, BFLOAT16 ->
                      type == ElementType.FLOAT32
                          ? (long) ElementType.FLOAT16.paddedBytes(dimension)
                          : rowBytes;
                  case COLUMN -> rowBytes;
                })
            .orElse(0L);
    long file = rows * (codes + refined + 4) + unused * codes + centres(floatBytes) + tables;
    return new IndexMemory(
        file,
        Math.max(file, sample())
            + centres(floatBytes)
            + rows * (rowBytes + floats() + turned + 12));
  }

  private long codeBytes() {
    return (dimension + 63L) & -64;
  }

  private long codeBytes(int bits) {
    return bits == 8
        ? codeBytes()
        : PackedCodes.rowBytes(bits, Shapes.walkedDistance(spec.metric()), dimension);
  }

  /** Rows, codes and links; while it grows, links have room and distances. */
  private IndexMemory graph() {
    int m = GraphParameters.m(spec, dimension);
    long links = PackedLinks.bytes(1, 2 * m);
    long upper = links / Math.clamp(m, 8, 64) + 1;
    long codes = type == ElementType.BINARY ? 0 : codeBytes();
    long kept = keptBytes(codes);
    long file = rows * (kept + links + upper + 4) + bookBytes();
    long growing = 2L * 4 * 2 * m * 3 / 2;
    return new IndexMemory(
        file, file + rows * (rowBytes + floats() + codes + growing + links + upper));
  }

  /** Nodes, and codes unless they are in these. */
  private IndexMemory diskGraph() {
    int degree = DiskParameters.degree(spec);
    long codes = bytes(DiskParameters.walked(spec));
    int inNodes = (int) (codes + 63) & -64;
    DiskNodes.Form form = DiskGraphIndex.form(spec, Math.toIntExact(rowBytes), degree, inNodes);
    long upper = PackedLinks.bytes(1, degree) / Math.clamp(degree / 2, 8, 64) + 1;
    long file = rows * (form.stride() + (form.codeBytes() == 0 ? inNodes : 0) + upper + 4);
    long growing = 2L * 4 * degree * 3 / 2 + PackedLinks.bytes(1, degree);
    return new IndexMemory(
        file, file + rows * (rowBytes + floats() + codeBytes() + inNodes + growing + upper));
  }

  private long bookBytes() {
    return ProductRows.has(spec)
        ? ProductRows.bookBytes(ProductRows.shape(spec, dimension, rows), dimension)
        : 0;
  }

  /** What a slot keeps beside its links: full rows and codes, or codes and finer ones. */
  private long keptBytes(long codes) {
    if (spec.type() == IndexType.HNSW_SQ) {
      RowPrecision walked = RowPrecision.walked(spec);
      long refined = RowPrecision.refined(spec).map(this::bytes).orElse(0L);
      long nibbles = bytes(RowPrecision.SQ4U);
      boolean between = walked == RowPrecision.RABITQ && refined > nibbles;
      return bytes(walked) + refined + (between ? nibbles : 0);
    }
    if (ProductRows.has(spec)) {
      ProductCodes.Shape shape = ProductRows.shape(spec, dimension, rows);
      return ProductCodes.rowBytes(shape, Shapes.walkedDistance(spec.metric()))
          + RowPrecision.refined(spec).map(this::bytes).orElse(0L);
    }
    if (spec.type() == IndexType.AUTOINDEX && type != ElementType.INT8 && codes > 0) {
      long signs = SignCodes.rowBytes(dimension) + bytes(RowPrecision.SQ4U);
      return rowBytes + Math.max(codes, signs);
    }
    return rowBytes + (type == ElementType.INT8 ? 0 : codes);
  }

  private long bytes(RowPrecision precision) {
    return switch (precision) {
      case RABITQ -> SignCodes.rowBytes(dimension);
      case SQ4U -> dimension / 2 + 4L;
      case SQ6 -> dimension * 3L / 4 + 4;
      case SQ8 -> codeBytes();
      case BF16, FP16 -> ElementType.FLOAT16.paddedBytes(dimension);
      case FP32 -> floatBytes;
    };
  }
}
