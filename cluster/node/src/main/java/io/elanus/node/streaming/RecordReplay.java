package io.elanus.node.streaming;

import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import java.util.function.LongPredicate;

/** What a record of the log does to its shard, where it is read and not written. */
final class RecordReplay {
  /** What follows from a record beyond the shard's own memory. */
  interface Consequences {
    /** At the end of a replay everything is told at once. */
    Consequences NONE =
        new Consequences() {
          @Override
          public void deleted(Shard shard, DeleteBuffer.Batch deletes) {}

          @Override
          public void appended(Growing growing) {}
        };

    void deleted(Shard shard, DeleteBuffer.Batch deletes);

    void appended(Growing growing);
  }

  private final LongPredicate persisted;
  private final MemoryBudget budget;
  private final Consequences consequences;

  /**
   * @param persisted segments whose rows are in files: they are skipped
   */
  RecordReplay(LongPredicate persisted, MemoryBudget budget, Consequences consequences) {
    this.persisted = persisted;
    this.budget = budget;
    this.consequences = consequences;
  }

  /**
   * Applies a whole record to the shard it names.
   *
   * @param after the position of the next record
   */
  void apply(Shard shard, Decoded record, long position, long after) {
    long timestamp = record.header().timestamp();
    switch (record.entry()) {
      case LogEntry.Write write -> write(shard, write, timestamp, position, after);
      case LogEntry.CreateSegment create -> create(shard, create, position, after);
      case LogEntry.Flush flush -> shard.seal(growing -> flush.segments().contains(growing.id()));
      case LogEntry.ChangeSchema change -> shard.seal(growing -> true);
      case LogEntry.DropShard drop -> shard.drop();
      case LogEntry.DropPartition drop -> shard.dropPartition(drop.partitionId());
      case LogEntry.Truncate truncate -> shard.truncate(truncate.before(), timestamp);
      case LogEntry.Requests other -> throw new AssertionError("has no shard");
      case LogEntry.Begin begin -> throw new AssertionError("was assembled");
      case LogEntry.Piece piece -> throw new AssertionError("was assembled");
      case LogEntry.Commit commit -> throw new AssertionError("was assembled");
    }
  }

  private void create(Shard shard, LogEntry.CreateSegment create, long position, long after) {
    if (persisted.test(create.segmentId()) || !shard.hasPartition(create.partitionId())) {
      return;
    }
    Growing growing =
        new Growing(
            shard.identity(create.segmentId(), create.partitionId()), create.schema(), budget);
    growing.startsAt(position, after);
    shard.add(growing);
  }

  private void write(Shard shard, LogEntry.Write write, long timestamp, long position, long after) {
    if (write.deletes().isPresent() && write.deletes().get().size() > 0) {
      var deletes =
          new DeleteBuffer.Batch(
              write.deletes().get(), timestamp, write.deletePartition(), position);
      shard.delete(deletes);
      consequences.deleted(shard, deletes);
    }
    for (Part part : write.inserts()) {
      // A segment without a create record above the checkpoint has been flushed.
      shard
          .local(part.segmentId())
          .ifPresent(growing -> {
            budget.charge(growing.append(part, timestamp, after));
            consequences.appended(growing);
          });
    }
  }
}
