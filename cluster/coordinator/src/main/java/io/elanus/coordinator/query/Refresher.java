package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Background;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.ShardLeader;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Brings what is served of one collection in line with the wish, the segments and the indexes:
 * loads, switches views, releases. One run at a time for a collection; a run that fails half-way
 * leaves readable views and is repeated.
 */
final class Refresher {
  private final Directory directory;
  private final Board board;
  private final Background background;
  private final SegmentLoads loads;
  private final ViewSwitch viewSwitch;

  Refresher(Directory directory, Board board, Background background) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    loads = new SegmentLoads(board);
    viewSwitch = new ViewSwitch(directory, loads);
  }

  void refresh(Catalogue.Collection collection, Wish wish) {
    releaseUnviewed(collection.id()); // what a failed run left behind
    Picture picture = Picture.of(directory, collection, wish);
    forgetLostNodes(picture);
    ViewPlan plan = plan(picture);
    board.update(collection.id(), serving -> serving.narrowedTo(wish));
    loadAll(picture, plan);
    switchAll(picture, plan);
    releaseUnviewed(picture.collection().id());
    board.update(collection.id(), serving -> serving.fulfilling(wish));
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
    List<Runnable> due = new ArrayList<>();
    AtomicInteger loaded = new AtomicInteger();
    plan.placements()
        .forEach((channel, placements) -> {
          Set<Long> entering = picture.entering(serving, channel, placements);
          for (Segment segment : picture.flushed()) {
            Long node = placements.get(segment.id());
            boolean wanted =
                entering.contains(segment.id())
                    || !SegmentLoads.asWanted(picture, segment, serving.placed().get(segment.id()));
            if (node != null && wanted) {
              due.add(() -> {
                loads.load(picture, segment, node, picture.deletesOf(channel));
                int percent = loaded.incrementAndGet() * 99 / due.size();
                board.update(picture.collection().id(), s -> s.withPlaced(s.placed(), percent));
              });
            }
          }
        });
    if (!due.isEmpty()) {
      background.all(due);
    }
  }

  private void switchAll(Picture picture, ViewPlan plan) {
    Serving serving = board.serving(picture.collection().id());
    plan.placements()
        .forEach((channel, placements) -> {
          StreamingNode leader = picture.leaderOf(channel);
          if (isCurrent(picture, serving.shards().get(channel), leader, placements)) {
            return;
          }
          Set<Long> entering = picture.entering(serving, channel, placements);
          Segments.View view = viewSwitch.run(picture, channel, placements, entering);
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
