package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Holds sealed segments as mapped files and executes reads on them. */
public interface QueryNode {
  /**
   * @param fields to load; empty: all
   * @param deletes every delete file of the shard that may concern the segment
   */
  record Load(
      Segments.Segment segment,
      CollectionSchema schema,
      Set<Long> fields,
      List<Segments.IndexFile> indexes,
      List<Segments.DeleteFile> deletes) {}

  /** Maps a segment, applies its deletes; loading a loaded one attaches new indexes and deletes. */
  void load(Load load);

  /** Lets segments go once no read uses them. */
  void release(List<Long> segments);

  /**
   * Rows of these keys written before the timestamp are hidden from reads at or after it; {@code
   * partition} empty: in all.
   */
  record Deletes(List<Long> segments, Keys keys, long[] timestamps, Optional<Long> partition) {}

  void delete(Deletes deletes);

  Reads.Hits search(List<Long> segments, Reads.Search search);

  Reads.Found query(List<Long> segments, Reads.Query query);

  /** The rows in the order asked for; SEGMENT_NOT_FOUND when the segment of one is not loaded. */
  RowBatch fetch(Reads.Fetch fetch);

  /**
   * @param rows and bytes, as the segment was when it was written
   * @param indexedFields with an index in use, ascending
   */
  record Loaded(
      long segmentId, long collectionId, long rows, long bytes, List<Long> indexedFields) {}

  List<Loaded> loaded();

  /**
   * What the node has to do.
   *
   * @param bytes of loaded segments, as they were when they were written
   * @param capacityBytes memory of its machine or container
   * @param readMicros how long reads took in a second of late, by collection id: 1,000,000 is one
   *     at a time, always
   */
  record Usage(long bytes, long capacityBytes, Map<Long, Long> readMicros) {}

  Usage usage();
}
