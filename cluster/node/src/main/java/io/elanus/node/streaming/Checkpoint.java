package io.elanus.node.streaming;

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

  /** Where the request ids end that were written again last. */
  private long requestsEnd;

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

  /** Bytes behind the checkpoint that hold nothing more to flush, but for what it wrote itself. */
  long idleBytes() {
    return lowestNeeded(log.endPosition(), Set.of()) - Math.max(position, requestsEnd);
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
      ChannelLog.Placed placed = log.append("", now, remembered);
      next = placed.starts()[0];
      requestsEnd = placed.end();
    }
    return lowestNeeded(next, Set.copyOf(round.segments()));
  }

  /** At most {@code end}; rows of {@code flushing} are not needed in the log. */
  private long lowestNeeded(long end, Set<Growing> flushing) {
    long lowest = end;
    for (Shard shard : shards.unflushed()) {
      for (Growing growing : shard.unflushed()) {
        if (!flushing.contains(growing)) {
          lowest = Math.min(lowest, growing.firstPosition());
        }
      }
      lowest = Math.min(lowest, shard.deletes().firstPositionAfterFlush().orElse(lowest));
    }
    return lowest;
  }
}
