package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.IndexMemory;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.disk.DiskGraphBuild;
import io.elanus.index.vector.flat.FlatIndex;
import io.elanus.index.vector.graph.HnswBuild;
import io.elanus.index.vector.lists.CodedIvfBuild;
import io.elanus.index.vector.lists.IvfBuild;
import io.elanus.index.vector.signatures.MinHashIndex;
import io.elanus.index.vector.trees.AnnoyBuild;

/**
 * What index files and their builds take, told from the rows and the parameters by the family that
 * builds them. The parts are those that the builders say their files have; small ones are left out.
 */
final class MemoryForecast {
  private MemoryForecast() {}

  static IndexMemory of(IndexSpec spec, DenseRows rows) {
    return switch (spec.type()) {
      case FLAT, BIN_FLAT -> FlatIndex.forecast(rows);
      case AUTOINDEX ->
          VectorIndexes.scansAutomatically(spec, rows)
              ? FlatIndex.forecast(rows)
              : HnswBuild.forecast(spec, rows);
      case HNSW, HNSW_SQ, HNSW_PQ, HNSW_PRQ -> HnswBuild.forecast(spec, rows);
      case DISKANN, AISAQ -> DiskGraphBuild.forecast(spec, rows);
      case IVF_FLAT, BIN_IVF_FLAT -> IvfBuild.forecast(spec, rows);
      case IVF_SQ8, IVF_PQ, SCANN, IVF_RABITQ, IVF_RABITQ_FASTSCAN ->
          CodedIvfBuild.forecast(spec, rows);
      case ANNOY -> AnnoyBuild.forecast(spec, rows);
      case MINHASH_LSH -> MinHashIndex.forecast(spec, rows);
      case SPARSE_INVERTED_INDEX, INVERTED, BITMAP, STL_SORT, TRIE ->
          throw new IllegalArgumentException(spec.type() + " is not on dense vectors");
    };
  }
}
