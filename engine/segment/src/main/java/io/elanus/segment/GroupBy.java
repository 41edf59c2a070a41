package io.elanus.segment;

import java.util.List;

/**
 * Hits grouped by the value of a field: the best k groups, of each the best {@code size} rows.
 *
 * @param jsonPath keys below a JSON field; empty for the field itself
 * @param strict fill each group as far as rows exist; otherwise the search may end once k groups
 *     were seen
 */
public record GroupBy(long fieldId, List<String> jsonPath, int size, boolean strict) {
  public GroupBy {
    jsonPath = List.copyOf(jsonPath);
    if (size < 1) {
      throw new IllegalArgumentException("group size is " + size);
    }
  }
}
