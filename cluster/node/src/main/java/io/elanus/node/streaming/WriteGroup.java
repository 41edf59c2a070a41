package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.node.streaming.ChannelLog.Placed;
import io.elanus.node.streaming.LogEntry.Part;
import io.elanus.roles.StreamingNode.Outcome;
import io.elanus.roles.StreamingNode.Rows;
import io.elanus.roles.StreamingNode.Stale;
import io.elanus.roles.StreamingNode.Write;
import io.elanus.roles.StreamingNode.Written;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Writes that become durable with one append: first every request is judged and staged, then the
 * batch is appended, then what was staged is applied, and last the callers are told.
 */
final class WriteGroup {
  private static final System.Logger LOG = System.getLogger(WriteGroup.class.getName());

  /** What groups of a channel work with. */
  record Tools(
      Oracle oracle,
      MemoryBudget budget,
      RequestMemory requests,
      HeldShards shards,
      DeleteForwarder forwarder,
      GraphUpkeep graphs) {}

  /** A new growing segment; part of its shard only once the append has succeeded. */
  private record Created(Shard shard, Growing growing, int entry) {}

  private record Target(Growing growing, Part part, Keys keys) {}

  private record Staged(WriteRequest request, long timestamp, int entry, List<Target> targets) {}

  private record Answer(WriteRequest request, Outcome outcome) {}

  private final Tools tools;
  private final ChannelLog.Batch batch;
  private final List<Created> created = new ArrayList<>();
  private final List<Staged> staged = new ArrayList<>();
  private final List<Answer> answers = new ArrayList<>();
  private final Map<String, Long> stagedRequests = new HashMap<>();

  WriteGroup(Tools tools, ChannelLog.Batch batch) {
    this.tools = tools;
    this.batch = batch;
  }

  ChannelLog.Batch batch() {
    return batch;
  }

  /** That are staged, keys of deletes included. */
  long rows() {
    long rows = 0;
    for (Staged each : staged) {
      rows += each.request().write().deletes().map(Keys::size).orElse(0);
      for (Target target : each.targets()) {
        rows += target.keys().size();
      }
    }
    return rows;
  }

  /** Of what is staged, in memory. */
  long bytes() {
    return staged.stream().mapToLong(each -> each.request().bytes()).sum();
  }

  /** Judges a request; one that is refused is told at once, for nothing happened. */
  void add(WriteRequest request, long timestamp) {
    try {
      judge(request, timestamp);
    } catch (RuntimeException refused) {
      request.refuse(refused, tools.budget());
    }
  }

  private void judge(WriteRequest request, long timestamp) {
    Write write = request.write();
    OptionalLong before = earlier(write.requestId());
    if (before.isPresent()) {
      request.free(tools.budget());
      answers.add(new Answer(request, new Written(before.getAsLong())));
      return;
    }
    check(request.shard(), write);
    if (stale(request.shard(), write)) {
      request.free(tools.budget());
      answers.add(new Answer(request, new Stale()));
      return;
    }
    stage(request, timestamp);
    answers.add(new Answer(request, new Written(timestamp)));
  }

  private OptionalLong earlier(String requestId) {
    Long inGroup = requestId.isEmpty() ? null : stagedRequests.get(requestId);
    return inGroup != null ? OptionalLong.of(inGroup) : tools.requests().find(requestId);
  }

