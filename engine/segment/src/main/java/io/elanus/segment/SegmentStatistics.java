package io.elanus.segment;

import java.util.List;

/**
 * @param rows written, deleted ones counted
 * @param deletedRows rows with a delete
 * @param bytes held: allocated by a growing segment, mapped by a sealed one, indexes counted
 * @param indexedFields fields with an index in use
 * @param damagedIndexes indexes that were refused and are bypassed
 */
public record SegmentStatistics(
    long rows, long deletedRows, long bytes, List<Long> indexedFields, int damagedIndexes) {
  public SegmentStatistics {
    indexedFields = List.copyOf(indexedFields);
  }
}
