package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Background;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.DeleteFile;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.ShardLeader;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is served of one collection in line with the wish, the segments and the indexes:
 * loads, switches views, releases. One run at a time for a collection; a run that fails half-way
 * leaves readable views and is repeated.
 */
final class Refresher {
  private static final int DELETE_ATTEMPTS = 5;

  private final Directory directory;
  private final Board board;
  private final Background background;

  Refresher(Directory directory, Board board, Background background) {
    this.directory = directory;
    this.board = board;
    this.background = background;
  }

  /** What a run looks at; taken in this order (see {@link #look}). */
  private record Picture(
      Catalogue.Collection collection,
      Wish wish,
      Map<String, StreamingNode> leaders,
      Map<String, List<DeleteFile>> deletes,
      List<Segment> flushed,
      Map<Long, List<Segments.IndexFile>> indexes,
      Set<Long> complete,
      Map<Long, QueryNode> nodes) {
    StreamingNode leaderOf(String channel) {
      return Optional.ofNullable(leaders.get(channel)).orElseThrow();
    }

    List<DeleteFile> deletesOf(String channel) {
      return deletes.getOrDefault(channel, List.of());
    }
  }

  void refresh(Catalogue.Collection collection, Wish wish) {
    releaseUnviewed(collection.id()); // what a failed run left behind
    Picture picture = look(collection, wish);
    forgetLostNodes(picture);
    ViewPlan plan = plan(picture);
    loadAll(picture, plan);
    switchAll(picture, plan);
    releaseUnviewed(picture.collection().id());
    board.update(collection.id(), serving -> serving.fulfilling(wish));
  }

  /**
   * Delete files are listed before segments: a file that becomes obsolete in between is still
   * applied, and a newer file's deletes come from the leader's memory.
   */
  private Picture look(Catalogue.Collection collection, Wish wish) {
    Map<String, StreamingNode> leaders = new TreeMap<>();
    Map<String, List<DeleteFile>> deletes = new HashMap<>();
    for (String channel : collection.channels()) {
      leaders.put(channel, directory.ownerOf(channel));
      deletes.put(channel, directory.dataCoord().deleteFiles(channel));
    }
    Set<Long> partitions =
        collection.partitions().stream()
            .map(Catalogue.Partition::id)
            .filter(wish::wants)
            .collect(Collectors.toSet());
    List<Segment> flushed =
        directory.dataCoord().segments(collection.id()).stream()
            .filter(segment -> segment.state() == Segments.State.FLUSHED)
            .filter(segment -> partitions.contains(segment.partitionId()))
            .toList();
    List<Long> ids = flushed.stream().map(Segment::id).toList();
    Set<Long> complete = new HashSet<>(directory.indexCoord().complete(collection.id(), ids));
    Map<Long, List<Segments.IndexFile>> indexes =
        directory.indexCoord().files(ids).stream()
            .filter(file -> wish.fields().isEmpty() || wish.fields().contains(file.fieldId()))
            .collect(Collectors.groupingBy(Segments.IndexFile::segmentId));
    return new Picture(
        collection, wish, leaders, deletes, flushed, indexes, complete, directory.queryNodes());
  }

  private void forgetLostNodes(Picture picture) {
    board.update(
        picture.collection().id(),
        serving -> {
          Map<Long, Serving.Placed> placed = new HashMap<>(serving.placed());
          placed.values().removeIf(gone -> !picture.nodes().containsKey(gone.node()));
          return serving.withPlaced(placed, serving.percent());
        });
  }

  private ViewPlan plan(Picture picture) {
    if (picture.nodes().isEmpty() && !picture.flushed().isEmpty()) {
      throw new ElanusException(ErrorCode.RESOURCE_INSUFFICIENT, "no query node is there")
          .with("collection", picture.collection().name());
    }
    Serving serving = board.serving(picture.collection().id());
    Map<String, ViewPlan.Held> held = new HashMap<>();
    picture
        .leaders()
        .forEach((channel, leader) -> held.put(channel, held(serving, channel, leader)));
    return ViewPlan.of(
        new ViewPlan.Situation(
            picture.collection().channels(),
            picture.flushed(),
            picture.complete(),
            serving.placed(),
            serving.viewed(),
            held,
            board.nodeRows(picture.nodes().keySet())));
  }

