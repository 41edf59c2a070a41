package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.DEBUG;

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
 * Brings what is served of one replica in line with the wish, the segments and the indexes: loads,
 * switches views, releases. One run at a time for a collection; a run that fails half-way leaves
 * readable views and is repeated.
 */
final class Refresher {
  private static final System.Logger LOG = System.getLogger(Refresher.class.getName());

  private final Directory directory;
  private final Board board;
  private final Background background;
  private final Standing standing;
  private final Strays strays;
  private final SegmentLoads loads;
  private final ViewSwitch viewSwitch;
  private final PresentLeaders leaders;

  /** Nodes that could not load something in the last run of a replica. */
  private final Map<ReplicaKey, Set<Long>> failing = new ConcurrentHashMap<>();

  Refresher(
      Directory directory, Board board, Background background, Standing standing, Strays strays) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    this.standing = standing;
    this.strays = strays;
    loads = new SegmentLoads(board, strays);
    viewSwitch = new ViewSwitch(directory, standing, loads);
    leaders = new PresentLeaders(directory);
  }

  /**
   * Whether a view changed.
   *
   * @param assigned nodes and followers of the replica
   * @param first whether the owners of the channels lead it
   * @throws ElanusException when something is left to do, which is no reason to leave the rest
   */
  boolean refresh(Catalogue.Collection collection, Wish wish, Assigned assigned, boolean first) {
    ReplicaKey replica = assigned.replica();
    releaseUnviewed(replica); // what a failed run left behind
    Map<String, Leader> present =
        first ? leaders.owners(collection.channels()) : leaders.followers(assigned.leaders());
    Picture picture = Picture.of(directory, collection, wish, replica, present, assigned.nodes());
    Set<Long> alive = directory.queryNodes().keySet();
    board.update(replica, serving -> serving.without(copy -> !alive.contains(copy.node())));
    ViewPlan plan = plan(picture);
    board.update(replica, serving -> serving.narrowedTo(wish));
    failing.remove(replica);
    boolean switched = serveAll(picture, plan);
    releaseUnviewed(replica);
    for (String channel : collection.channels()) {
      if (!picture.leaders().containsKey(channel)) {
        throw new ElanusException(
                ErrorCode.CHANNEL_NOT_AVAILABLE, "a shard waits for its leader to get a view")
            .with("channel", channel);
      }
    }
    board.update(replica, serving -> serving.fulfilling(wish));
    return switched;
  }

  private ViewPlan plan(Picture picture) {
    if (picture.nodes().isEmpty() && !picture.flushed().isEmpty()) {
      throw new ElanusException(ErrorCode.RESOURCE_INSUFFICIENT, "no query node is there")
          .with("collection", picture.collection().name());
    }
    ReplicaKey replica = picture.replica();
    Serving serving = board.serving(replica);
    Map<String, ViewPlan.Held> held = new HashMap<>();
    picture
        .leaders()
        .forEach((channel, leader) -> held.put(channel, held(serving, channel, leader)));
    Map<Long, Long> wanted = new HashMap<>(strays.found(picture.nodes().keySet()));
    wanted.putAll(board.wanted(replica));
    Map<Long, Serving.Placed> placed = serving.current();
    placed.values().removeIf(copy -> !picture.nodes().containsKey(copy.node()));
    Set<Long> avoided = new HashSet<>(board.leaving());
    avoided.addAll(board.reads().full());
    avoided.addAll(failing.getOrDefault(replica, Set.of()));
    wanted.putAll(aroundCuts(picture, placed, avoided));
    return ViewPlan.of(
        new ViewPlan.Situation(
            picture.collection().channels(),
            picture.flushed(),
            picture.complete(),
            placed,
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
      Leader leader = picture.leaders().get(segment.channel());
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

  private static ViewPlan.Held held(Serving serving, String channel, Leader leader) {
    Serving.Shard shard = serving.shards().get(channel);
    return shard == null || !shard.isLedBy(leader)
        ? new ViewPlan.None()
        : new ViewPlan.Of(shard.view().partitions());
  }

  /**
   * Each shard for itself: what it needs is loaded, then its view switched. So none waits for what
   * another one needs, be it much, and none's failure keeps the others from their views. Those of
   * which reads stand still come first, and are tried again before the others if one fails.
   */
  private boolean serveAll(Picture picture, ViewPlan plan) {
    Serving serving = board.serving(picture.replica());
    Progress progress = new Progress(picture.replica());
    List<Runnable> urgent = new ArrayList<>();
    List<Runnable> due = new ArrayList<>();
    Set<Long> alive = directory.queryNodes().keySet();
    boolean switches = false;
    for (String channel : new TreeSet<>(picture.leaders().keySet())) {
      Map<Long, Long> placements = plan.placements().getOrDefault(channel, Map.of());
      Set<Long> entering = picture.entering(serving, channel, placements);
      List<Runnable> loading = loadsDue(picture, serving, placements, entering, progress);
      boolean current = isCurrent(picture, serving.shards().get(channel), channel, placements);
      switches |= !current;
      if (!current || !loading.isEmpty()) {
        boolean standsStill = standsStill(serving.shards().get(channel), picture, channel, alive);
        (standsStill ? urgent : due)
            .add(() -> {
              long begun = System.nanoTime();
              background.all(loading);
              long loaded = System.nanoTime();
              if (!current) {
                switchOne(picture, channel, placements, entering);
              }
              LOG.log(
                  DEBUG,
                  "shard {0}: {1} loads in {2} ms, then its view in {3} ms",
                  channel,
                  loading.size(),
                  (loaded - begun) / 1_000_000,
                  (System.nanoTime() - loaded) / 1_000_000);
            });
      }
    }
    background.all(urgent);
    background.all(due);
    return switches;
  }

  /** Whether the leader has no view, or one with a node that is gone. */
  private static boolean standsStill(
      Serving.@Nullable Shard shard, Picture picture, String channel, Set<Long> alive) {
    return shard == null
        || !shard.isLedBy(picture.leaderOf(channel))
        || !alive.containsAll(shard.view().placements().values());
  }

  /** How much of the loads of one run is done. */
  private final class Progress {
    private final ReplicaKey replica;
    private final AtomicInteger done = new AtomicInteger();
    private int all;

    Progress(ReplicaKey replica) {
      this.replica = replica;
    }

    void step() {
      int percent = done.incrementAndGet() * 99 / all;
      board.update(replica, serving -> serving.loading(percent));
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
      failing.computeIfAbsent(picture.replica(), key -> ConcurrentHashMap.newKeySet()).add(node);
      throw failed;
    }
  }

  private void switchOne(
      Picture picture, String channel, Map<Long, Long> placements, Set<Long> entering) {
    Segments.View view = viewSwitch.run(picture, channel, placements, entering);
    var shard = new Serving.Shard(picture.leaderOf(channel), view);
    Serving.Shard before = board.serving(picture.replica()).shards().get(channel);
    board.update(picture.replica(), serving -> serving.with(channel, shard));
    if (before != null && before.leader().nodeId() != shard.leader().nodeId()) {
      leaders.dismiss(channel, before.leader());
    }
  }

  private static boolean isCurrent(
      Picture picture, Serving.@Nullable Shard shard, String channel, Map<Long, Long> placements) {
    return shard != null
        && shard.isLedBy(picture.leaderOf(channel))
        && shard.view().placements().equals(placements)
        && shard.view().partitions().equals(picture.wish().partitions());
  }

  /** No read meets these copies any more, but for those that run: nodes let them end. */
  private void releaseUnviewed(ReplicaKey replica) {
    standing.check();
    Set<Serving.Copy> unviewed = board.serving(replica).unviewed();
    board.update(replica, serving -> serving.without(unviewed::contains));
    Map<Long, List<Long>> released = new TreeMap<>();
    for (Serving.Copy copy : unviewed) {
      if (!board.isOfAnother(replica, copy)) {
        released.computeIfAbsent(copy.node(), node -> new ArrayList<>()).add(copy.segment());
      }
    }
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
   * Nothing of the replica is wanted any more. A leader whose channel has another owner now answers
   * no reads, and the new one has no view.
   */
  void tearDown(ReplicaKey replica) {
    for (Map.Entry<String, Serving.Shard> shard : board.serving(replica).shards().entrySet()) {
      String channel = shard.getKey();
      Leader leader = shard.getValue().leader();
      PresentLeaders.owner(directory, channel)
          .filter(leader::is)
          .ifPresent(owner -> owner.node().dropView(channel));
      leaders.dismiss(channel, leader);
    }
    giveUp(replica);
    board.remove(replica);
  }

  /** The replica has no node at present: its leaders are not told of any more. */
  void giveUp(ReplicaKey replica) {
    board.update(replica, Serving::withoutViews);
    releaseUnviewed(replica);
    board.update(replica, serving -> Serving.NOTHING);
    failing.remove(replica);
  }
}
