package io.elanus.coordinator.query;

import io.elanus.roles.Segments;
import io.elanus.roles.Segments.Segment;
import io.elanus.scale.Figures;
import io.elanus.scale.Size;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** QueryCoord's deciders over a whole cluster's segments: what they plan happens at once. */
public final class Placement {
  private static final int MOVES_TO_A_NODE = 16;

  private final Figures figures;
  private final Board board = new Board();
  private final Set<Long> nodes = new TreeSet<>();
  private final Map<Long, List<Segment>> collections;

  public Placement(Size size, List<Segment> segments, Figures figures) {
    this.figures = figures;
    collections = new TreeMap<>(segments.stream().collect(Collectors.groupingBy(Segment::collectionId)));
    for (long node = 1; node <= size.nodes(); node++) {
      nodes.add(node);
    }
  }

  public void run() {
    figures.put("segments loaded", refresh("load", collections.keySet()));
    spreads("loaded");
    long dead = nodes.iterator().next();
    long lost = board.viewedOn(dead);
    nodes.remove(dead);
    Set<Long> concerned = concerned(dead);
    figures.put("death segments lost", lost);
    figures.put("death bytes lost", bytesOn(dead));
    figures.put("death collections", concerned.size());
    figures.put("death moves", refresh("death", concerned));
    long last = nodes.stream().mapToLong(Long::longValue).max().orElseThrow();
    int joining = Math.max(1, nodes.size() / 10);
    for (int i = 1; i <= joining; i++) {
      nodes.add(last + i);
    }
    balance("join", Set.of());
    spreads("joined");
    long drained = nodes.iterator().next();
    balance("drain", Set.of(drained));
    figures.put("drain left", board.viewedOn(drained));
    nodes.remove(drained);
    balance("again", Set.of());
    flush();
  }

  private static ReplicaKey of(long collection) {
    return new ReplicaKey(collection, 1);
  }

