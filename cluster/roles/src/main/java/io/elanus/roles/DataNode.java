package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import java.util.List;

/** Compaction (import and statistics later). */
public interface DataNode {
  /**
   * Merges segments of one shard and partition into one.
   *
   * @param target id of the segment to write
   * @param retainedFrom deletes before it may remove rows for good; later ones must still hide and
   *     show rows at pinned timestamps
   * @param expiredBefore rows written before it are dropped; 0: none
   */
  record Compaction(
      long target,
      List<Segments.Segment> sources,
      CollectionSchema schema,
      List<Segments.DeleteFile> deletes,
      long retainedFrom,
      long expiredBefore) {}

  /**
   * The written segment, not yet published; one with 0 rows when nothing was left. Idempotent by
   * target id.
   */
  Segments.Segment compact(Compaction compaction);
}