  private void check(Shard shard, Write write) {
    if (shard.dropped()) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_FOUND, "the collection was dropped")
          .with("channel", shard.channel());
    }
    if (write.schemaVersion() != shard.schema().version()) {
      throw new ElanusException(
              ErrorCode.SCHEMA_MISMATCH, "rows were made for another version of the schema")
          .with("version", write.schemaVersion())
          .with("current", shard.schema().version());
    }
    RowCheck.check(shard.schema(), write);
    for (Rows rows : write.inserts()) {
      if (!shard.hasPartition(rows.partitionId())) {
        throw new ElanusException(
                ErrorCode.PARTITION_NOT_FOUND, "the collection has no such partition")
            .with("partition", rows.partitionId());
      }
    }
  }

  private static boolean stale(Shard shard, Write write) {
    return write.readTimestamp() != 0
        && write.deletes().isPresent()
        && shard.recent().changedSince(write.readTimestamp(), write.deletes().get());
  }

  private void stage(WriteRequest request, long timestamp) {
    Write write = request.write();
    List<Target> targets = new ArrayList<>();
    List<Part> parts = new ArrayList<>();
    for (Rows rows : write.inserts()) {
      if (rows.batch().rows() > 0) {
        Target target = target(request.shard(), rows, timestamp);
        targets.add(target);
        parts.add(target.part());
      }
    }
    LogEntry.Write entry = new LogEntry.Write(write.deletes(), write.deletePartition(), parts);
    write.deletes().ifPresent(keys -> request.shard().remember(timestamp, keys));
    targets.forEach(target -> request.shard().remember(timestamp, target.keys()));
    // the last that may fail: a request that is in the batch is not refused by itself
    int ordinal = batch.add(request.shard().channel(), timestamp, write.requestId(), entry);
    if (!write.requestId().isEmpty()) {
      stagedRequests.put(write.requestId(), timestamp);
    }
    staged.add(new Staged(request, timestamp, ordinal, targets));
  }

  private Target target(Shard shard, Rows rows, long timestamp) {
    Growing growing = growing(shard, rows.partitionId(), timestamp);
    RowBatch batch = rows.batch();
    Part part = new Part(growing.id(), rows.partitionId(), rows.firstRowId(), batch);
    return new Target(growing, part, batch.keys(shard.schema().primaryKey().id()));
  }

  private Growing growing(Shard shard, long partition, long timestamp) {
    for (Created each : created) {
      if (each.shard() == shard && each.growing().partitionId() == partition) {
        return each.growing();
      }
    }
    return shard.open(partition).orElseGet(() -> create(shard, partition, timestamp));
  }

  private Growing create(Shard shard, long partition, long timestamp) {
    Growing growing =
        new Growing(
            shard.identity(tools.oracle().nextId(), partition), shard.schema(), tools.budget());
    LogEntry entry = new LogEntry.CreateSegment(growing.id(), partition, shard.schema());
    created.add(new Created(shard, growing, batch.add(shard.channel(), timestamp, "", entry)));
    return growing;
  }

  /** Everything is durable: makes it visible. */
  void apply(Placed placed) {
    for (Created each : created) {
      each.growing().startsAt(placed.starts()[each.entry()], placed.after(each.entry()));
      each.shard().add(each.growing());
    }
    for (Staged each : staged) {
      apply(each, placed);
    }
  }

  private void apply(Staged each, Placed placed) {
    Write write = each.request().write();
    long position = placed.starts()[each.entry()];
    if (write.deletes().isPresent() && write.deletes().get().size() > 0) {
      delete(
          each.request().shard(),
          new DeleteBuffer.Batch(
              write.deletes().get(), each.timestamp(), write.deletePartition(), position));
    }
    tools.shards().touched(each.request().shard());
    for (Target target : each.targets()) {
      Part part = target.part();
      each.request()
          .handOver(target.growing().append(part, each.timestamp(), placed.after(each.entry())));
      tools.graphs().consider(target.growing());
    }
    each.request().free(tools.budget());
    tools.requests().remember(write.requestId(), each.timestamp());
  }

  /** Hides the keys in growing rows, and in sealed ones before the tick passes. */
  private void delete(Shard shard, DeleteBuffer.Batch deletes) {
    shard.delete(deletes);
    tools.forwarder().forward(shard, deletes);
  }

  /** Tells the callers, after the tick has passed. */
  void acknowledge() {
    answers.forEach(answer -> answer.request().outcome().complete(answer.outcome()));
  }

  /** Gets memory ready for a group like this one, if there is any. */
  void makeRoom() {
    try {
      for (Staged each : staged) {
        each.targets().forEach(target -> target.growing().makeRoom(target.part().batch().rows()));
      }
    } catch (OutOfMemoryError none) {
      LOG.log(WARNING, "no memory to get ready for the next writes", none);
    }
  }

  /** Nothing of the group was appended, as far as this owner knows: the callers get the error. */
  void fail(ElanusException error) {
    abandon();
    answers.forEach(answer -> answer.request().refuse(error, tools.budget()));
  }

  /** Nothing of the group was appended: the channel has another owner. */
  void moved() {
    abandon();
    answers.forEach(answer -> answer.request().moved(tools.budget()));
  }

  /** The group is durable and applied in part; what the shards hold by now stays theirs. */
  void failApplied(ElanusException error) {
    for (Created each : created) {
      if (!each.shard().holds(each.growing())) {
        each.growing().letGo();
      }
    }
    answers.forEach(answer -> answer.request().refuse(error, tools.budget()));
  }

  /** Nothing of the group will be appended. */
  void abandon() {
    created.forEach(each -> each.growing().letGo());
  }
}
