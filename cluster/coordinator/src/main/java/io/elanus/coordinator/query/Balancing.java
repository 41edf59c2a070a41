package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.INFO;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.LongConsumer;

/**
 * Moves segments between query nodes, a few at a time to each node: each is wanted elsewhere, and
 * the refresh of its collection loads it there, switches the view, and lets the old copy go.
 */
final class Balancing {
  private static final System.Logger LOG = System.getLogger(Balancing.class.getName());
  private static final int MOVES_TO_A_NODE = 16;
  private static final long SOON_MILLIS = 1000;

  /** There is one balance, over all collections. */
  private static final long ALL = 0;

  private final Directory directory;
  private final Board board;
  private final Background background;
  private final LongConsumer refresh;
  private final Function<ReplicaKey, Set<Long>> nodesOf;
  private final KeyedTasks runs;
  private final ReadWatch reads;

  /** Where segments were moved by hand. */
  private final Map<Spot, Long> kept = new ConcurrentHashMap<>();

  private record Spot(ReplicaKey replica, long segment) {}

  private final AtomicBoolean soon = new AtomicBoolean();

  /**
   * @param refresh of a collection; returns when it was tried
   * @param nodesOf those that a replica's segments may be on
   */
  Balancing(
      Directory directory,
      Board board,
      Background background,
      LongConsumer refresh,
      Function<ReplicaKey, Set<Long>> nodesOf) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    this.refresh = refresh;
    this.nodesOf = nodesOf;
    runs = new KeyedTasks("balancing query nodes", background, any -> run());
    reads = new ReadWatch(directory, board, background, this::request);
  }

  /** Nodes came, or leave. */
  void request() {
    runs.request(ALL);
  }

  /** Views changed; perhaps there is something to even out, once for many changes. */
  void considerSoon() {
    reads.begin();
    if (directory.queryNodes().size() > 1 && soon.compareAndSet(false, true)) {
      background.after(
          SOON_MILLIS,
          () -> {
            soon.set(false);
            runs.request(ALL);
          });
    }
  }

  private void run() {
    List<Balance.Move> moves = plan();
    if (moves.isEmpty()) {
      return;
    }
    moves.forEach(board::want);
    try {
      List<Runnable> refreshes =
          moves.stream()
              .map(move -> move.replica().collection())
              .distinct()
              .map(collection -> (Runnable) () -> refresh.accept(collection))
              .toList();
      background.all(refreshes);
    } finally {
      board.wantNoMore(moves);
    }
    long moved = moves.stream().filter(this::isDone).count();
    LOG.log(INFO, "{0} of {1} segments were moved between query nodes", moved, moves.size());
    if (moved == 0) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "segments could not be moved");
    }
    request();
  }

  /** Of the first set of nodes that has something to move: what follows sees it done. */
  private List<Balance.Move> plan() {
    List<Balance.Item> items = board.reads().weighed(board.viewed());
    kept.values().retainAll(directory.queryNodes().keySet());
    Map<Set<Long>, List<Balance.Item>> pools = new LinkedHashMap<>();
    Map<ReplicaKey, Set<Long>> known = new HashMap<>();
    for (Balance.Item item : items) {
      Set<Long> nodes = known.computeIfAbsent(item.replica(), nodesOf);
      pools.computeIfAbsent(nodes, none -> new ArrayList<>()).add(item);
    }
    for (Map.Entry<Set<Long>, List<Balance.Item>> pool : pools.entrySet()) {
      List<Balance.Move> moves = plan(pool.getKey(), pool.getValue(), items);
      if (!moves.isEmpty()) {
        return moves;
      }
    }
    return List.of();
  }

  private List<Balance.Move> plan(
      Set<Long> nodes, List<Balance.Item> movable, List<Balance.Item> all) {
    if (nodes.size() < 2) {
      return List.of();
    }
    Map<Long, Long> fixed = new HashMap<>();
    all.forEach(item -> fixed.merge(item.node(), item.weight(), Long::sum));
    movable.forEach(item -> fixed.merge(item.node(), -item.weight(), Long::sum));
    Set<Long> leaving = new HashSet<>(board.leaving());
    leaving.retainAll(nodes);
    Set<Long> cut = board.cuts().nodes(); // views are planned around them
    return Balance.plan(new Balance.Situation(nodes, leaving, movable, fixed, MOVES_TO_A_NODE))
        .stream()
        .filter(move -> !cut.contains(move.to()))
        .filter(move -> leaving.contains(move.from()) || !isKept(move))
        .toList();
  }

  private boolean isKept(Balance.Move move) {
    return kept.containsKey(new Spot(move.replica(), move.segment()));
  }

  /** Returns when the views have the segment on the node, where the balance leaves it. */
  void move(long segment, long node) {
    if (!directory.queryNodes().containsKey(node) || board.leaving().contains(node)) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER, "no query node of that id takes segments")
          .with("node", node);
    }
    List<Balance.Item> copies =
        board.viewed().stream().filter(viewed -> viewed.segment() == segment).toList();
    if (copies.isEmpty()) {
      throw new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "no view has the segment")
          .with("segment", segment);
    }
    Balance.Item item =
        copies.stream()
            .filter(copy -> nodesOf.apply(copy.replica()).contains(node))
            .findFirst()
            .orElseThrow(() ->
                new ElanusException(
                        ErrorCode.INVALID_PARAMETER, "the node has no replica of the collection")
                    .with("node", node));
    Balance.Move move = new Balance.Move(item.replica(), segment, item.node(), node);
    Spot spot = new Spot(item.replica(), segment);
    kept.put(spot, node);
    board.want(move);
    try {
      refresh.accept(item.replica().collection());
    } finally {
      board.wantNoMore(List.of(move));
    }
    if (!isDone(move)) {
      kept.remove(spot);
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the segment could not be moved now")
          .with("segment", segment)
          .with("node", node);
    }
  }

  /** The segment is there, or nowhere any more. */
  private boolean isDone(Balance.Move move) {
    Long node = board.serving(move.replica()).viewed().get(move.segment());
    return node == null || node == move.to();
  }

  /** Returns when no view has anything on the node. */
  void empty(long node) {
    board.leaves(node);
    long left = board.viewedOn(node);
    while (left > 0) {
      checkOthers(node);
      runs.await(ALL);
      long now = board.viewedOn(node);
      if (now >= left) {
        throw new ElanusException(
                ErrorCode.UNAVAILABLE, "segments could not be moved off a query node now")
            .with("node", node)
            .with("segments", now);
      }
      left = now;
    }
  }

  private void checkOthers(long node) {
    Set<Long> leaving = board.leaving();
    if (directory.queryNodes().keySet().stream().allMatch(leaving::contains)) {
      throw new ElanusException(
              ErrorCode.RESOURCE_INSUFFICIENT, "no other query node takes the segments")
          .with("node", node);
    }
  }
}
