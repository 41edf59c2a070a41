package io.elanus.node.streaming;

import io.elanus.schema.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The deletes of a shard that sealed segments may not have in their files yet. Three generations:
 * those taken since the last flush began, those being flushed, and those of the last published
 * file, which stay for one more generation so that a view planned just before can still be switched
 * to. Used by the channel's loop only.
 */
final class DeleteBuffer {
  /**
   * Keys of one write.
   *
   * @param position of its log record
   */
  record Batch(Keys keys, long timestamp, Optional<Long> partition, long position) {
    /** Whether rows of the partition are meant. */
    boolean reaches(long partitionId) {
      return partition.isEmpty() || partition.get() == partitionId;
    }
  }

  private List<Batch> current = new ArrayList<>();
  private List<Batch> flushing = List.of();
  private List<Batch> published = List.of();
  private long droppedUpTo;
  private long keptFrom = Long.MAX_VALUE;
  private long unflushedKeys;

  /**
   * @param droppedUpTo every delete up to this timestamp is in a delete file, and not here
   */
  DeleteBuffer(long droppedUpTo) {
    this.droppedUpTo = droppedUpTo;
  }

  void add(Batch batch) {
    current.add(batch);
    unflushedKeys += batch.keys().size();
  }

  /** Deletes at or before this timestamp may be missing here. */
  long droppedUpTo() {
    return droppedUpTo;
  }

  /** Published deletes at or after this timestamp are kept, too, until another call. */
  void keepFrom(long timestamp) {
    keptFrom = timestamp;
  }

  /** Keys that no delete file holds yet. */
  long unflushedKeys() {
    return unflushedKeys;
  }

  /** Log position of the oldest delete that no delete file holds once the flush is published. */
  OptionalLong firstPositionAfterFlush() {
    return current.isEmpty()
        ? OptionalLong.empty()
        : OptionalLong.of(current.getFirst().position());
  }

  /** The oldest timestamp that no delete file holds yet. */
  OptionalLong firstUnflushedTimestamp() {
    List<Batch> oldest = flushing.isEmpty() ? current : flushing;
    return oldest.isEmpty() ? OptionalLong.empty() : OptionalLong.of(oldest.getFirst().timestamp());
  }

  /** Buffered deletes after the timestamp, oldest first. */
  List<Batch> after(long timestamp) {
    List<Batch> after = new ArrayList<>();
    for (List<Batch> generation : List.of(published, flushing, current)) {
      for (Batch batch : generation) {
        if (batch.timestamp() > timestamp) {
          after.add(batch);
        }
      }
    }
    return after;
  }

  /**
   * Begins to flush the oldest of what is there; what a failed flush left over comes along.
   *
   * @param mostGroups of deletes with the same reach; each becomes a file, and the files of a shard
   *     are published together
   */
  List<Batch> beginFlush(int mostGroups) {
    List<Batch> together = new ArrayList<>(flushing);
    together.addAll(current);
    Set<Optional<Long>> groups = new HashSet<>();
    int taken = 0;
    for (Batch batch : together) {
      groups.add(batch.partition());
      if (groups.size() > mostGroups) {
        break;
      }
      taken++;
    }
    flushing = List.copyOf(together.subList(0, taken));
    current = new ArrayList<>(together.subList(taken, together.size()));
    return flushing;
  }

  /** What was being flushed is in a published delete file now. */
  void flushPublished() {
    if (flushing.isEmpty()) {
      return;
    }
    List<Batch> kept = new ArrayList<>();
    for (Batch batch : published) {
      if (batch.timestamp() >= keptFrom) {
        kept.add(batch);
      } else {
        droppedUpTo = Math.max(droppedUpTo, batch.timestamp());
      }
    }
    kept.addAll(flushing);
    for (Batch batch : flushing) {
      unflushedKeys -= batch.keys().size();
    }
    published = List.copyOf(kept);
    flushing = List.of();
  }

  /**
   * Where another one flushes: every delete up to the timestamp is in a published delete file. They
   * stay for one more generation.
   */
  void publishedUpTo(long timestamp) {
    int published = 0;
    while (published < current.size() && current.get(published).timestamp() <= timestamp) {
      published++;
    }
    flushing = List.copyOf(current.subList(0, published));
    current = new ArrayList<>(current.subList(published, current.size()));
    flushPublished();
  }

  /** Rows before the timestamp are gone, and what would have hidden only them goes with them. */
  void forgetBefore(long timestamp) {
    Predicate<Batch> later = batch -> batch.timestamp() >= timestamp;
    current = new ArrayList<>(current.stream().filter(later).toList());
    flushing = flushing.stream().filter(later).toList();
    published = published.stream().filter(later).toList();
    unflushedKeys = 0;
    current.forEach(batch -> unflushedKeys += batch.keys().size());
    flushing.forEach(batch -> unflushedKeys += batch.keys().size());
  }

  /** All rows of the shard are gone, and what would have hidden them with them. */
  void clear() {
    current = new ArrayList<>();
    flushing = List.of();
    published = List.of();
    unflushedKeys = 0;
  }
}
