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
 *
 * <p>A channel that the state does not know never had an owner here: a grant is recorded before its
 * owner writes, and channels stay recorded. What such an owner wrote belongs to other metadata (a
 * backup was put in place of these, or the store is shared), so it is left alone, and told.
 */
final class Orphans {
  private static final System.Logger LOG = System.getLogger(Orphans.class.getName());

  private enum Finding {
    KEPT,
    ORPHAN,
    /** Written by an owner of a channel that never was ours. */
    FOREIGN
  }

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
    int foreign = 0;
    for (ObjectInfo object : objects.list(prefix)) {
      Finding finding = ledger.read(state -> judge(state, object.key()));
      if (finding == Finding.FOREIGN) {
        foreign++;
      } else if (finding == Finding.ORPHAN && objects.delete(object.key())) {
        swept++;
      }
    }
    if (swept > 0) {
      LOG.log(System.Logger.Level.INFO, "removed " + swept + " unpublished objects in " + prefix);
    }
    if (foreign > 0) {
      LOG.log(
          System.Logger.Level.WARNING,
          "left alone " + foreign + " objects of channels that are not known here in " + prefix);
    }
  }

  private static Finding judge(DataState state, String key) {
    return switch (ObjectLayout.place(key).orElse(null)) {
      case null -> Finding.KEPT;
      case ObjectLayout.OfSegment segment -> judge(state, segment);
      case ObjectLayout.OfDeletes deletes ->
          state.deletes(deletes.channel(), key).isPresent()
              ? Finding.KEPT
              : judge(state, deletes.writer());
      case ObjectLayout.OfIndex index -> Finding.KEPT; // IndexCoord's
    };
  }

  /** A dropped segment's folder is garbage as a whole, which has its own time. */
  private static Finding judge(DataState state, ObjectLayout.OfSegment place) {
    Optional<DataEntry.Stored> stored = state.stored(place.collectionId(), place.segmentId());
    if (stored.isPresent()) {
      Segments.Segment segment = stored.get().segment();
      return stored.get().flushed()
              && !segment.manifest().startsWith(place.folder())
              && !(place.writer() instanceof ObjectLayout.Unknown)
          ? Finding.ORPHAN
          : Finding.KEPT;
    }
    return state.merging(place.segmentId()).isPresent()
        ? Finding.KEPT
        : judge(state, place.writer());
  }

  /** What nothing recorded explains. */
  private static Finding judge(DataState state, ObjectLayout.Writer writer) {
    return switch (writer) {
      case ObjectLayout.Owner owner ->
          state
              .channel(owner.physicalChannel())
              .map(channel -> owner.epoch() < channel.epoch() ? Finding.ORPHAN : Finding.KEPT)
              .orElse(Finding.FOREIGN);
      case ObjectLayout.Merge merge -> Finding.ORPHAN;
      case ObjectLayout.Unknown unknown -> Finding.KEPT;
    };
  }
}
