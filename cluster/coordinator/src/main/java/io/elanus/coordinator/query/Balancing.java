package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.INFO;

import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.KeyedTasks;
import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final KeyedTasks runs;

  /** Where segments were moved by hand. */
  private final Map<Long, Long> kept = new ConcurrentHashMap<>();

  private final AtomicBoolean soon = new AtomicBoolean();

  /**
   * @param refresh of a collection; returns when it was tried
   */
  Balancing(Directory directory, Board board, Background background, LongConsumer refresh) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    this.refresh = refresh;
    runs = new KeyedTasks("balancing query nodes", background, any -> run());
  }

  /** Nodes came, or leave. */
  void request() {
    runs.request(ALL);
  }

  /** Views changed; perhaps there is something to even out, once for many changes. */
  void considerSoon() {
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
    List<Long> segments = moves.stream().map(Balance.Move::segment).toList();
    moves.forEach(move -> board.want(move.segment(), move.to()));
    try {
      List<Runnable> refreshes =
          moves.stream()
              .map(Balance.Move::collection)
              .distinct()
              .map(collection -> (Runnable) () -> refresh.accept(collection))
              .toList();
      background.all(refreshes);
    } finally {
      board.wantNoMore(segments);
    }
    long moved = moves.stream().filter(this::isDone).count();
    LOG.log(INFO, "{0} of {1} segments were moved between query nodes", moved, moves.size());
    if (moved == 0) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "segments could not be moved");
    }
    request();
  }

  private List<Balance.Move> plan() {
    Set<Long> nodes = directory.queryNodes().keySet();
    if (nodes.size() < 2) {
      return List.of();
    }
    Set<Long> leaving = board.leaving();
    kept.values().retainAll(nodes);
    return Balance.plan(new Balance.Situation(nodes, leaving, board.viewed(), MOVES_TO_A_NODE))
        .stream()
        .filter(move -> leaving.contains(move.from()) || !kept.containsKey(move.segment()))
        .toList();
  }

  /** Returns when the views have the segment on the node, where the balance leaves it. */
  void move(long segment, long node) {
    if (!directory.queryNodes().containsKey(node) || board.leaving().contains(node)) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER, "no query node of that id takes segments")
          .with("node", node);
    }
    Balance.Item item =
        board.viewed().stream()
            .filter(viewed -> viewed.segment() == segment)
            .findFirst()
            .orElseThrow(() ->
                new ElanusException(ErrorCode.SEGMENT_NOT_FOUND, "no view has the segment")
                    .with("segment", segment));
    kept.put(segment, node);
    board.want(segment, node);
    try {
      refresh.accept(item.collection());
    } finally {
      board.wantNoMore(List.of(segment));
    }
    if (!isDone(new Balance.Move(item.collection(), segment, item.node(), node))) {
      kept.remove(segment);
      throw new ElanusException(ErrorCode.UNAVAILABLE, "the segment could not be moved now")
          .with("segment", segment)
          .with("node", node);
    }
  }

  /** The segment is there, or nowhere any more. */
  private boolean isDone(Balance.Move move) {
    Long node = board.serving(move.collection()).viewed().get(move.segment());
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
