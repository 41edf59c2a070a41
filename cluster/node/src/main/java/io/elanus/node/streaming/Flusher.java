package io.elanus.node.streaming;

import io.elanus.segment.SealedSegment;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides when growing rows and buffered deletes of a channel become durable outside of the log,
 * and hands reads over to the files when they are; {@link FlushWork} does the work in between, one
 * round at a time. Used by the channel's loop only.
 */
final class Flusher {
  /** Of one shard in a round; more wait for the next. */
  private static final int DELETE_FILES = 64;

  /** Of the log; not worth a segment for every open one. */
  private static final long LITTLE_BYTES = 1 << 20;

  private final HeldShards shards;
  private final Oracle oracle;
  private final Sealing sealing;
  private final AgeWatch ages;
  private final Checkpoint checkpoint;
  private final MemoryBudget budget;
  private final FlushWork work;
  private boolean deletesRequested;
  private boolean running;

  Flusher(
      HeldShards shards,
      Oracle oracle,
      Sealing sealing,
      AgeWatch ages,
      Checkpoint checkpoint,
      MemoryBudget budget,
      FlushWork work) {
    this.shards = shards;
    this.oracle = oracle;
    this.sealing = sealing;
    this.ages = ages;
    this.checkpoint = checkpoint;
    this.budget = budget;
    this.work = work;
  }

  /** The next round takes the buffered deletes along, and begins now if none runs. */
  void request() {
    deletesRequested = true;
    consider();
  }

  /**
   * Seals all that grows and begins a round unless one runs, so that a next owner has less to
   * replay.
   *
   * @return bytes of log since the checkpoint while a round makes them less, otherwise 0
   */
  long lighten() {
    if (!running && checkpoint.heldBytes() > LITTLE_BYTES) {
      for (Shard shard : shards.unflushed()) {
        shard.seal(growing -> true);
      }
      request();
    }
    return running ? checkpoint.heldBytes() : 0;
  }

  /** After writes: seals what is due and begins a round if there is a reason. */
  void consider() {
    giveWay();
    boolean deletesDue = sealing.sealDue(checkpoint.heldBytes()) || deletesRequested;
    ages.consider(this::consider);
    if (running || work.stopped()) {
      return;
    }
    List<Growing> sealed = sealing.sealed();
    if (sealed.isEmpty() && !(deletesDue && sealing.anyDeletes()) && !sealing.cutDue(checkpoint)) {
      deletesRequested = false;
      return;
    }
    deletesRequested = false;
    running = work.begin(round(sealed), this::finish);
  }

  /** Lets rows that were kept in memory go to their files while memory is short. */
  void giveWay() {
    if (!budget.spare()) {
      for (Growing growing : shards.kept()) {
        growing.giveWay();
        if (budget.spare()) {
          return;
        }
      }
    }
  }

  private FlushRound round(List<Growing> sealed) {
    Map<Shard, List<DeleteBuffer.Batch>> deletes = new HashMap<>();
    for (Shard shard : shards.unflushed()) {
      if (shard.deletes().unflushedKeys() > 0) {
        deletes.put(shard, shard.deletes().beginFlush(DELETE_FILES));
        deletesRequested |= shard.deletes().firstPositionAfterFlush().isPresent();
      }
    }
    return new FlushRound(sealed, deletes, oracle.seen());
  }

  private void finish(FlushWork.Flushed flushed) {
    FlushRound round = flushed.round();
    round.segments().forEach(Growing::markFlushed);
    round.segments().forEach(growing -> serveFromFiles(round, growing, flushed.files()));
    for (Shard shard : shards.unflushed()) {
      shard.letGo(flushed.unneeded()::contains);
    }
    round.shardsWithDeletes().forEach(shard -> shard.deletes().flushPublished());
    shards.tidy();
    checkpoint.moveTo(flushed.checkpoint());
    running = false;
    consider();
  }

  /**
   * The files get the deletes that came since they were written. Rows that searches find by a graph
   * stay in memory beside them while there is room, for without an index the files would be
   * scanned; the others go at once. The next view takes their place as soon as it has the index.
   */
  private void serveFromFiles(FlushRound round, Growing growing, FlushedFiles mapped) {
    Optional<Shard> shard = shards.find(growing.channel()).filter(each -> each.holds(growing));
    Optional<SealedSegment> files = mapped.of(growing);
    if (shard.isEmpty() || files.isEmpty()) {
      return;
    }
    for (DeleteBuffer.Batch batch : shard.get().deletes().after(round.deletesAppliedUpTo())) {
      if (batch.reaches(growing.partitionId())) {
        long[] timestamps = new long[batch.keys().size()];
        Arrays.fill(timestamps, batch.timestamp());
        files.get().delete(batch.keys(), timestamps);
      }
    }
    files.get().changeSchema(shard.get().schema());
    mapped.handOver(growing, growing.linked() && budget.spare());
  }
}
