package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.ObjectLayout;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.schema.CollectionSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** Which files are to be built, kept, or let go. */
final class BuildRules {
  private static final int PER_TRANSACTION = Ledger.MAX_CHANGES / 2;

  private BuildRules() {}

  /** Where the file of an index of a segment lies. */
  static String object(Segment segment, Definition definition) {
    return ObjectLayout.index(segment.collectionId(), segment.id(), definition.id());
  }

  /** Whether a file is recorded nowhere, and never will be. */
  static boolean isOrphan(
      IndexState state, ObjectLayout.OfIndex file, String object, Set<Long> flushed) {
    boolean recorded =
        state.isBuilt(file.segmentId(), file.indexId())
            || state.unneeded().stream().anyMatch(entry -> entry.object().equals(object));
    boolean wanted =
        flushed.contains(file.segmentId())
            && state.definition(file.collectionId(), file.indexId()).isPresent();
    return !recorded && !wanted;
  }

  /** Small vector segments are scanned; scalar indexes are always built. */
  static boolean needed(
      CollectionSchema schema, Definition definition, Segment segment, long smallestRows) {
    return schema
        .field(definition.fieldId())
        .filter(field -> segment.rows() >= (field.type().isVector() ? smallestRows : 1))
        .isPresent();
  }

  /** Recorded only while its index is still defined. */
  static Decision<IndexEntry, Boolean> finished(
      IndexState state, long collectionId, Segments.IndexFile file, long nowMillis) {
    if (state.definition(collectionId, file.indexId()).isEmpty()) {
      return new Decision<>(
          false, List.of(Change.put(new IndexEntry.Unneeded(file.object(), nowMillis))));
    }
    return new Decision<>(true, List.of(Change.put(new IndexEntry.Built(collectionId, file))));
  }

  /** Lets files go whose index or segment is no more; answers whether some are left. */
  static Decision<IndexEntry, Boolean> release(
      IndexState state, long collectionId, Set<Long> segments, long nowMillis) {
    Predicate<IndexEntry.Built> wanted =
        built ->
            segments.contains(built.file().segmentId())
                && state.definition(collectionId, built.file().indexId()).isPresent();
    List<IndexEntry.Built> released =
        state.built(collectionId).stream().filter(wanted.negate()).toList();
    List<Change<IndexEntry>> changes = new ArrayList<>();
    released.stream()
        .limit(PER_TRANSACTION)
        .forEach(built -> {
          changes.add(Change.remove(built));
          changes.add(Change.put(new IndexEntry.Unneeded(built.file().object(), nowMillis)));
        });
    return new Decision<>(released.size() > PER_TRANSACTION, changes);
  }

  /** Definitions go first, so that no build can be recorded any more. */
  static Decision<IndexEntry, Boolean> dropDefinitions(
      IndexState state, long collectionId, Predicate<Definition> which) {
    List<Change<IndexEntry>> changes = new ArrayList<>();
    for (Definition definition : state.definitions(collectionId)) {
      if (which.test(definition) && changes.size() < Ledger.MAX_CHANGES) {
        changes.add(Change.remove(new IndexEntry.Defined(definition)));
      }
    }
    return new Decision<>(changes.size() == Ledger.MAX_CHANGES, changes);
  }
}