  private Set<Long> concerned(long node) {
    return collections.keySet().stream()
        .filter(collection -> board.serving(of(collection)).viewed().containsValue(node))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** Plans new views of these collections and has them so; the number of segments that moved. */
  private long refresh(String name, Set<Long> which) {
    long nanos = 0;
    long longest = 0;
    long moved = 0;
    for (long collection : which) {
      Map<Long, Long> before = board.serving(of(collection)).viewed();
      board.update(of(collection), serving -> serving.without(copy -> !nodes.contains(copy.node())));
      long begin = System.nanoTime();
      ViewPlan plan = plan(collection);
      long took = System.nanoTime() - begin;
      nanos += took;
      longest = Math.max(longest, took);
      serve(collection, plan);
      Map<Long, Long> after = board.serving(of(collection)).viewed();
      moved += after.entrySet().stream().filter(e -> !e.getValue().equals(before.get(e.getKey()))).count();
    }
    figures.put(name + " plans ms", nanos / 1e6);
    figures.put(name + " longest plan ms", longest / 1e6);
    return moved;
  }

  private ViewPlan plan(long collection) {
    List<Segment> flushed = collections.get(collection);
    Serving serving = board.serving(of(collection));
    Set<Long> ids = new HashSet<>();
    flushed.forEach(segment -> ids.add(segment.id()));
    return ViewPlan.of(
        new ViewPlan.Situation(
            channels(flushed), flushed, ids, serving.current(), serving.viewed().keySet(), Map.of(), board.wanted(of(collection)), board.nodeWeights(nodes),
            Set.of()));
  }

  private static List<String> channels(List<Segment> flushed) {
    return flushed.stream().map(Segment::channel).distinct().toList();
  }

  private void serve(long collection, ViewPlan plan) {
    Map<Long, Segment> byId = new HashMap<>();
    collections.get(collection).forEach(segment -> byId.put(segment.id(), segment));
    Map<String, Serving.Shard> shards = new HashMap<>();
    Map<Serving.Copy, Serving.Placed> placed = new HashMap<>();
    plan.placements().forEach((channel, placements) -> {
      shards.put(channel, new Serving.Shard(null, new Segments.View(channel, 1, Set.of(), placements, 0)));
      placements.forEach((segment, node) ->
          placed.put(new Serving.Copy(segment, node), new Serving.Placed(byId.get(segment), node, Set.of(), 1)));
    });
    board.update(of(collection), before -> new Serving(shards, placed, before.served(), 0));
  }

  /** Rounds of balance until nothing is left to move. */
  private void balance(String name, Set<Long> leaving) {
    long moves = 0;
    int rounds = 0;
    long nanos = 0;
    Set<Long> moved = new HashSet<>();
    while (true) {
      long begin = System.nanoTime();
      List<Balance.Move> plan = Balance.plan(new Balance.Situation(nodes, leaving, board.viewed(), MOVES_TO_A_NODE));
      nanos += System.nanoTime() - begin;
      rounds++;
      if (plan.isEmpty()) {
        break;
      }
      moves += plan.size();
      Map<Long, List<Balance.Move>> byCollection = new HashMap<>();
      plan.forEach(move -> {
        moved.add(move.segment());
        byCollection.computeIfAbsent(move.replica().collection(), c -> new ArrayList<>()).add(move);
      });
      byCollection.forEach(this::carryOut);
    }
    figures.put(name + " moves", moves);
    figures.put(name + " moved twice", moves - moved.size());
    figures.put(name + " rounds", rounds);
    figures.put(name + " round ms", nanos / 1e6 / rounds);
  }

  private void carryOut(long collection, List<Balance.Move> moves) {
    moves.forEach(board::want);
    serve(collection, plan(collection));
    board.wantNoMore(moves);
  }

  /** A hundredth of the collections get a segment. */
  private void flush() {
    Set<Long> touched = new TreeSet<>();
    long id = Size.segmentId(Integer.MAX_VALUE);
    for (long collection : collections.keySet()) {
      if (collection % 100 == 0) {
        Segment like = collections.get(collection).getFirst();
        List<Segment> more = new ArrayList<>(collections.get(collection));
        more.add(
            new Segment(
                id++, collection, 1, like.channel(), Segments.State.FLUSHED, 1, like.rows(), like.bytes(), like.manifest(), 0, 1, 1, 2, 0,
                List.of()));
        collections.put(collection, more);
        touched.add(collection);
      }
    }
    figures.put("flush collections", touched.size());
    figures.put("flush moves", refresh("flush", touched));
  }

  private void spreads(String name) {
    Map<Long, Long> bytes = new HashMap<>();
    Map<Long, Long> rows = new HashMap<>();
    nodes.forEach(node -> {
      bytes.put(node, 0L);
      rows.put(node, 0L);
    });
    forEachPlaced((segment, node) -> {
      bytes.merge(node, segment.bytes(), Long::sum);
      rows.merge(node, segment.rows(), Long::sum);
    });
    figures.spread(name + " bytes", bytes.values());
    figures.spread(name + " rows", rows.values());
  }

  private long bytesOn(long node) {
    long[] sum = new long[1];
    forEachPlaced((segment, there) -> sum[0] += there == node ? segment.bytes() : 0);
    return sum[0];
  }

  private void forEachPlaced(java.util.function.ObjLongConsumer<Segment> consumer) {
    for (long collection : collections.keySet()) {
      board.serving(of(collection)).placed().values().forEach(placed -> consumer.accept(placed.segment(), placed.node()));
    }
  }

  /** Loads one collection copy by copy, as nodes answer; milliseconds for so many segments. */
  public static double copyByCopy(List<Segment> segments) {
    var board = new Board();
    long begin = System.nanoTime();
    long node = 0;
    for (Segment segment : segments) {
      var placed = new Serving.Placed(segment, ++node % 100, Set.of(), 1);
      board.update(of(1), serving -> serving.with(placed));
    }
    return (System.nanoTime() - begin) / 1e6;
  }
}
