package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.coordinator.ledger.ProxyNews;
import io.elanus.disk.Failpoints;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Carries what the catalogue decided to the other coordinators. Every step may be repeated: a
 * record says that it is due until it is done.
 */
final class Consequences {
  private final Ledger<RootEntry, RootState> ledger;
  private final Directory directory;
  private final ProxyNews proxies;

  Consequences(Ledger<RootEntry, RootState> ledger, Directory directory) {
    this.ledger = ledger;
    this.directory = directory;
    proxies = new ProxyNews(directory);
  }

  /** What is due for one collection; stops at the first step that fails. */
  void carryOut(long collectionId) {
    for (RootEntry due : ledger.read(RootState::pending)) {
      switch (due) {
        case RootEntry.Collection dropped when dropped.id() == collectionId ->
            dropCollection(dropped);
        case RootEntry.DroppedPartition dropped when dropped.collectionId() == collectionId ->
            dropPartition(dropped);
        case RootEntry.Truncation truncation when truncation.collectionId() == collectionId ->
            truncate(truncation);
        case RootEntry.SchemaChange change when change.target().id() == collectionId ->
            changeSchema(change);
        default -> {} // of another collection
      }
    }
  }

  /** Collections for which something is due. */
  Set<Long> due() {
    Set<Long> collections = new TreeSet<>();
    for (RootEntry due : ledger.read(RootState::pending)) {
      switch (due) {
        case RootEntry.Collection dropped -> collections.add(dropped.id());
        case RootEntry.DroppedPartition dropped -> collections.add(dropped.collectionId());
        case RootEntry.Truncation truncation -> collections.add(truncation.collectionId());
        case RootEntry.SchemaChange change -> collections.add(change.target().id());
        case RootEntry.Database database -> throw new AssertionError(database);
        case RootEntry.Alias alias -> throw new AssertionError(alias);
      }
    }
    return collections;
  }

  private void dropCollection(RootEntry.Collection dropped) {
    directory.queryCoord().dropCollection(dropped.id());
    directory.indexCoord().dropCollection(dropped.id());
    directory.dataCoord().dropCollection(dropped.id(), dropped.channels());
    done(dropped);
  }

  private void dropPartition(RootEntry.DroppedPartition dropped) {
    if (ledger.read(state -> state.find(dropped.collectionId())).isEmpty()) {
      done(dropped); // the collection went, and its partitions with it
      return;
    }
    directory
        .dataCoord()
        .dropPartition(dropped.collectionId(), dropped.channels(), dropped.partitionId());
    directory.queryCoord().refresh(dropped.collectionId());
    done(dropped);
  }

  private void changeSchema(RootEntry.SchemaChange change) {
    RootEntry.Collection target = change.target();
    if (ledger.read(state -> state.find(target.id())).isEmpty()) {
      done(change); // the collection went
      return;
    }
    directory.dataCoord().changeSchema(ledger.read(state -> state.view(target)));
    Failpoints.hit("schema.beforeCommit");
    ledger.decide(state -> new Decision<>(true, List.of(Change.put(current(state, target)))));
    Failpoints.hit("schema.afterCommit");
    forget(target.id());
    dropIndexesOfDroppedFields(target);
    directory.queryCoord().refresh(target.id());
    done(change);
  }

  /** The schema of the target on what the collection is by now. */
  private static RootEntry.Collection current(RootState state, RootEntry.Collection target) {
    return state
        .find(target.id())
        .map(found -> found.withSchema(target.schema(), target.updateTimestamp()))
        .orElse(target);
  }

  private void dropIndexesOfDroppedFields(RootEntry.Collection target) {
    Set<Long> dropped = new HashSet<>(target.schema().droppedFieldIds());
    if (dropped.isEmpty()) {
      return;
    }
    for (IndexCoord.Definition definition : directory.indexCoord().definitions(target.id())) {
      if (dropped.contains(definition.fieldId())) {
        directory.indexCoord().drop(target.id(), definition.id());
      }
    }
  }

  private void truncate(RootEntry.Truncation truncation) {
    long id = truncation.collectionId();
    Optional<RootEntry.Collection> collection = ledger.read(state -> state.find(id));
    if (collection.isPresent()) {
      directory.dataCoord().truncate(id, collection.get().channels(), truncation.timestamp());
      directory.queryCoord().refresh(id);
      forget(id);
    }
    done(truncation);
  }

  void forget(long collectionId) {
    proxies.forget(collectionId);
  }

  private void done(RootEntry entry) {
    ledger.decide(state ->
        state.isPending(entry)
            ? new Decision<>(true, List.of(Change.remove(entry)))
            : Decision.answer(false));
  }
}
