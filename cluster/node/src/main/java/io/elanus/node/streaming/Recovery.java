package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.disk.Failpoints;
import io.elanus.log.Log;
import io.elanus.log.LogReader;
import io.elanus.log.LogRecord;
import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import io.elanus.node.streaming.LogRecordCodec.Header;
import io.elanus.roles.DataCoord.Grant;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Rebuilds the memory of a channel's owner by replay from the checkpoint: growing segments,
 * buffered deletes and request ids. Rows of persisted segments are skipped, and so are records of
 * collections that no longer exist and requests without a commit.
 */
final class Recovery {
  private static final System.Logger LOG = System.getLogger(Recovery.class.getName());

  private final Log log;
  private final Grant grant;
  private final ShardOpener opener;
  private final MemoryBudget budget;
  private final RequestMemory requests;
  private final RecordAssembly assembly = new RecordAssembly();
  private final Map<Long, Segments.Segment> persisted = new HashMap<>();
  private final Map<String, Optional<Shard>> shards = new HashMap<>();
  private long lastTimestamp;

  Recovery(Log log, Grant grant, ShardOpener opener, MemoryBudget budget, RequestMemory requests) {
    this.log = log;
    this.grant = grant;
    this.opener = opener;
    this.budget = budget;
    this.requests = requests;
    grant.persisted().forEach(segment -> persisted.put(segment.id(), segment));
  }

  /**
   * The shards that records were found of; throws DATA_INTEGRITY for a damaged log. What was
   * replayed before a failure is freed.
   */
  List<Shard> replay() {
    long started = System.nanoTime();
    try {
      readLog();
      List<Shard> live = finish();
      LOG.log(
          DEBUG,
          "replayed {0} bytes of log in {1} µs",
          log.endPosition() - grant.checkpoint(),
          (System.nanoTime() - started) / 1000);
      return live;
    } catch (RuntimeException | Error failed) {
      shards.values().forEach(each -> each.ifPresent(Shard::close));
      throw failed;
    }
  }

  private void readLog() {
    try (LogReader reader = log.read(grant.checkpoint())) {
      long begin = -1;
      for (Optional<LogRecord> next = reader.next(); next.isPresent(); next = reader.next()) {
        Failpoints.hit("streaming.replay.record");
        LogRecord record = next.get();
        Decoded decoded = LogRecordCodec.decode(record.payload());
        lastTimestamp = Math.max(lastTimestamp, decoded.header().timestamp());
        if (begin < 0 || !isPiece(decoded.entry())) {
          begin = record.position();
        }
        long first = begin;
        assembly.take(decoded).ifPresent(whole -> apply(whole, first, record.nextPosition()));
      }
    }
  }

  /** The sequence of the last record; 0 when there is none. */
  long lastSequence() {
    return assembly.lastSequence();
  }

  /** The largest of a record; 0 when there is none. */
  long lastTimestamp() {
    return lastTimestamp;
  }

  private static boolean isPiece(LogEntry entry) {
    return entry instanceof LogEntry.Piece || entry instanceof LogEntry.Commit;
  }

  private List<Shard> finish() {
    List<Shard> live = new ArrayList<>();
    for (Optional<Shard> each : shards.values()) {
      if (each.isPresent() && !each.get().dropped()) {
        Shard shard = each.get();
        shard.seal(growing -> growing.schema().version() != shard.schema().version());
        shard.changeSchema(shard.schema());
        shard.letGo(growing -> growing.rows() == 0 || shard.truncated(growing));
        live.add(shard);
      }
    }
    return live;
  }

  private void apply(Decoded record, long position, long after) {
    Header header = record.header();
    if (record.entry() instanceof LogEntry.Requests remembered) {
      for (int i = 0; i < remembered.ids().size(); i++) {
        requests.remember(remembered.ids().get(i), remembered.timestamps()[i]);
      }
      return;
    }
    shards
        .computeIfAbsent(header.channel(), opener::find)
        .filter(shard -> !shard.dropped())
        .ifPresent(shard -> apply(shard, record, position, after));
  }

  private void apply(Shard shard, Decoded record, long position, long after) {
    long timestamp = record.header().timestamp();
    switch (record.entry()) {
      case LogEntry.Write write -> {
        requests.remember(record.header().requestId(), timestamp);
        replayWrite(shard, write, timestamp, position, after);
      }
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
    if (persisted.containsKey(create.segmentId()) || !shard.hasPartition(create.partitionId())) {
      return;
    }
    Growing growing =
        new Growing(
            shard.identity(create.segmentId(), create.partitionId()), create.schema(), budget);
    growing.startsAt(position, after);
    shard.add(growing);
  }

  private void replayWrite(
      Shard shard, LogEntry.Write write, long timestamp, long position, long after) {
    if (write.deletes().isPresent() && write.deletes().get().size() > 0) {
      shard.delete(
          new DeleteBuffer.Batch(
              write.deletes().get(), timestamp, write.deletePartition(), position));
    }
    for (Part part : write.inserts()) {
      // A segment without a create record above the checkpoint has been flushed.
      shard
          .local(part.segmentId())
          .ifPresent(growing -> budget.charge(growing.append(part, timestamp, after)));
    }
  }
}
