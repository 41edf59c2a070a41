package io.elanus.node.streaming;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/** What a record of the log says about its shard. */
sealed interface LogEntry {
  /** Rows of one write that go to one growing segment; row ids are consecutive. */
  record Part(long segmentId, long partitionId, long firstRowId, RowBatch batch) {}

  /** Deletes take effect before inserts, all under the record's timestamp. */
  record Write(Optional<Keys> deletes, Optional<Long> deletePartition, List<Part> inserts)
      implements LogEntry {}

  /** Comes before the first row of the segment; the schema is that of its rows. */
  record CreateSegment(long segmentId, long partitionId, CollectionSchema schema)
      implements LogEntry {}

  /** These segments take no more rows. */
  record Flush(List<Long> segments) implements LogEntry {}

  record ChangeSchema(CollectionSchema schema) implements LogEntry {}

  record DropShard() implements LogEntry {}

  record DropPartition(long partitionId) implements LogEntry {}

  /** Rows written before the timestamp are gone. */
  record Truncate(long before) implements LogEntry {}

  /** Request ids whose records lie below the checkpoint that follows, with their timestamps. */
  record Requests(List<String> ids, long[] timestamps) implements LogEntry {}

  /** The next {@code pieces} records together are one record of {@code bytes} bytes. */
  record Begin(int pieces, int bytes) implements LogEntry {}

  record Piece(ByteBuffer bytes) implements LogEntry {}

  record Commit() implements LogEntry {}
}
