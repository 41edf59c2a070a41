package io.elanus.coordinator.index;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import io.elanus.roles.IndexCoord.Definition;
import io.elanus.roles.Segments;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Definitions and built files in memory. */
final class IndexState implements State<IndexEntry> {
  private final Map<Long, Map<Long, Definition>> definitions = new TreeMap<>();
  private final Map<Long, Map<Long, IndexEntry.Built>> builtBySegment = new TreeMap<>();

  /** Segments with files, by collection. */
  private final Map<Long, Set<Long>> builtSegments = new TreeMap<>();

  private final Map<String, IndexEntry.Unneeded> unneeded = new TreeMap<>();

  @Override
  public void apply(Change<IndexEntry> change) {
    boolean put = change instanceof Change.Put;
    switch (change.entry()) {
      case IndexEntry.Defined(Definition definition) ->
          set(definitions, definition.collectionId(), definition.id(), definition, put);
      case IndexEntry.Built built -> {
        set(builtBySegment, built.file().segmentId(), built.file().indexId(), built, put);
        setBuilt(built.collectionId(), built.file().segmentId());
      }
      case IndexEntry.Unneeded object -> {
        if (put) {
          unneeded.put(object.object(), object);
        } else {
          unneeded.remove(object.object());
        }
      }
    }
  }

  private void setBuilt(long collectionId, long segmentId) {
    Set<Long> segments = builtSegments.computeIfAbsent(collectionId, absent -> new TreeSet<>());
    if (builtBySegment.containsKey(segmentId)) {
      segments.add(segmentId);
    } else {
      segments.remove(segmentId);
    }
    if (segments.isEmpty()) {
      builtSegments.remove(collectionId);
    }
  }

  private static <V> void set(
      Map<Long, Map<Long, V>> map, long outer, long inner, V value, boolean put) {
    Map<Long, V> values = map.computeIfAbsent(outer, absent -> new TreeMap<>());
    if (put) {
      values.put(inner, value);
    } else {
      values.remove(inner);
    }
    if (values.isEmpty()) {
      map.remove(outer);
    }
  }

  Set<Long> collections() {
    Set<Long> collections = new TreeSet<>(definitions.keySet());
    collections.addAll(builtSegments.keySet());
    return collections;
  }

  List<Definition> definitions(long collectionId) {
    return List.copyOf(definitions.getOrDefault(collectionId, Map.of()).values());
  }

  Optional<Definition> definition(long collectionId, long indexId) {
    return Optional.ofNullable(definitions.getOrDefault(collectionId, Map.of()).get(indexId));
  }

  boolean isBuilt(long segmentId, long indexId) {
    return builtBySegment.getOrDefault(segmentId, Map.of()).containsKey(indexId);
  }

  Optional<IndexEntry.Built> built(long segmentId, long indexId) {
    return Optional.ofNullable(builtBySegment.getOrDefault(segmentId, Map.of()).get(indexId));
  }

  boolean isUnneeded(String object) {
    return unneeded.containsKey(object);
  }

  /** The files of one index. */
  List<Segments.IndexFile> files(long collectionId, long indexId) {
    return built(collectionId).stream()
        .map(IndexEntry.Built::file)
        .filter(file -> file.indexId() == indexId)
        .toList();
  }

  List<Segments.IndexFile> files() {
    return builtBySegment.values().stream()
        .flatMap(built -> built.values().stream())
        .map(IndexEntry.Built::file)
        .toList();
  }

  List<Segments.IndexFile> files(List<Long> segments) {
    return segments.stream()
        .flatMap(id -> builtBySegment.getOrDefault(id, Map.of()).values().stream())
        .map(IndexEntry.Built::file)
        .toList();
  }

  List<IndexEntry.Built> built(long collectionId) {
    return builtSegments.getOrDefault(collectionId, Set.of()).stream()
        .flatMap(segment -> builtBySegment.getOrDefault(segment, Map.of()).values().stream())
        .toList();
  }

  List<IndexEntry.Unneeded> unneeded() {
    return List.copyOf(unneeded.values());
  }
}
