package io.elanus.index.vector;

import io.elanus.index.BuildContext;
import io.elanus.index.DenseRows;
import io.elanus.index.IndexSpec;
import io.elanus.index.SparseRows;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorRows;
import java.lang.foreign.Arena;
import java.nio.file.Path;

/** Builds, opens and improvises vector indexes. */
public final class VectorIndexes {
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
    throw new UnsupportedOperationException("arrives with the indexes");
  }

  /**
   * Opens an index file, mapped into {@code arena} and used in place. Its checksum and every row id
   * in it are verified once.
   *
   * @throws io.elanus.schema.ElanusException DATA_INTEGRITY for a file that is damaged or not of
   *     this format
   */
  public static VectorIndex open(Path file, Arena arena) {
    throw new UnsupportedOperationException("arrives with the indexes");
  }

  /**
   * An exact index over rows in place: growing rows, small segments, and the judge of recall. Works
   * for every spec and type of column.
   */
  public static VectorIndex exact(IndexSpec spec, VectorRows rows) {
    return switch (rows) {
      case DenseRows dense -> ExactIndex.of(spec, dense);
      case SparseRows sparse -> new SparseExactIndex(spec, sparse);
    };
  }
}
