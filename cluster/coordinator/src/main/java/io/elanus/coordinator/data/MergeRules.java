package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The beginning and the end of a merge. */
final class MergeRules {
  private MergeRules() {}

  /** The sources; empty when one of them is taken or no longer there. */
  static Decision<DataEntry, List<Segment>> begin(DataState state, DataEntry.Merging merging) {
    Optional<List<Segment>> sources = flushedSources(state, merging);
    Set<Long> taken = state.mergedSources();
    if (sources.isEmpty() || merging.sources().stream().anyMatch(taken::contains)) {
      return Decision.answer(List.of());
    }
    return new Decision<>(sources.get(), List.of(Change.put(merging)));
  }

  static Optional<List<Segment>> flushedSources(DataState state, DataEntry.Merging merging) {
    List<Segment> sources = new ArrayList<>();
    for (long id : merging.sources()) {
      Optional<DataEntry.Stored> stored = state.stored(merging.collectionId(), id);
      if (stored.isEmpty() || !stored.get().flushed()) {
        return Optional.empty();
      }
      sources.add(stored.get().segment());
    }
    return Optional.of(sources);
  }

  /**
   * The output takes the place of its sources in one transaction, unless one of them was dropped
   * meanwhile: then the output is garbage. An output without rows only ends its sources.
   *
   * @param settled no segment of the channel is between growing and flushed; only then delete files
   *     become obsolete, for such a one may still lack their deletes
   */
  static Decision<DataEntry, Boolean> end(
      DataState state, DataEntry.Merging merging, Segment output, boolean settled, long nowMillis) {
    if (state.merging(merging.target()).isEmpty()) {
      return Decision.answer(false);
    }
    Optional<List<Segment>> sources = flushedSources(state, merging);
    if (sources.isEmpty()) {
      return abandon(merging, output, nowMillis);
    }
    List<Change<DataEntry>> changes = new ArrayList<>();
    changes.add(Change.remove(merging));
    var stored = new DataEntry.Stored(PublishRules.in(output, Segments.State.FLUSHED), 0);
    changes.add(Change.put(output.rows() > 0 ? stored : PublishRules.drop(stored, nowMillis)));
    for (Segment source : sources.get()) {
      changes.add(Change.put(PublishRules.drop(new DataEntry.Stored(source, 0), nowMillis)));
    }
    if (settled) {
      changes.addAll(obsoleteDeletes(state, merging, output, nowMillis));
    }
    return new Decision<>(true, changes);
  }

  /** The output's files are collected like those of a dropped segment. */
  static Decision<DataEntry, Boolean> abandon(
      DataEntry.Merging merging, Segment output, long nowMillis) {
    return new Decision<>(
        false,
        List.of(
            Change.remove(merging),
            Change.put(PublishRules.drop(new DataEntry.Stored(output, 0), nowMillis))));
  }

  /** What stands for an output that may have been written in part. */
  static Segment placeholder(DataEntry.Merging merging) {
    return new Segment(
        merging.target(),
        merging.collectionId(),
        merging.partitionId(),
        merging.channel(),
        Segments.State.DROPPED,
        0,
        0,
        0,
        "",
        0,
        0,
        0,
        0,
        0,
        merging.sources());
  }

  private static List<Change<DataEntry>> obsoleteDeletes(
      DataState state, DataEntry.Merging merging, Segment output, long nowMillis) {
    Set<Long> replaced = new HashSet<>(merging.sources());
    List<Segment> remaining = new ArrayList<>();
    if (output.rows() > 0) {
      remaining.add(output);
    }
    for (Segment segment : state.flushed(merging.collectionId())) {
      if (segment.channel().equals(merging.channel()) && !replaced.contains(segment.id())) {
        remaining.add(segment);
      }
    }
    List<Change<DataEntry>> changes = new ArrayList<>();
    for (DataEntry.Deletes file : state.deletes(merging.channel())) {
      boolean needed =
          remaining.stream().anyMatch(segment -> CompactionPolicy.concerns(file.file(), segment));
      if (file.obsoleteMillis() == 0 && !needed && changes.size() < 50) {
        changes.add(Change.put(new DataEntry.Deletes(file.file(), nowMillis)));
      }
    }
    return changes;
  }
}
