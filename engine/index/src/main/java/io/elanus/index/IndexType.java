package io.elanus.index;

import io.elanus.schema.DataType;
import java.util.Locale;
import java.util.Optional;

/** The indexes a user can ask for by name (Milvus documentation, "Index Explained"). */
public enum IndexType {
  FLAT(true),
  IVF_FLAT(true),
  IVF_SQ8(true),
  IVF_PQ(true),
  SCANN(true),
  IVF_RABITQ(true),
  IVF_RABITQ_FASTSCAN(true),
  HNSW(true),
  HNSW_SQ(true),
  HNSW_PQ(true),
  HNSW_PRQ(true),
  DISKANN(true),
  AISAQ(true),
  /** Chosen by the server: on a vector as on a scalar. */
  AUTOINDEX(true),
  ANNOY(true),
  BIN_FLAT(true),
  BIN_IVF_FLAT(true),
  MINHASH_LSH(true),
  SPARSE_INVERTED_INDEX(true),
  INVERTED(false),
  BITMAP(false),
  STL_SORT(false),
  TRIE(false);

  private final boolean vector;

  IndexType(boolean vector) {
    this.vector = vector;
  }

  /** The type of a name as clients write it; letter case is ignored and old spellings are known. */
  public static Optional<IndexType> ofName(String name) {
    String upper = name.toUpperCase(Locale.ROOT);
    return switch (upper) {
      case "SPARSE_WAND" -> Optional.of(SPARSE_INVERTED_INDEX);
      case "MARISA-TRIE" -> Optional.of(TRIE);
      case "ASCENEDING" -> Optional.of(STL_SORT);
      default -> {
        for (IndexType type : values()) {
          if (type.name().equals(upper)) {
            yield Optional.of(type);
          }
        }
        yield Optional.empty();
      }
    };
  }

  /** What this is over such rows: of sparse ones there is one index for AUTOINDEX to choose. */
  public IndexType over(DataType rows) {
    return this == AUTOINDEX && rows == DataType.SPARSE_FLOAT_VECTOR ? SPARSE_INVERTED_INDEX : this;
  }

  /** Whether a vector column can carry it. */
  public boolean vector() {
    return vector;
  }

  /** Whether a scalar column can carry it. */
  public boolean scalar() {
    return !vector || this == AUTOINDEX;
  }
}
