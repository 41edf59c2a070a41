package io.elanus.index.vector.rows;

import io.elanus.index.IndexSpec;
import io.elanus.index.IndexType;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ProductCodes;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/**
 * Rows of a graph as product codes: HNSW_PQ's, and HNSW_PRQ's of several stages.
 *
 * <p>Sections: CODES, [slots × rowBytes]; CODEBOOKS, float32: [dimension] the mean of the rows,
 * then [subspaces × stages × dimension of a subspace × 2^bits] entries.
 */
public final class ProductRows {
  private static final int DEFAULT_BITS = 8;

  /** A codebook of more entries than this costs more to ask than it gives. */
  private static final int MOST_BITS = 12;

  /** Few rows lower the bits to this; entries that no row was there to learn are zero. */
  private static final int LEAST_BITS = 4;

  /** Numbers in all codebooks together; bits are lowered to it, which only odd shapes need. */
  private static final long MOST_NUMBERS = 1L << 26;

  private ProductRows() {}

  /** Whether an index walks on product codes. */
  public static boolean has(IndexSpec spec) {
    return spec.type() == IndexType.HNSW_PQ || spec.type() == IndexType.HNSW_PRQ;
  }

  /** What was asked for, with no more entries than there are rows. */
  public static ProductCodes.Shape shape(IndexSpec spec, int dimension, long rows) {
    boolean residual = spec.type() == IndexType.HNSW_PRQ;
    int subspaces = spec.integer("m", residual ? 2 : 32);
    int stages = residual ? spec.integer("nrq", 2) : 1;
    int bits = Math.min(spec.integer("nbits", DEFAULT_BITS), MOST_BITS);
    while (bits > LEAST_BITS
        && (1L << bits > rows || (long) dimension * stages << bits > MOST_NUMBERS)) {
      bits--;
    }
    return new ProductCodes.Shape(subspaces, stages, bits);
  }

  /** Bytes of codebooks. */
  public static long bookBytes(ProductCodes.Shape shape, int dimension) {
    return 4L * (dimension + ProductCodes.entries(shape, dimension));
  }

  /** Learns codebooks from the rows and encodes all of them. */
  public static CodedRows encode(IndexSpec spec, RowTable floats, Workers workers, Arena arena) {
    ProductCodes.Shape shape = shape(spec, floats.dimension(), floats.count());
    Distance distance = Shapes.walkedDistance(spec.metric());
    ProductCodes codes = new ProductTraining(floats, shape, workers).run(distance);
    return CodedRows.encode(codes, floats, workers, arena);
  }

  public static void addTo(
      CodedRows rows, Map<IndexFileFormat.Section, MemorySegment> sections, Arena arena) {
    ProductCodes codes = (ProductCodes) rows.codes();
    float[] mean = codes.mean();
    float[] entries = codes.entries();
    MemorySegment books = arena.allocate(4L * (mean.length + entries.length), 64);
    MemorySegment.copy(mean, 0, books, IndexFileFormat.FLOAT, 0, mean.length);
    MemorySegment.copy(entries, 0, books, IndexFileFormat.FLOAT, 4L * mean.length, entries.length);
    sections.put(IndexFileFormat.Section.CODEBOOKS, books);
    sections.put(IndexFileFormat.Section.CODES, rows.data());
  }

  public static CodedRows open(IndexFile file, int slots) {
    Metric metric = file.spec().metric();
    ProductCodes.Shape shape = shape(file.spec(), file.dimension(), slots);
    MemorySegment books =
        file.section(IndexFileFormat.Section.CODEBOOKS, bookBytes(shape, file.dimension()));
    float[] mean = new float[file.dimension()];
    float[] entries = new float[ProductCodes.entries(shape, file.dimension())];
    MemorySegment.copy(books, IndexFileFormat.FLOAT, 0, mean, 0, mean.length);
    MemorySegment.copy(books, IndexFileFormat.FLOAT, 4L * mean.length, entries, 0, entries.length);
    for (float entry : entries) {
      file.check(Float.isFinite(entry), "codebooks");
    }
    ProductCodes codes = new ProductCodes(shape, Shapes.walkedDistance(metric), mean, entries);
    long bytes = (long) slots * codes.rowBytes();
    return new CodedRows(codes, file.section(IndexFileFormat.Section.CODES, bytes));
  }
}