  private static ViewPlan.Held held(Serving serving, String channel, ShardLeader leader) {
    Serving.Shard shard = serving.shards().get(channel);
    return shard == null || !shard.leader().equals(leader)
        ? new ViewPlan.None()
        : new ViewPlan.Of(shard.view().partitions());
  }

  /**
   * Loads what enters a view, and again what has a new index or schema. A segment that its leader
   * does not route deletes to yet is given the delete files in any case.
   */
  private void loadAll(Picture picture, ViewPlan plan) {
    Serving serving = board.serving(picture.collection().id());
    List<Runnable> loads = new ArrayList<>();
    AtomicInteger loaded = new AtomicInteger();
    plan.placements()
        .forEach((channel, placements) -> {
          Set<Long> entering = entering(picture, serving, channel, placements);
          for (Segment segment : picture.flushed()) {
            Long node = placements.get(segment.id());
            boolean due =
                entering.contains(segment.id())
                    || !asWanted(picture, segment, serving.placed().get(segment.id()));
            if (node != null && due) {
              loads.add(() -> {
                load(picture, segment, node, picture.deletesOf(channel));
                int percent = loaded.incrementAndGet() * 99 / loads.size();
                board.update(picture.collection().id(), s -> s.withPlaced(s.placed(), percent));
              });
            }
          }
        });
    if (!loads.isEmpty()) {
      background.all(loads);
    }
  }

  private static boolean asWanted(
      Picture picture, Segment segment, Serving.@Nullable Placed placed) {
    return placed != null
        && placed.schemaVersion() == picture.collection().schema().version()
        && placed.indexes().containsAll(indexObjects(picture, segment));
  }

  private static Set<String> indexObjects(Picture picture, Segment segment) {
    return picture.indexes().getOrDefault(segment.id(), List.of()).stream()
        .map(Segments.IndexFile::object)
        .collect(Collectors.toSet());
  }

  private void load(Picture picture, Segment segment, long node, List<DeleteFile> deletes) {
    List<DeleteFile> concerning =
        deletes.stream()
            .filter(file -> file.maxTimestamp() > segment.deletesAppliedUpTo())
            .filter(file -> file.maxTimestamp() > segment.minTimestamp())
            .toList();
    QueryNode queryNode = picture.nodes().get(node);
    if (queryNode == null) {
      throw new ElanusException(ErrorCode.NODE_NOT_FOUND).with("node", node);
    }
    queryNode.load(
        new QueryNode.Load(
            segment,
            picture.collection().schema(),
            picture.wish().fields(),
            picture.indexes().getOrDefault(segment.id(), List.of()),
            concerning));
    var placed =
        new Serving.Placed(
            segment, node, indexObjects(picture, segment), picture.collection().schema().version());
    board.update(
        picture.collection().id(),
        serving -> {
          Map<Long, Serving.Placed> all = new HashMap<>(serving.placed());
          all.put(segment.id(), placed);
          return serving.withPlaced(all, serving.percent());
        });
  }

  private void switchAll(Picture picture, ViewPlan plan) {
    Serving serving = board.serving(picture.collection().id());
    plan.placements()
        .forEach((channel, placements) -> {
          StreamingNode leader = picture.leaderOf(channel);
          if (isCurrent(picture, serving.shards().get(channel), leader, placements)) {
            return;
          }
          Set<Long> entering = entering(picture, serving, channel, placements);
          Segments.View view = switchView(picture, channel, placements, entering);
          var shard = new Serving.Shard(leader, board.nodeOf(leader), view);
          board.update(
              picture.collection().id(),
              current -> {
                Map<String, Serving.Shard> shards = new HashMap<>(current.shards());
                shards.put(channel, shard);
                return current.with(shards);
              });
        });
  }

