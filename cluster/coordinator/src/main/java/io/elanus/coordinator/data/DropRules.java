package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.coordinator.ledger.Ledger;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Dropping collections, partitions and rows before a truncation. Each decision drops as much as one
 * transaction holds and answers whether something is left.
 */
final class DropRules {
  private DropRules() {}

  static Decision<DataEntry, Boolean> collection(
      DataState state, long collectionId, List<String> channels, long nowMillis) {
    List<Change<DataEntry>> changes = new ArrayList<>();
    if (!state.isGone(collectionId)) {
      changes.add(Change.put(new DataEntry.Gone(collectionId, 0, nowMillis)));
    }
    dropSegments(state, collectionId, segment -> true, nowMillis, changes);
    dropDeletes(state, channels, Long.MAX_VALUE, nowMillis, changes);
    return limited(changes);
  }

  static Decision<DataEntry, Boolean> partition(
      DataState state, long collectionId, long partitionId, long nowMillis) {
    List<Change<DataEntry>> changes = new ArrayList<>();
    if (!state.isGone(collectionId, partitionId)) {
      changes.add(Change.put(new DataEntry.Gone(collectionId, partitionId, nowMillis)));
    }
    dropSegments(
        state, collectionId, segment -> segment.partitionId() == partitionId, nowMillis, changes);
    return limited(changes);
  }

  static Decision<DataEntry, Boolean> truncation(
      DataState state, long collectionId, String channel, long timestamp, long nowMillis) {
    List<Change<DataEntry>> changes = new ArrayList<>();
    if (state.truncatedUpTo(channel) < timestamp) {
      changes.add(Change.put(new DataEntry.Truncated(channel, timestamp)));
    }
    dropSegments(
        state,
        collectionId,
        segment -> segment.channel().equals(channel) && segment.maxTimestamp() <= timestamp,
        nowMillis,
        changes);
    dropDeletes(state, List.of(channel), timestamp, nowMillis, changes);
    return limited(changes);
  }

  private static void dropSegments(
      DataState state,
      long collectionId,
      Predicate<Segments.Segment> which,
      long nowMillis,
      List<Change<DataEntry>> changes) {
    for (DataEntry.Stored stored : state.stored(collectionId)) {
      if (stored.flushed() && which.test(stored.segment())) {
        changes.add(Change.put(PublishRules.drop(stored, nowMillis)));
      }
    }
  }

  private static void dropDeletes(
      DataState state,
      List<String> channels,
      long upTo,
      long nowMillis,
      List<Change<DataEntry>> changes) {
    for (String channel : channels) {
      for (DataEntry.Deletes file : state.deletes(channel)) {
        if (file.obsoleteMillis() == 0 && file.file().maxTimestamp() <= upTo) {
          changes.add(Change.put(new DataEntry.Deletes(file.file(), nowMillis)));
        }
      }
    }
  }

  private static Decision<DataEntry, Boolean> limited(List<Change<DataEntry>> changes) {
    boolean more = changes.size() > Ledger.MAX_CHANGES;
    return new Decision<>(more, more ? changes.subList(0, Ledger.MAX_CHANGES) : changes);
  }
}
