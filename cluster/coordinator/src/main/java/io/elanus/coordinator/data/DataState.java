package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import io.elanus.roles.Segments;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Channels, segments and delete files in memory. */
final class DataState implements State<DataEntry> {
  private final Map<String, DataEntry.Channel> channels = new TreeMap<>();
  private final Map<Long, Map<Long, DataEntry.Stored>> segments = new TreeMap<>();
  private final StoredByPosition byPosition = new StoredByPosition();
  private final Map<String, Map<String, DataEntry.Deletes>> deletes = new TreeMap<>();
  private final Map<String, DataEntry.Gone> gone = new TreeMap<>();
  private final Map<String, DataEntry.Truncated> truncated = new TreeMap<>();
  private final Map<Long, DataEntry.Merging> merges = new TreeMap<>();

  @Override
  public void apply(Change<DataEntry> change) {
    boolean put = change instanceof Change.Put;
    switch (change.entry()) {
      case DataEntry.Channel channel -> set(channels, channel.name(), channel, put);
      case DataEntry.Stored stored -> {
        setNested(segments, stored.segment().collectionId(), stored.segment().id(), stored, put);
        byPosition.set(stored, put);
      }
      case DataEntry.Deletes file ->
          setNested(deletes, file.file().channel(), file.file().object(), file, put);
      case DataEntry.Gone entry -> set(gone, entry.key(), entry, put);
      case DataEntry.Truncated entry -> set(truncated, entry.channel(), entry, put);
      case DataEntry.Merging merging -> set(merges, merging.target(), merging, put);
    }
  }

  private static <K, V> void set(Map<K, V> map, K key, V value, boolean put) {
    if (put) {
      map.put(key, value);
    } else {
      map.remove(key);
    }
  }

  private static <O, K, V> void setNested(
      Map<O, Map<K, V>> map, O outer, K key, V value, boolean put) {
    Map<K, V> inner = map.computeIfAbsent(outer, absent -> new TreeMap<>());
    set(inner, key, value, put);
    if (inner.isEmpty()) {
      map.remove(outer);
    }
  }

  /** Names of the physical channels that ever had an owner. */
  List<String> channels() {
    return List.copyOf(channels.keySet());
  }

  Optional<DataEntry.Channel> channel(String physicalChannel) {
    return Optional.ofNullable(channels.get(physicalChannel));
  }

  Optional<DataEntry.Stored> stored(long collectionId, long segmentId) {
    return Optional.ofNullable(segments.getOrDefault(collectionId, Map.of()).get(segmentId));
  }

  /** Of one collection, by id. */
  List<DataEntry.Stored> stored(long collectionId) {
    return List.copyOf(segments.getOrDefault(collectionId, Map.of()).values());
  }

  List<Segments.Segment> flushed(long collectionId) {
    return segments.getOrDefault(collectionId, Map.of()).values().stream()
        .filter(DataEntry.Stored::flushed)
        .map(DataEntry.Stored::segment)
        .toList();
  }

  List<DataEntry.Stored> allStored() {
    return segments.values().stream().flatMap(inner -> inner.values().stream()).toList();
  }

  /** Those of these segments that are known. */
  List<DataEntry.Stored> storedOf(Collection<Long> ids) {
    return byPosition.of(ids);
  }

  /** Flushed or dropped segments of a physical channel that reach beyond a log position. */
  List<Segments.Segment> persistedBeyond(String physicalChannel, long position) {
    return byPosition.beyond(physicalChannel, position);
  }

  Optional<DataEntry.Deletes> deletes(String channel, String object) {
    return Optional.ofNullable(deletes.getOrDefault(channel, Map.of()).get(object));
  }

  /** Of a virtual channel, obsolete ones too. */
  Collection<DataEntry.Deletes> deletes(String channel) {
    return List.copyOf(deletes.getOrDefault(channel, Map.of()).values());
  }

  List<Segments.DeleteFile> currentDeletes(String channel) {
    return deletes.getOrDefault(channel, Map.of()).values().stream()
        .filter(entry -> entry.obsoleteMillis() == 0)
        .map(DataEntry.Deletes::file)
        .toList();
  }

  List<DataEntry.Deletes> allDeletes() {
    return deletes.values().stream().flatMap(inner -> inner.values().stream()).toList();
  }

  Collection<DataEntry.Gone> gone() {
    return List.copyOf(gone.values());
  }

  boolean isGone(long collectionId, long partitionId) {
    return gone.containsKey(new DataEntry.Gone(collectionId, 0, 0).key())
        || gone.containsKey(new DataEntry.Gone(collectionId, partitionId, 0).key());
  }

  boolean isGone(long collectionId) {
    return isGone(collectionId, 0);
  }

  Collection<DataEntry.Truncated> truncated() {
    return List.copyOf(truncated.values());
  }

  /** 0 when the channel was never truncated. */
  long truncatedUpTo(String channel) {
    DataEntry.Truncated entry = truncated.get(channel);
    return entry == null ? 0 : entry.timestamp();
  }

  List<DataEntry.Merging> merges() {
    return new ArrayList<>(merges.values());
  }

  Optional<DataEntry.Merging> merging(long target) {
    return Optional.ofNullable(merges.get(target));
  }

  /** Segments that a merge in progress reads. */
  Set<Long> mergedSources() {
    Set<Long> sources = new HashSet<>();
    merges.values().forEach(merging -> sources.addAll(merging.sources()));
    return sources;
  }
}
