package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a publication changes. The answer is the ids of the collections whose segments changed. */
final class PublishRules {
  private PublishRules() {}

  /** Epochs are those of the channels that the publication names. */
  static Decision<DataEntry, Set<Long>> decide(
      DataState state, DataCoord.Publish publish, long nowMillis) {
    physicalChannels(publish).forEach(channel -> checkEpoch(state, channel, publish.epoch()));
    Set<Long> touched = new TreeSet<>();
    List<Change<DataEntry>> changes = new ArrayList<>();
    for (Segments.Segment segment : publish.add()) {
      if (state.stored(segment.collectionId(), segment.id()).isEmpty()) {
        changes.add(Change.put(stored(state, segment, nowMillis)));
        touched.add(segment.collectionId());
      }
    }
    for (DataEntry.Stored dropped : dropped(state, publish.drop())) {
      checkEpoch(state, Catalogue.physicalChannel(dropped.segment().channel()), publish.epoch());
      changes.add(Change.put(drop(dropped, nowMillis)));
      touched.add(dropped.segment().collectionId());
    }
    for (Segments.DeleteFile file : publish.deletes()) {
      if (state.deletes(file.channel(), file.object()).isEmpty()) {
        changes.add(Change.put(deletes(state, file, nowMillis)));
        touched.add(Catalogue.collectionId(file.channel()));
      }
    }
    if (!publish.obsoleteDeletes().isEmpty()) {
      Set<String> obsolete = Set.copyOf(publish.obsoleteDeletes());
      for (DataEntry.Deletes file : state.allDeletes()) {
        if (obsolete.contains(file.file().object()) && file.obsoleteMillis() == 0) {
          checkEpoch(state, Catalogue.physicalChannel(file.file().channel()), publish.epoch());
          changes.add(Change.put(new DataEntry.Deletes(file.file(), nowMillis)));
        }
      }
    }
    changes.addAll(checkpoints(state, publish.checkpoint()));
    return new Decision<>(touched, changes);
  }

  private static Set<String> physicalChannels(DataCoord.Publish publish) {
    Set<String> channels = new TreeSet<>(publish.checkpoint().keySet());
    publish.add().forEach(added -> channels.add(Catalogue.physicalChannel(added.channel())));
    publish.deletes().forEach(file -> channels.add(Catalogue.physicalChannel(file.channel())));
    return channels;
  }

  private static void checkEpoch(DataState state, String channel, long epoch) {
    long present = state.channel(channel).map(DataEntry.Channel::epoch).orElse(0L);
    if (present != epoch) {
      throw new ElanusException(
              ErrorCode.CHANNEL_NOT_AVAILABLE, "the channel has another owner by now")
          .with("channel", channel)
          .with("epoch", epoch)
          .with("present", present);
    }
  }

  /** What was dropped or truncated before it was published is never seen. */
  private static DataEntry.Stored stored(
      DataState state, Segments.Segment segment, long nowMillis) {
    var flushed = new DataEntry.Stored(in(segment, Segments.State.FLUSHED), 0);
    boolean late =
        state.isGone(segment.collectionId(), segment.partitionId())
            || segment.maxTimestamp() <= state.truncatedUpTo(segment.channel());
    return late ? drop(flushed, nowMillis) : flushed;
  }

  private static DataEntry.Deletes deletes(
      DataState state, Segments.DeleteFile file, long nowMillis) {
    boolean late =
        state.isGone(Catalogue.collectionId(file.channel()))
            || file.maxTimestamp() <= state.truncatedUpTo(file.channel());
    return new DataEntry.Deletes(file, late ? nowMillis : 0);
  }

  private static List<DataEntry.Stored> dropped(DataState state, List<Long> ids) {
    return state.storedOf(new TreeSet<>(ids)).stream().filter(DataEntry.Stored::flushed).toList();
  }

  private static List<Change<DataEntry>> checkpoints(DataState state, Map<String, Long> positions) {
    List<Change<DataEntry>> changes = new ArrayList<>();
    new TreeMap<>(positions)
        .forEach((name, position) -> {
          DataEntry.Channel channel = state.channel(name).orElseThrow();
          if (position > channel.checkpoint()) {
            changes.add(
                Change.put(
                    new DataEntry.Channel(name, channel.epoch(), channel.owner(), position)));
          }
        });
    return changes;
  }

  static DataEntry.Stored drop(DataEntry.Stored stored, long nowMillis) {
    return new DataEntry.Stored(in(stored.segment(), Segments.State.DROPPED), nowMillis);
  }

  /** The same segment in another state. */
  static Segments.Segment in(Segments.Segment segment, Segments.State state) {
    return new Segments.Segment(
        segment.id(),
        segment.collectionId(),
        segment.partitionId(),
        segment.channel(),
        state,
        segment.schemaVersion(),
        segment.rows(),
        segment.bytes(),
        segment.manifest(),
        segment.firstPosition(),
        segment.lastPosition(),
        segment.minTimestamp(),
        segment.maxTimestamp(),
        segment.deletesAppliedUpTo(),
        segment.compactedFrom());
  }
}
