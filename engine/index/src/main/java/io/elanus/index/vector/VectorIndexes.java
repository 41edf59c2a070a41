package io.elanus.index.vector;

import io.elanus.index.AutomaticForm;
import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexOrigin;
import io.elanus.index.IndexSpec;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorRows;
import io.elanus.index.vector.disk.DiskGraphBuild;
import io.elanus.index.vector.disk.DiskGraphIndex;
import io.elanus.index.vector.file.IndexFile;
import io.elanus.index.vector.flat.ExactIndex;
import io.elanus.index.vector.flat.FlatIndex;
import io.elanus.index.vector.graph.HnswBuild;
import io.elanus.index.vector.graph.HnswIndex;
import io.elanus.index.vector.lists.CodedIvfBuild;
import io.elanus.index.vector.lists.CodedIvfIndex;
import io.elanus.index.vector.lists.IvfBuild;
import io.elanus.index.vector.lists.IvfIndex;
import io.elanus.index.vector.signatures.MinHashIndex;
import io.elanus.index.vector.sparse.SparseBuild;
import io.elanus.index.vector.sparse.SparseExactIndex;
import io.elanus.index.vector.sparse.SparseIndex;
import io.elanus.index.vector.trees.AnnoyBuild;
import io.elanus.index.vector.trees.AnnoyIndex;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Metric;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/** Builds, opens and improvises vector indexes. */
public final class VectorIndexes {
  /** Below this, AUTOINDEX scans without having tried anything else. */
  private static final int FEW_ROWS = 2048;

  private VectorIndexes() {}

  /**
   * Writes one index file.
   *
   * @param rows borrowed for the call
   * @param target does not exist yet; it appears complete and synced, or not at all
   * @throws io.elanus.schema.ElanusException CANCELLED when the context says so, IO_FAILED when the
   *     disk does
   */
  public static void build(IndexSpec spec, VectorRows rows, BuildContext context, Path target) {
    BuildContext rising = new RisingProgress(context);
    switch (rows) {
      case DenseRows dense -> buildDense(spec, dense, rising, target);
      case SparseRows sparse -> SparseBuild.write(spec, sparse, rising, target);
    }
  }

  /** What {@link #build} would need for these rows. */
  public static IndexMemory forecast(IndexSpec spec, VectorRows rows) {
    return switch (rows) {
      case DenseRows dense -> MemoryForecast.of(spec, dense);
      case SparseRows sparse -> SparseBuild.forecast(sparse);
    };
  }

  /** Whether AUTOINDEX scans these rows in any case. */
  static boolean scansAutomatically(IndexSpec spec, DenseRows rows) {
    return rows.count() < FEW_ROWS || spec.metric() == Metric.MHJACCARD;
  }

  private static void buildDense(
      IndexSpec spec, DenseRows rows, BuildContext context, Path target) {
    switch (spec.type()) {
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ -> new HnswBuild(spec, rows, context).write(target);
      case DISKANN, AISAQ -> DiskGraphBuild.write(spec, rows, context, target);
      case AUTOINDEX -> {
        if (scansAutomatically(spec, rows)
            || new HnswBuild(spec, rows, context).write(target) == AutomaticForm.SCAN) {
          FlatIndex.build(AutomaticForm.SCAN.in(spec), rows, context, target);
        }
      }
      case ANNOY -> new AnnoyBuild(spec, rows, context).write(target);
      case MINHASH_LSH -> MinHashIndex.build(spec, rows, context, target);
      case FLAT, BIN_FLAT -> FlatIndex.build(spec, rows, context, target);
      case IVF_FLAT, BIN_IVF_FLAT -> IvfBuild.write(spec, rows, context, target);
      case IVF_SQ8, IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
          new CodedIvfBuild(spec, rows, context).write(target);
      case SPARSE_INVERTED_INDEX, INVERTED, BITMAP, STL_SORT, TRIE ->
          throw new IllegalArgumentException(spec.type() + " is not on dense vectors");
    }
  }

  /**
   * Opens an index file, mapped into {@code arena} and used in place. Its checksums and every row
   * id in it are verified once.
   *
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY for a file that is damaged or not of
   *     this format
   */
  public static VectorIndex open(Path path, Arena arena) {
    return open(IndexFile.open(path, arena));
  }

  /**
   * The same of the index of a column: a file of another column or another build is refused as a
   * damaged one.
   *
   * @param dimension 0 for sparse rows
   * @param count rows of the column
   */
  public static VectorIndex open(
      Path path, Arena arena, IndexOrigin origin, DataType type, int dimension, int count) {
    IndexFile file = IndexFile.open(path, arena);
    file.check(file.type() == type, "of " + file.type());
    file.check(file.dimension() == dimension, "of " + file.dimension() + " dimensions");
    file.check(file.count() == count, "of " + file.count() + " rows");
    file.check(origin.fits(file.spec()), "a " + file.spec());
    file.check(origin.fits(file.checksum()), "of another build");
    return open(file);
  }

  private static VectorIndex open(IndexFile file) {
    try {
      return switch (file.structure()) {
        case FLAT -> FlatIndex.open(file);
        case GRAPH -> HnswIndex.open(file);
        case DISK_GRAPH -> DiskGraphIndex.open(file);
        case INVERTED_LISTS -> IvfIndex.open(file);
        case CODED_LISTS -> CodedIvfIndex.open(file);
        case FOREST -> AnnoyIndex.open(file);
        case SIGNATURE_BANDS -> MinHashIndex.open(file);
        case SPARSE_BLOCKS -> SparseIndex.open(file);
      };
    } catch (IndexOutOfBoundsException
        | IllegalArgumentException
        | ArithmeticException
        | NegativeArraySizeException
        | NoSuchElementException e) { // by numbers and parameters that no build writes
      throw new ElanusException(ErrorCode.DATA_INTEGRITY, "vector index file is damaged", e)
          .with("file", file.path());
    }
  }

  /**
   * An exact index over rows in place: growing rows and segments without an index of their own.
   * Works for every spec and type of column.
   */
  public static VectorIndex exact(IndexSpec spec, VectorRows rows) {
    return switch (rows) {
      case DenseRows dense -> ExactIndex.of(spec, dense);
      case SparseRows sparse -> new SparseExactIndex(spec, sparse);
    };
  }
}
