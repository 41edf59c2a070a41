package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.disk.Failpoints;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Removes the objects of dropped segments and obsolete delete files, and then their records. Only
 * what a record calls dropped is touched, only after the retention time, and only when no query
 * node holds it and no merge reads it. When the nodes cannot be asked nothing is removed.
 */
final class Garbage {
  private static final System.Logger LOG = System.getLogger(Garbage.class.getName());

  private final Ledger<DataEntry, DataState> ledger;
  private final ObjectStore objects;
  private final Directory directory;
  private final long graceMillis;
  private final LongSupplier wallMillis;

  Garbage(
      Ledger<DataEntry, DataState> ledger,
      ObjectStore objects,
      Directory directory,
      long graceMillis,
      LongSupplier wallMillis) {
    this.ledger = ledger;
    this.objects = objects;
    this.directory = directory;
    this.graceMillis = graceMillis;
    this.wallMillis = wallMillis;
  }

  void collect() {
    long dueBefore = wallMillis.getAsLong() - graceMillis;
    List<DataEntry.Stored> dropped = ledger.read(state -> droppedSegments(state, dueBefore));
    if (!dropped.isEmpty()) {
      Set<Long> held = heldByNodes();
      dropped.stream()
          .filter(stored -> !held.contains(stored.segment().id()))
          .forEach(this::remove);
    }
    ledger.read(state -> obsoleteDeletes(state, dueBefore)).forEach(this::remove);
    ledger.read(state -> finishedMarks(state, dueBefore)).forEach(this::forget);
  }

  /** Replay must have no further use for them: it asks which rows a segment already holds. */
  private static List<DataEntry.Stored> droppedSegments(DataState state, long dueBefore) {
    Set<Long> read = state.mergedSources();
    return state.allStored().stream()
        .filter(stored -> !stored.flushed() && stored.droppedMillis() <= dueBefore)
        .filter(stored -> !read.contains(stored.segment().id()))
        .filter(stored -> !neededByReplay(state, stored.segment()))
        .toList();
  }

  private static boolean neededByReplay(DataState state, Segments.Segment segment) {
    long checkpoint =
        state
            .channel(Catalogue.physicalChannel(segment.channel()))
            .map(DataEntry.Channel::checkpoint)
            .orElse(0L);
    return segment.lastPosition() > checkpoint && !state.isGone(segment.collectionId());
  }

  private static List<DataEntry.Deletes> obsoleteDeletes(DataState state, long dueBefore) {
    return state.allDeletes().stream()
        .filter(file -> file.obsoleteMillis() > 0 && file.obsoleteMillis() <= dueBefore)
        .toList();
  }

  /** Marks of drops after which nothing is left to be published late. */
  private static List<DataEntry> finishedMarks(DataState state, long dueBefore) {
    List<DataEntry> finished = new ArrayList<>();
    for (DataEntry.Gone gone : state.gone()) {
      boolean left =
          state.stored(gone.collectionId()).stream()
              .anyMatch(stored ->
                  gone.partitionId() == 0 || gone.partitionId() == stored.segment().partitionId());
      if (gone.sinceMillis() <= dueBefore && !left) {
        finished.add(gone);
      }
    }
    for (DataEntry.Truncated truncated : state.truncated()) {
      if (state.isGone(Catalogue.collectionId(truncated.channel()))) {
        finished.add(truncated);
      }
    }
    return finished;
  }

  private Set<Long> heldByNodes() {
    Set<Long> held = new HashSet<>();
    for (QueryNode node : directory.queryNodes().values()) {
      node.loaded().forEach(loaded -> held.add(loaded.segmentId()));
    }
    return held;
  }

  private void remove(DataEntry.Stored stored) {
    Failpoints.hit("collect.beforeDelete");
    for (ObjectInfo object : objects.list(folder(stored.segment()))) {
      objects.delete(object.key());
    }
    forget(stored);
    LOG.log(System.Logger.Level.DEBUG, "segment removed " + stored.segment().id());
  }

  private static String folder(Segments.Segment segment) {
    return ObjectLayout.segment(segment.collectionId(), segment.id());
  }

  private void remove(DataEntry.Deletes file) {
    objects.delete(file.file().object());
    forget(file);
  }

  private void forget(DataEntry entry) {
    ledger.decide(state -> new Decision<>(true, List.of(Change.remove(entry))));
  }
}
