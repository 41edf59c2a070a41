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
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Which files are to be built, kept, or let go. */
final class BuildRules {
  private static final int PER_TRANSACTION = Ledger.MAX_CHANGES / 2;

  private BuildRules() {}

  /** Where the next file of an index of a segment will lie: not where a damaged one does. */
  static String object(IndexState state, long collectionId, long segmentId, long indexId) {
    for (int attempt = 0; ; attempt++) {
      String object = ObjectLayout.index(collectionId, segmentId, indexId, attempt);
      if (!state.isUnneeded(object)) {
        return object;
      }
    }
  }

  /** Lets a file go that cannot be used, so that it is built anew; false when that is done. */
  static Decision<IndexEntry, Boolean> damaged(
      IndexState state, Segments.IndexFile file, long nowMillis) {
    Optional<IndexEntry.Built> built =
        state
            .built(file.segmentId(), file.indexId())
            .filter(each -> each.file().object().equals(file.object()));
    return built
        .map(each ->
            new Decision<IndexEntry, Boolean>(
                true,
                List.of(
                    Change.remove(each),
                    Change.put(new IndexEntry.Unneeded(file.object(), nowMillis)))))
        .orElseGet(() -> new Decision<>(false, List.of()));
  }

  /** Whether a file is recorded nowhere, and never will be. */
  static boolean isOrphan(
      IndexState state, ObjectLayout.OfIndex file, String object, Set<Long> flushed) {
    Optional<IndexEntry.Built> built = state.built(file.segmentId(), file.indexId());
    boolean recorded =
        built.filter(each -> each.file().object().equals(object)).isPresent()
            || state.isUnneeded(object);
    boolean wanted =
        built.isEmpty()
            && flushed.contains(file.segmentId())
            && state.definition(file.collectionId(), file.indexId()).isPresent()
            && object.equals(object(state, file.collectionId(), file.segmentId(), file.indexId()));
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
