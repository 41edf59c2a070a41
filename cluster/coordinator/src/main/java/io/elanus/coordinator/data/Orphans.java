package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Ledger;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import java.util.Optional;

/**
 * Removes what was written and never published, because its writer died between the two. An object
 * goes only when nobody can publish it any more: the epoch it was flushed under is over, or the
 * merge it was written for has ended with other files.
 *
 * <p>Objects are listed first and judged by the state afterwards: whoever writes for a merge was
 * recorded before its first object, and who writes under the present epoch is left alone, so an
 * object in the list that no record explains never will be explained.
 */
final class Orphans {
  private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

  private final Ledger<DataEntry, DataState> ledger;
  private final ObjectStore objects;

  Orphans(Ledger<DataEntry, DataState> ledger, ObjectStore objects) {
    this.ledger = ledger;
    this.objects = objects;
  }

  void sweep() {
    sweep(ObjectLayout.SEGMENTS);
    sweep(ObjectLayout.DELETES);
  }

  private void sweep(String prefix) {
    int swept = 0;
    for (ObjectInfo object : objects.list(prefix)) {
      if (ledger.read(state -> isOrphan(state, object.key())) && objects.delete(object.key())) {
        swept++;
      }
    }
    if (swept > 0) {
      LOG.log(System.Logger.Level.INFO, "removed " + swept + " unpublished objects in " + prefix);
    }
  }

  private static boolean isOrphan(DataState state, String key) {
    Optional<ObjectLayout.Place> place = ObjectLayout.place(key);
    return place.isPresent()
        && switch (place.get()) {
          case ObjectLayout.OfSegment segment -> isOrphan(state, segment);
          case ObjectLayout.OfDeletes deletes ->
              state.deletes(deletes.channel(), key).isEmpty() && isOver(state, deletes.writer());
          case ObjectLayout.OfIndex index -> false; // IndexCoord's
        };
  }

  /** A dropped segment's folder is garbage as a whole, which has its own time. */
  private static boolean isOrphan(DataState state, ObjectLayout.OfSegment place) {
    Optional<DataEntry.Stored> stored = state.stored(place.collectionId(), place.segmentId());
    if (stored.isPresent()) {
      Segments.Segment segment = stored.get().segment();
      return stored.get().flushed()
          && !segment.manifest().startsWith(place.folder())
          && !(place.writer() instanceof ObjectLayout.Unknown);
    }
    return state.merging(place.segmentId()).isEmpty() && isOver(state, place.writer());
  }

  private static boolean isOver(DataState state, ObjectLayout.Writer writer) {
    return switch (writer) {
      case ObjectLayout.Owner owner ->
          state
              .channel(owner.physicalChannel())
              .filter(channel -> owner.epoch() < channel.epoch())
              .isPresent();
      case ObjectLayout.Merge merge -> true;
      case ObjectLayout.Unknown unknown -> false;
    };
  }
}
