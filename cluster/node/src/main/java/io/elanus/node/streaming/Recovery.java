package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.log.Log;
import io.elanus.node.streaming.LogRecordCodec.Decoded;
import io.elanus.node.streaming.LogRecordCodec.Header;
import io.elanus.node.streaming.WholeRecords.Whole;
import io.elanus.roles.DataCoord.Grant;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

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
  private final RequestMemory requests;
  private final RecordReplay replay;
  private final Map<String, Optional<Shard>> shards = new HashMap<>();
  private long lastSequence;
  private long lastTimestamp;

  Recovery(Log log, Grant grant, ShardOpener opener, MemoryBudget budget, RequestMemory requests) {
    this.log = log;
    this.grant = grant;
    this.opener = opener;
    this.requests = requests;
    Set<Long> persisted =
        grant.persisted().stream().map(Segments.Segment::id).collect(Collectors.toSet());
    this.replay = new RecordReplay(persisted::contains, budget, RecordReplay.Consequences.NONE);
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
    try (WholeRecords records = new WholeRecords(log, grant.checkpoint())) {
      for (Optional<Whole> next = records.next(); next.isPresent(); next = records.next()) {
        apply(next.get());
      }
      lastSequence = records.lastSequence();
      lastTimestamp = records.lastTimestamp();
    }
  }

  /** The sequence of the last record; 0 when there is none. */
  long lastSequence() {
    return lastSequence;
  }

  /** The largest of a record; 0 when there is none. */
  long lastTimestamp() {
    return lastTimestamp;
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

  private void apply(Whole whole) {
    Decoded record = whole.decoded();
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
        .ifPresent(shard -> {
          if (record.entry() instanceof LogEntry.Write) {
            requests.remember(header.requestId(), header.timestamp());
          }
          replay.apply(shard, record, whole.position(), whole.after());
        });
  }
}
