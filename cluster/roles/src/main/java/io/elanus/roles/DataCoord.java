package io.elanus.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Segment life cycle, channel ownership, checkpoints, flush, compaction, garbage. */
public interface DataCoord {
  /**
   * The right to write to a physical channel.
   *
   * @param epoch larger than that of every earlier owner
   * @param checkpoint log position from which the owner replays
   * @param persisted segments of the channel that are flushed or dropped: replay skips their rows
   *     below their last position
   */
  record Grant(String channel, long epoch, long checkpoint, List<Segments.Segment> persisted) {}

  /**
   * Makes {@code nodeId} the owner of a physical channel. Refused with CHANNEL_NOT_AVAILABLE while
   * another node that is there owns it.
   */
  Grant grant(String physicalChannel, long nodeId);

  /**
   * Where to begin to read a physical channel's log, for whoever does not own it.
   *
   * @param checkpoint nothing that is in no file is below it
   * @param persisted segments of the channel that are flushed or dropped and have rows behind it
   */
  record Replay(long checkpoint, List<Segments.Segment> persisted) {}

  Replay replay(String physicalChannel);

  /**
   * Takes a streaming node that is about to end out of use: it is given no channel any more, and
   * those that it has move to others. Answers at once whether it owns none by now; to be asked
   * again until it does, for what was asked is forgotten with the coordinator and with the node.
   * Where no other node is there it keeps what it has.
   */
  boolean drain(long nodeId);

  /** Nodes that were asked to leave and are still there. */
  Set<Long> draining();

  /**
   * Whether a streaming node other than this one reaches the log. Asked by one that does not: if
   * so, its channels are better off elsewhere.
   */
  boolean othersReachLog(long nodeId);

  /**
   * For some seconds the node's channels are better off with others, as far as there are: it cannot
   * serve reads of them. Called again and again while that is so, and by QueryCoord; one that owns
   * nothing is no error.
   */
  void relieve(long nodeId);

  /**
   * A physical channel, as it is recorded.
   *
   * @param owner 0: nobody
   * @param checkpoint log position below which everything is in flushed segments
   */
  record ChannelState(String name, long owner, long epoch, long checkpoint) {}

  /** Every physical channel, those that nobody was given yet included. */
  List<ChannelState> channels();

  /**
   * Has a physical channel served by this streaming node, and leaves it there whatever the balance
   * is, until the node is drained or gone or a coordinator takes over. Answers at once whether the
   * node serves it by now.
   *
   * @throws io.elanus.schema.ElanusException INVALID_PARAMETER when there is no such channel, or no
   *     such node that takes channels
   */
  boolean move(String physicalChannel, long nodeId);

  /**
   * What a flush changes. One that is too large for one transaction comes in several: segments
   * first, then delete files, those of a shard together, and alone at the end the checkpoint. A
   * failure may leave a part of it, with which replay from the old checkpoint is right; repeating
   * it adds what is missing and changes nothing else.
   *
   * @param add segments now flushed
   * @param drop segments replaced
   * @param deletes new delete files; {@code obsoleteDeletes} are object keys of those no segment
   *     needs any longer
   * @param checkpoint new log position per physical channel, or empty
   */
  record Publish(
      long epoch,
      List<Segments.Segment> add,
      List<Long> drop,
      List<Segments.DeleteFile> deletes,
      List<String> obsoleteDeletes,
      Map<String, Long> checkpoint) {}

  /** Refused with CHANNEL_NOT_AVAILABLE when {@code epoch} is not the channel's present one. */
  void publish(Publish publish);

  /**
   * All segments of a collection that are not dropped; growing ones included, as the owners tell.
   */
  List<Segments.Segment> segments(long collectionId);

  /** Flushed segments of a collection; no owner is asked. */
  List<Segments.Segment> flushedSegments(long collectionId);

  List<Segments.DeleteFile> deleteFiles(String channel);

  /**
   * @param sealed segments sealed by this call
   * @param flushed segments flushed before it
   */
  record Flush(
      List<Long> sealed, List<Long> flushed, long timestamp, Map<String, Long> channelPositions) {}

  /** Seals growing segments; they are flushed in the background. */
  Flush flush(long collectionId);

  /**
   * Whether these segments are flushed (unknown and dropped ones are) and every write up to the
   * timestamp is in flushed segments.
   */
  boolean flushed(long collectionId, List<Long> segments, long flushTimestamp);

  /** Rows persisted and in flight, deletes not subtracted, by partition id. */
  Map<Long, Long> rowCounts(long collectionId);

  /** What keeps rows from being written or stored, a sentence each; none: all is well. */
  List<String> ailments();

  /** Plans compaction; the id of the job, or -1 when there is nothing to do. */
  long compact(long collectionId, Optional<Long> partitionId);

  /**
   * @param plans inputs and output of each
   */
  record CompactionState(
      boolean completed, int executing, int done, int failed, List<Merge> plans) {
    public record Merge(List<Long> sources, long target) {}
  }

  /** An unknown job counts as completed. */
  CompactionState compactionState(long job);

  /**
   * Called by RootCoord after the catalogue changed: drops the segments of a collection, of one
   * partition, or those written before a truncation. All of them may be repeated.
   */
  void dropCollection(long collectionId, List<String> channels);

  void dropPartition(long collectionId, List<String> channels, long partitionId);

  void truncate(long collectionId, List<String> channels, long timestamp);

  /** Rows of a virtual channel written before it are gone; 0: it was never truncated. */
  long truncatedUpTo(String channel);

  /**
   * Called by RootCoord before a new schema version is announced: growing segments of older
   * versions are sealed.
   */
  void changeSchema(Catalogue.Collection collection);
}
