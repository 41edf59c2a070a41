package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.Background;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.roles.Standing;
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
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
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
  private final Standing standing;
  private final Strays strays;
  private final SegmentLoads loads;
  private final ViewSwitch viewSwitch;

  /** Nodes that could not load something in the last run of a collection. */
  private final Map<Long, Set<Long>> failing = new ConcurrentHashMap<>();

  Refresher(
      Directory directory, Board board, Background background, Standing standing, Strays strays) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    this.standing = standing;
    this.strays = strays;
    loads = new SegmentLoads(board, strays);
    viewSwitch = new ViewSwitch(directory, standing, loads);
  }

  /**
   * Whether a view changed.
   *
   * @throws ElanusException when something is left to do, which is no reason to leave the rest
   */
  boolean refresh(Catalogue.Collection collection, Wish wish) {
    releaseUnviewed(collection.id()); // what a failed run left behind
    Picture picture = Picture.of(directory, collection, wish);
    board.update(
        collection.id(),
        serving -> serving.without(copy -> !picture.nodes().containsKey(copy.node())));
    ViewPlan plan = plan(picture);
    board.update(collection.id(), serving -> serving.narrowedTo(wish));
    failing.remove(collection.id());
    boolean switched = serveAll(picture, plan);
    releaseUnviewed(collection.id());
    for (String channel : collection.channels()) {
      if (!picture.leaders().containsKey(channel)) {
        throw new ElanusException(
                ErrorCode.CHANNEL_NOT_AVAILABLE, "a shard waits for its leader to get a view")
            .with("channel", channel);
      }
    }
    board.update(collection.id(), serving -> serving.fulfilling(wish));
    return switched;
  }

  private ViewPlan plan(Picture picture) {
    if (picture.nodes().isEmpty() && !picture.flushed().isEmpty()) {
      throw new ElanusException(ErrorCode.RESOURCE_INSUFFICIENT, "no query node is there")
          .with("collection", picture.collection().name());
    }
    long collectionId = picture.collection().id();
    Serving serving = board.serving(collectionId);
    Map<String, ViewPlan.Held> held = new HashMap<>();
    picture
        .leaders()
        .forEach((channel, leader) -> held.put(channel, held(serving, channel, leader)));
    Map<Long, Long> wanted = new HashMap<>(strays.found());
    wanted.putAll(board.wanted());
    Set<Long> avoided = new HashSet<>(board.leaving());
    avoided.addAll(failing.getOrDefault(collectionId, Set.of()));
    wanted.putAll(aroundCuts(picture, serving.current(), avoided));
    return ViewPlan.of(
        new ViewPlan.Situation(
            picture.collection().channels(),
            picture.flushed(),
            picture.complete(),
            serving.current(),
            serving.viewed().keySet(),
            held,
            wanted,
            board.nodeWeights(picture.nodes().keySet()),
            avoided));
  }

  /** Where segments should be that are, or may come, where their leader does not reach them. */
  private Map<Long, Long> aroundCuts(
      Picture picture, Map<Long, Serving.Placed> current, Set<Long> avoided) {
    Map<Long, Long> elsewhere = new HashMap<>();
    Map<Long, Long> weights = board.nodeWeights(picture.nodes().keySet());
    weights.keySet().removeAll(avoided);
    for (Segment segment : picture.flushed()) {
      Directory.Owner leader = picture.leaders().get(segment.channel());
      Set<Long> cut = leader == null ? Set.of() : board.cuts().from(leader.nodeId());
      Serving.Placed placed = current.get(segment.id());
      if (!cut.isEmpty() && (placed == null || cut.contains(placed.node()))) {
        weights.entrySet().stream()
            .filter(node -> !cut.contains(node.getKey()))
            .min(Map.Entry.comparingByValue())
            .ifPresent(lightest -> {
              elsewhere.put(segment.id(), lightest.getKey());
              lightest.setValue(lightest.getValue() + Balance.weight(segment));
            });
      }
    }
    return elsewhere;
  }

  private static ViewPlan.Held held(Serving serving, String channel, Directory.Owner leader) {
    Serving.Shard shard = serving.shards().get(channel);
    return shard == null || !shard.isLedBy(leader)
        ? new ViewPlan.None()
        : new ViewPlan.Of(shard.view().partitions());
  }

  /**
   * Each shard for itself: what it needs is loaded, then its view switched. So none waits for what
   * another one needs, be it much, and none's failure keeps the others from their views.
   */
  private boolean serveAll(Picture picture, ViewPlan plan) {
    Serving serving = board.serving(picture.collection().id());
    Progress progress = new Progress(picture.collection().id());
    List<Runnable> due = new ArrayList<>();
    boolean switches = false;
    for (String channel : new TreeSet<>(picture.leaders().keySet())) {
      Map<Long, Long> placements = plan.placements().getOrDefault(channel, Map.of());
      Set<Long> entering = picture.entering(serving, channel, placements);
      List<Runnable> loading = loadsDue(picture, serving, placements, entering, progress);
      boolean current = isCurrent(picture, serving.shards().get(channel), channel, placements);
      switches |= !current;
      if (!current || !loading.isEmpty()) {
        due.add(() -> {
          background.all(loading);
          if (!current) {
            switchOne(picture, channel, placements, entering);
          }
        });
      }
    }
    background.all(due);
    return switches;
  }

  /** How much of the loads of one run is done. */
  private final class Progress {
    private final long collectionId;
    private final AtomicInteger done = new AtomicInteger();
    private int all;

    Progress(long collectionId) {
      this.collectionId = collectionId;
    }

    void step() {
      int percent = done.incrementAndGet() * 99 / all;
      board.update(collectionId, serving -> serving.loading(percent));
    }
  }

  /**
   * What enters the view of a shard, and again what has a new index or schema. A segment that its
   * leader does not route deletes to yet is given the delete files in any case.
   */
  private List<Runnable> loadsDue(
      Picture picture,
      Serving serving,
      Map<Long, Long> placements,
      Set<Long> entering,
      Progress progress) {
    List<Runnable> due = new ArrayList<>();
    for (Segment segment : picture.flushed()) {
      Long node = placements.get(segment.id());
      if (node != null && isDue(picture, serving, segment, node, entering)) {
        due.add(() -> {
          load(picture, segment, node);
          progress.step();
        });
      }
    }
    progress.all += due.size();
    return due;
  }

  private static boolean isDue(
      Picture picture, Serving serving, Segment segment, long node, Set<Long> entering) {
    Serving.Placed placed = serving.placed().get(new Serving.Copy(segment.id(), node));
    return entering.contains(segment.id()) || !SegmentLoads.asWanted(picture, segment, placed);
  }

  private void load(Picture picture, Segment segment, long node) {
    try {
      loads.load(picture, segment, node, picture.deletesOf(segment.channel()));
    } catch (ElanusException failed) {
      failing
          .computeIfAbsent(picture.collection().id(), id -> ConcurrentHashMap.newKeySet())
          .add(node);
      throw failed;
    }
  }

  private void switchOne(
      Picture picture, String channel, Map<Long, Long> placements, Set<Long> entering) {
    Segments.View view = viewSwitch.run(picture, channel, placements, entering);
    var shard = new Serving.Shard(picture.leaderOf(channel), view);
    board.update(picture.collection().id(), serving -> serving.with(channel, shard));
  }

  private static boolean isCurrent(
      Picture picture, Serving.@Nullable Shard shard, String channel, Map<Long, Long> placements) {
    return shard != null
        && shard.isLedBy(picture.leaderOf(channel))
        && shard.view().placements().equals(placements)
        && shard.view().partitions().equals(picture.wish().partitions());
  }

  /** No read meets these copies any more, but for those that run: nodes let them end. */
  private void releaseUnviewed(long collectionId) {
    standing.check();
    Set<Serving.Copy> unviewed = board.serving(collectionId).unviewed();
    board.update(collectionId, serving -> serving.without(unviewed::contains));
    Map<Long, List<Long>> released = new TreeMap<>();
    unviewed.forEach(copy ->
        released.computeIfAbsent(copy.node(), node -> new ArrayList<>()).add(copy.segment()));
    Map<Long, QueryNode> nodes = directory.queryNodes();
    released.forEach((node, segments) ->
        Optional.ofNullable(nodes.get(node))
            .ifPresent(present -> release(node, present, segments)));
  }

  /** What a node cannot be told to let go is a stray there. */
  private void release(long id, QueryNode node, List<Long> segments) {
    try {
      node.release(segments.stream().sorted().toList());
    } catch (ElanusException unreachable) {
      strays.arrived(List.of(id));
    }
  }

  /**
   * Nothing of the collection is wanted any more. A leader whose channel has another owner now
   * answers no reads, and the new one has no view.
   */
  void tearDown(long collectionId) {
    for (Map.Entry<String, Serving.Shard> shard : board.serving(collectionId).shards().entrySet()) {
      String channel = shard.getKey();
      Picture.owner(directory, channel)
          .filter(shard.getValue()::isLedBy)
          .ifPresent(owner -> owner.node().dropView(channel));
    }
    board.update(collectionId, Serving::withoutViews);
    releaseUnviewed(collectionId);
    board.remove(collectionId);
    failing.remove(collectionId);
  }
}
