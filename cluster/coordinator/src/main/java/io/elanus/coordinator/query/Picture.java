package io.elanus.coordinator.query;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What a refresh of one replica looks at.
 *
 * @param leaders by channel; none for a channel that nobody leads now
 * @param deletes current delete files by channel
 * @param flushed segments of wished partitions
 * @param indexes files of wished fields, by segment
 * @param complete segments whose indexes are built or not needed
 * @param nodes of the replica that are there
 */
record Picture(
    Catalogue.Collection collection,
    Wish wish,
    ReplicaKey replica,
    Map<String, Leader> leaders,
    Map<String, List<DeleteFile>> deletes,
    List<Segment> flushed,
    Map<Long, List<Segments.IndexFile>> indexes,
    Set<Long> complete,
    Map<Long, QueryNode> nodes) {

  /**
   * Delete files are listed before segments: a file that becomes obsolete in between is still
   * applied, and a newer file's deletes come from the leader's memory. Leaders are looked for
   * before both: what one of them did not find in the log is listed.
   */
  static Picture of(
      Directory directory,
      Catalogue.Collection collection,
      Wish wish,
      ReplicaKey replica,
      Map<String, Leader> leaders,
      Set<Long> replicaNodes) {
    Map<String, List<DeleteFile>> deletes = new HashMap<>();
    for (String channel : collection.channels()) {
      deletes.put(channel, directory.dataCoord().deleteFiles(channel));
    }
    Set<Long> partitions =
        collection.partitions().stream()
            .map(Catalogue.Partition::id)
            .filter(wish::wants)
            .collect(Collectors.toSet());
    List<Segment> flushed =
        directory.dataCoord().flushedSegments(collection.id()).stream()
            .filter(segment -> partitions.contains(segment.partitionId()))
            .toList();
    List<Long> ids = flushed.stream().map(Segment::id).toList();
    Set<Long> complete = new HashSet<>(directory.indexCoord().complete(collection.id(), ids));
    Map<Long, List<Segments.IndexFile>> indexes =
        directory.indexCoord().files(ids).stream()
            .filter(file -> wish.fields().isEmpty() || wish.fields().contains(file.fieldId()))
            .collect(Collectors.groupingBy(Segments.IndexFile::segmentId));
    Map<Long, QueryNode> nodes = new TreeMap<>(directory.queryNodes());
    nodes.keySet().retainAll(replicaNodes);
    return new Picture(
        collection, wish, replica, leaders, deletes, flushed, indexes, complete, nodes);
  }

  Leader leaderOf(String channel) {
    return Optional.ofNullable(leaders.get(channel)).orElseThrow();
  }

  List<DeleteFile> deletesOf(String channel) {
    return deletes.getOrDefault(channel, List.of());
  }

  List<Segments.IndexFile> indexesOf(Segment segment) {
    return indexes.getOrDefault(segment.id(), List.of());
  }

  Set<String> indexObjects(Segment segment) {
    return indexesOf(segment).stream().map(Segments.IndexFile::object).collect(Collectors.toSet());
  }

  int schemaVersion() {
    return collection.schema().version();
  }

  /** Segments that the leader does not route deletes to yet. */
  Set<Long> entering(Serving serving, String channel, Map<Long, Long> placements) {
    Set<Map.Entry<Long, Long>> entering = new HashSet<>(placements.entrySet());
    Serving.Shard shard = serving.shards().get(channel);
    if (shard != null && shard.isLedBy(leaderOf(channel))) {
      entering.removeAll(shard.view().placements().entrySet());
    }
    return entering.stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }
}
