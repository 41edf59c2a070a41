package io.elanus.segment;

import java.util.List;

/**
 * What an index serves.
 *
 * @param path keys of a JSON path; empty for the field itself
 */
record IndexedPath(long fieldId, List<String> path) {
  IndexedPath {
    path = List.copyOf(path);
  }

  /** The field itself. */
  static IndexedPath of(long fieldId) {
    return new IndexedPath(fieldId, List.of());
  }
}
