package io.elanus.node.query;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.roles.QueryNode.Load;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The sealed segments of this node, by id. */
final class SegmentStore {
  private static final System.Logger LOG = System.getLogger(SegmentStore.class.getName());

  /**
   * The place of one segment; loads of the same one follow one another. An empty one leaves the map
   * for good, under its lock: who waited for it looks for another.
   */
  private static final class Slot {
    private final ReentrantLock lock = new ReentrantLock();
    private volatile @Nullable StoredSegment stored;
    private boolean removed;
  }

  private final SegmentObjects objects;
  private final DeleteObjects deleteFiles;
  private final Consumer<Segments.IndexFile> damaged;
  private final Map<Long, Slot> slots = new ConcurrentHashMap<>();

  /**
   * @param damaged told which index files cannot be used, once the segment is served without them,
   *     by whoever loads or reads it
   */
  SegmentStore(
      SegmentObjects objects, DeleteObjects deleteFiles, Consumer<Segments.IndexFile> damaged) {
    this.objects = objects;
    this.deleteFiles = deleteFiles;
    this.damaged = damaged;
  }

  /** Maps a segment, or attaches what is new to a mapped one. Serves it only when all succeeded. */
  void load(Load load) {
    long id = load.segment().id();
    List<Segments.IndexFile> unusable = new ArrayList<>();
    while (!loadInto(slots.computeIfAbsent(id, absent -> new Slot()), load, unusable)) {
      // released meanwhile
    }
    unusable.forEach(damaged);
  }

  /** False when the slot had left the map before its lock was free. */
  private boolean loadInto(Slot slot, Load load, List<Segments.IndexFile> unusable) {
    slot.lock.lock();
    try {
      if (slot.removed) {
        return false;
      }
      StoredSegment stored = slot.stored;
      if (stored != null) {
        unusable.addAll(stored.attach(load, objects, deleteFiles, damaged));
      } else {
        slot.stored = open(load, unusable);
      }
      return true;
    } finally {
      if (slot.stored == null) {
        remove(load.segment().id(), slot);
      }
      slot.lock.unlock();
    }
  }

  /** Under the slot's lock. */
  private void remove(long id, Slot slot) {
    slot.removed = true;
    slots.remove(id, slot);
  }

  private StoredSegment open(Load load, List<Segments.IndexFile> unusable) {
    long begin = System.nanoTime();
    StoredSegment opened = StoredSegment.open(load, objects);
    try {
      long mapped = System.nanoTime();
      unusable.addAll(opened.attach(load, objects, deleteFiles, damaged));
      LOG.log(
          DEBUG,
          "segment {0} mapped in {1} µs, indexes and deletes attached in {2} µs",
          load.segment().id(),
          (mapped - begin) / 1000,
          (System.nanoTime() - mapped) / 1000);
      return opened;
    } catch (RuntimeException failed) {
      opened.close();
      throw failed;
    }
  }

  /** Lets a segment go; running reads of it end undisturbed. */
  void release(long id) {
    Slot slot = slots.get(id);
    if (slot == null) {
      return;
    }
    slot.lock.lock();
    try {
      StoredSegment stored = slot.stored;
      slot.stored = null;
      if (stored != null) {
        stored.close();
      }
    } finally {
      remove(id, slot);
      slot.lock.unlock();
    }
  }

  Optional<StoredSegment> find(long id) {
    Slot slot = slots.get(id);
    return slot == null ? Optional.empty() : Optional.ofNullable(slot.stored);
  }

  StoredSegment get(long id) {
    return find(id)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "the segment is not loaded here")
                .with("segment", id));
  }

  List<StoredSegment> all() {
    List<StoredSegment> all = new ArrayList<>();
    for (Slot slot : slots.values()) {
      StoredSegment stored = slot.stored;
      if (stored != null) {
        all.add(stored);
      }
    }
    return all;
  }

  Collection<Long> ids() {
    return List.copyOf(slots.keySet());
  }
}
