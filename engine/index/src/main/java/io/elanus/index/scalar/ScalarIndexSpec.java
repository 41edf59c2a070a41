package io.elanus.index.scalar;

import io.elanus.schema.DataType;
import java.util.List;
import java.util.Optional;

/**
 * A scalar index that was asked for and can be built.
 *
 * @param path keys of a JSON path; empty for the column itself
 * @param cast the class of JSON values that are indexed; empty for other columns
 */
public record ScalarIndexSpec(Kind kind, List<String> path, Optional<JsonCast> cast) {
  public ScalarIndexSpec {
    path = List.copyOf(path);
  }

  /** The names of index types. */
  public enum Kind {
    INVERTED,
    BITMAP,
    STL_SORT,
    TRIE,
    AUTOINDEX
  }

  /** Classes of JSON values; values of other classes are not in the index. */
  public enum JsonCast {
    BOOL(DataType.BOOL),
    DOUBLE(DataType.DOUBLE),
    VARCHAR(DataType.VARCHAR);

    private final DataType type;

    JsonCast(DataType type) {
      this.type = type;
    }

    DataType type() {
      return type;
    }
  }
}
