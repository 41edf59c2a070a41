package io.elanus.node.streaming;

import io.elanus.roles.Segments.View;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import io.elanus.segment.SegmentIdentity;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/**
 * One virtual channel: its growing segments, buffered deletes, recent writes and current view.
 * Changed by the channel's loop only; the snapshot, the schema and {@link #dropped} may be read by
 * anyone.
 */
final class Shard {
  private final String channel;
  private final long collectionId;
  private final DeleteBuffer deletes;
  private final RecentWrites recent;
  private final Set<Long> partitions = ConcurrentHashMap.newKeySet();
  private volatile CollectionSchema schema;
  private volatile ShardSnapshot snapshot;
  private volatile boolean dropped;
  private final MissedDeletes missed = new MissedDeletes();

  /**
   * @param truncatedAt rows written before it are gone already
   */
  Shard(
      String channel,
      long collectionId,
      CollectionSchema schema,
      Collection<Long> partitions,
      long truncatedAt,
      DeleteBuffer deletes,
      RecentWrites recent) {
    this.channel = channel;
    this.collectionId = collectionId;
    this.schema = schema;
    this.partitions.addAll(partitions);
    this.snapshot = ShardSnapshot.EMPTY.withTruncation(truncatedAt);
    this.deletes = deletes;
    this.recent = recent;
  }

  String channel() {
    return channel;
  }

  long collectionId() {
    return collectionId;
  }

  /** Of one of its segments. */
  SegmentIdentity identity(long segment, long partition) {
    return new SegmentIdentity(segment, collectionId, partition, channel);
  }

  CollectionSchema schema() {
    return schema;
  }

  ShardSnapshot snapshot() {
    return snapshot;
  }

  boolean dropped() {
    return dropped;
  }

  /** Whether a query node of the view may lack deletes. */
  boolean unsure() {
    return missed.any();
  }

  MissedDeletes missed() {
    return missed;
  }

  DeleteBuffer deletes() {
    return deletes;
  }

  RecentWrites recent() {
    return recent;
  }

  /** Whether the collection had the partition when it was last asked, and it was not dropped. */
  boolean hasPartition(long partition) {
    return partitions.contains(partition);
  }

  /** These take rows, too. True when one of them did not before. */
  boolean learn(Collection<Long> more) {
    return partitions.addAll(more);
  }

  /** The partition takes no more rows; those it has go with {@link #dropPartition}. */
  void unlearn(long partition) {
    partitions.remove(partition);
  }

  /** The segment that takes rows of a partition now, if there is one. */
  Optional<Growing> open(long partition) {
    for (Growing growing : snapshot.local()) {
      if (growing.open()
          && growing.partitionId() == partition
          && growing.schema().version() == schema.version()) {
        return Optional.of(growing);
      }
    }
    return Optional.empty();
  }

  Optional<Growing> local(long segment) {
    for (Growing growing : snapshot.local()) {
      if (growing.id() == segment) {
        return Optional.of(growing);
      }
    }
    return Optional.empty();
  }

  boolean holds(Growing growing) {
    return snapshot.local().contains(growing);
  }

  void add(Growing growing) {
    growing.serve(snapshot.view().isPresent());
    List<Growing> more = new ArrayList<>(snapshot.local());
    more.add(growing);
    snapshot = snapshot.withLocal(more);
  }

  /** Hides the keys' older rows in growing segments and keeps the delete for sealed ones. */
  void delete(DeleteBuffer.Batch batch) {
    for (Growing growing : snapshot.local()) {
      if (batch.reaches(growing.partitionId())) {
        growing.delete(batch.keys(), batch.timestamp());
      }
    }
    deletes.add(batch);
  }

  void remember(long timestamp, Keys keys) {
    if (keys.size() > 0) {
      recent.add(timestamp, keys);
    }
  }

  /** Segments that take no more rows from now on. */
  List<Growing> seal(Predicate<Growing> which) {
    List<Growing> sealed = new ArrayList<>();
    for (Growing growing : snapshot.local()) {
      if (growing.open() && which.test(growing)) {
        growing.seal();
        sealed.add(growing);
      }
    }
    return sealed;
  }

  void changeSchema(CollectionSchema newSchema) {
    schema = newSchema;
    snapshot.local().forEach(growing -> growing.changeSchema(newSchema));
  }

  /** Growing segments whose rows are in no published file. */
  List<Growing> unflushed() {
    return snapshot.local().stream().filter(growing -> !growing.flushed()).toList();
  }

  void letGo(Predicate<Growing> which) {
    List<Growing> kept = new ArrayList<>();
    List<Growing> gone = new ArrayList<>();
    for (Growing growing : snapshot.local()) {
      (which.test(growing) ? gone : kept).add(growing);
    }
    snapshot = snapshot.withLocal(kept);
    gone.forEach(Growing::letGo);
  }

  /** Makes the view current; growing segments it contains go in the same moment. */
  void switchTo(View view, Set<Long> covered) {
    List<Growing> kept = new ArrayList<>();
    List<Growing> gone = new ArrayList<>();
    for (Growing growing : snapshot.local()) {
      boolean replaced =
          covered.contains(growing.id())
              || (growing.flushed() && !contains(view.partitions(), growing.partitionId()));
      (replaced ? gone : kept).add(growing);
    }
    snapshot =
        new ShardSnapshot(
            kept,
            Optional.of(view),
            ShardSnapshot.byNode(view.placements()),
            snapshot.truncatedAt());
    kept.forEach(growing -> growing.serve(true));
    gone.forEach(Growing::letGo);
  }

  void dropView() {
    snapshot.local().forEach(growing -> growing.serve(false));
    snapshot =
        new ShardSnapshot(snapshot.local(), Optional.empty(), List.of(), snapshot.truncatedAt());
    letGo(Growing::flushed);
  }

  /**
   * Rows written before the timestamp are gone. A segment that also has later rows keeps the others
   * hidden until it is compacted.
   */
  void truncate(long timestamp, long now) {
    deletes.forgetBefore(timestamp);
    recent.all(now);
    snapshot = snapshot.withTruncation(timestamp);
    snapshot.local().stream().filter(this::truncated).forEach(Growing::markDiscarded);
    letGo(this::truncated);
  }

  /** Whether all rows of the segment are gone. */
  boolean truncated(Growing growing) {
    return growing.maxTimestamp() < snapshot.truncatedAt();
  }

  void dropPartition(long partition) {
    partitions.remove(partition);
    for (Growing growing : snapshot.local()) {
      if (growing.partitionId() == partition) {
        growing.markDiscarded();
      }
    }
    letGo(growing -> growing.partitionId() == partition);
  }

  void drop() {
    dropped = true;
    ShardSnapshot before = snapshot;
    deletes.clear();
    snapshot = ShardSnapshot.EMPTY;
    before.local().forEach(Growing::discard);
  }

  /**
   * Frees the memory of growing rows when the shard is served no more; their log has them. Reads
   * that run end undisturbed, later ones find closed segments, never fewer rows.
   */
  void close() {
    snapshot.local().forEach(Growing::close);
  }

  private static boolean contains(Collection<Long> partitions, long partition) {
    return partitions.isEmpty() || partitions.contains(partition);
  }
}
