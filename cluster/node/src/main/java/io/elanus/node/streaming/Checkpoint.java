package io.elanus.node.streaming;

import java.util.HashSet;
import java.util.Set;

/**
 * The position of the log from which a new owner of the channel must replay: nothing that is in
 * memory only is below it. Used by the channel's loop only.
 */
final class Checkpoint {
  private final ChannelLog log;
  private final HeldShards shards;
  private final Oracle oracle;
  private final RequestMemory requests;
  private long position;

  /**
   * @param position as it was published last
   */
  Checkpoint(
      ChannelLog log, HeldShards shards, Oracle oracle, RequestMemory requests, long position) {
    this.log = log;
    this.shards = shards;
    this.oracle = oracle;
    this.requests = requests;
    this.position = position;
  }

  /** Bytes that the log holds since the checkpoint. */
  long heldBytes() {
    return log.endPosition() - position;
  }

  /** The position was published. */
  void moveTo(long published) {
    position = published;
  }

  /**
   * The checkpoint once the round is published. Request ids below it are written to the log again
   * first.
   */
  long after(FlushRound round) {
    long next = log.endPosition();
    long now = oracle.timestamps(1);
    LogEntry.Requests remembered = requests.snapshot(now);
    if (!remembered.ids().isEmpty()) {
      next = log.append("", now, remembered).starts()[0];
    }
    Set<Growing> flushing = new HashSet<>(round.segments());
    for (Shard shard : shards.unflushed()) {
      for (Growing growing : shard.unflushed()) {
        if (!flushing.contains(growing)) {
          next = Math.min(next, growing.firstPosition());
        }
      }
      next = Math.min(next, shard.deletes().firstPositionAfterFlush().orElse(next));
    }
    return next;
  }
}