  private static boolean isCurrent(
      Picture picture,
      Serving.@Nullable Shard shard,
      ShardLeader leader,
      Map<Long, Long> placements) {
    return shard != null
        && shard.leader().equals(leader)
        && shard.view().placements().equals(placements)
        && shard.view().partitions().equals(picture.wish().partitions());
  }

  /** Segments that the leader does not route deletes to yet. */
  private static Set<Long> entering(
      Picture picture, Serving serving, String channel, Map<Long, Long> placements) {
    Set<Map.Entry<Long, Long>> entering = new HashSet<>(placements.entrySet());
    Serving.Shard shard = serving.shards().get(channel);
    if (shard != null && shard.leader().equals(picture.leaderOf(channel))) {
      entering.removeAll(shard.view().placements().entrySet());
    }
    return entering.stream().map(Map.Entry::getKey).collect(Collectors.toSet());
  }

  private Segments.View switchView(
      Picture picture, String channel, Map<Long, Long> placements, Set<Long> entering) {
    StreamingNode leader = picture.leaderOf(channel);
    List<Segment> segments =
        picture.flushed().stream().filter(segment -> entering.contains(segment.id())).toList();
    List<DeleteFile> deletes = picture.deletesOf(channel);
    long atLeast = 0;
    for (int attempt = 0; attempt < DELETE_ATTEMPTS; attempt++) {
      long deletesUpTo =
          segments.isEmpty() ? Math.max(atLeast, newest(deletes)) : deletesUpTo(segments, deletes);
      var view =
          new Segments.View(
              channel,
              directory.rootCoord().allocateTimestamps(1).first(),
              picture.wish().partitions(),
              placements,
              deletesUpTo);
      switch (leader.switchView(view)) {
        case ShardLeader.Done done -> {
          return view;
        }
        case ShardLeader.DeletesMissing missing -> {
          atLeast = missing.upTo();
          deletes = directory.dataCoord().deleteFiles(channel);
          for (Segment segment : segments) {
            load(picture, segment, placements.getOrDefault(segment.id(), -1L), deletes);
          }
        }
      }
    }
    throw new ElanusException(
            ErrorCode.UNAVAILABLE, "delete files do not reach back to the leader's memory")
        .with("channel", channel);
  }

  /** Up to here every delete is in the segments' own files or in a delete file they were given. */
  private static long deletesUpTo(List<Segment> segments, List<DeleteFile> deletes) {
    long inFiles =
        segments.stream().mapToLong(Segment::deletesAppliedUpTo).min().orElse(Long.MAX_VALUE);
    return Math.max(inFiles, newest(deletes));
  }

  private static long newest(List<DeleteFile> deletes) {
    return deletes.stream().mapToLong(DeleteFile::maxTimestamp).max().orElse(0);
  }

  private void releaseUnviewed(long collectionId) {
    Serving serving = board.serving(collectionId);
    Set<Long> viewed = serving.viewed();
    Map<Long, Serving.Placed> kept = new HashMap<>(serving.placed());
    kept.keySet().retainAll(viewed);
    board.update(collectionId, s -> s.withPlaced(kept, s.percent()));
    Map<Long, List<Long>> released = new TreeMap<>();
    serving
        .placed()
        .forEach((id, placed) -> {
          if (!viewed.contains(id)) {
            released.computeIfAbsent(placed.node(), node -> new ArrayList<>()).add(id);
          }
        });
    release(released);
  }

  private void release(Map<Long, List<Long>> segmentsByNode) {
    Map<Long, QueryNode> nodes = directory.queryNodes();
    segmentsByNode.forEach((node, segments) ->
        Optional.ofNullable(nodes.get(node)).ifPresent(present -> present.release(segments)));
  }

  /** Nothing of the collection is wanted any more. */
  void tearDown(long collectionId) {
    Serving serving = board.serving(collectionId);
    for (Map.Entry<String, Serving.Shard> shard : serving.shards().entrySet()) {
      shard.getValue().leader().dropView(shard.getKey());
    }
    board.update(collectionId, s -> s.with(Map.of()));
    releaseUnviewed(collectionId);
    board.remove(collectionId);
  }
}
