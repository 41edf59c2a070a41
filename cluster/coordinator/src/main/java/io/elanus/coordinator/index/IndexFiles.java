package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.objects.ObjectInfo;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.ObjectLayout;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The files of indexes in the object store: those that are not needed any more go after a time of
 * grace, and those that an earlier process left unrecorded are swept.
 */
final class IndexFiles {
  private static final System.Logger LOG = System.getLogger(IndexFiles.class.getName());

  private final Ledger<IndexEntry, IndexState> ledger;
  private final ObjectStore objects;
  private final Builder builder;
  private final long graceMillis;
  private final LongSupplier wallMillis;

  /** Collections whose folder may hold files that an earlier process left unrecorded. */
  private final Set<Long> unswept = ConcurrentHashMap.newKeySet();

  IndexFiles(
      Ledger<IndexEntry, IndexState> ledger,
      ObjectStore objects,
      Builder builder,
      long graceMillis,
      LongSupplier wallMillis) {
    this.ledger = ledger;
    this.objects = objects;
    this.builder = builder;
    this.graceMillis = graceMillis;
    this.wallMillis = wallMillis;
  }

  /** Collections whose folders should be swept between their plans. */
  Set<Long> findUnswept() {
    for (ObjectInfo object : objects.list(ObjectLayout.INDEXES)) {
      if (ObjectLayout.place(object.key()).orElse(null) instanceof ObjectLayout.OfIndex file) {
        unswept.add(file.collectionId());
      }
    }
    return Set.copyOf(unswept);
  }

  /**
   * Removes files that no record names, if that is due, unless a build is about to record them or a
   * plan will find and record them: it builds for flushed segments and defined indexes only. Never
   * called while the collection's builds are planned, so that no build begins meanwhile.
   *
   * @param flushed segments of the collection
   */
  void sweep(long collectionId, Set<Long> flushed) {
    if (!unswept.contains(collectionId)) {
      return;
    }
    int swept = 0;
    for (ObjectInfo object : objects.list(ObjectLayout.INDEXES + collectionId + "/")) {
      if (ObjectLayout.place(object.key()).orElse(null) instanceof ObjectLayout.OfIndex file
          && !builder.isRunning(file.segmentId(), file.indexId()) // first: it records, then ends
          && ledger.read(state -> BuildRules.isOrphan(state, file, object.key(), flushed))
          && objects.delete(object.key())) {
        swept++;
      }
    }
    if (swept > 0) {
      LOG.log(
          System.Logger.Level.INFO,
          "removed " + swept + " unrecorded index files of collection " + collectionId);
    }
    unswept.remove(collectionId);
  }

  /** Lets files go whose index or segment is no more. */
  void release(long collectionId, Set<Long> flushed) {
    ledger.decideRepeatedly(
        state -> BuildRules.release(state, collectionId, flushed, wallMillis.getAsLong()));
  }

  /** Removes what was let go longer ago than the grace. */
  void collectGarbage() {
    long dueBefore = wallMillis.getAsLong() - graceMillis;
    for (IndexEntry.Unneeded unneeded : ledger.read(IndexState::unneeded)) {
      if (unneeded.sinceMillis() <= dueBefore) {
        objects.delete(unneeded.object());
        ledger.decide(state -> new Decision<>(true, List.of(Change.remove(unneeded))));
      }
    }
  }
}
