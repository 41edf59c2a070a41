package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.NodeWeights;
import io.elanus.roles.Segments.Segment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which segments should change their query node: from the fullest to the emptiest, while the
 * difference is worth it, and away from nodes that leave. No move is ever taken back: each at least
 * halves the difference of its two nodes, or leaves the giver the heavier one.
 */
final class Balance {
  /** What a row costs a node beside its bytes: a place in graphs, in filters, in deletes. */
  private static final long BYTES_PER_ROW = 128;

  /** A difference below this part of a node's share is left as it is. */
  private static final long WORTH = 5;

  private static final ReplicaKey NONE = new ReplicaKey(Long.MAX_VALUE, Long.MAX_VALUE);

  private static final Comparator<Item> BY_WEIGHT =
      Comparator.comparingLong(Item::weight)
          .thenComparingLong(Item::segment)
          .thenComparing(Item::replica);

  /** A segment in a view, and what it weighs. */
  record Item(ReplicaKey replica, long segment, long node, long weight) {}

  record Move(ReplicaKey replica, long segment, long from, long to) {}

  /**
   * @param nodes that are there
   * @param leaving those of them that should be emptied
   * @param items that may go from any of the nodes to any other
   * @param fixed what else is on the nodes weighs
   * @param most moves at a time to one node: a plan looks at all segments, so its length grows with
   *     the nodes that have something to do
   */
  record Situation(
      Set<Long> nodes, Set<Long> leaving, List<Item> items, Map<Long, Long> fixed, int most) {
    /** With nothing else on the nodes. */
    Situation(Set<Long> nodes, Set<Long> leaving, List<Item> items, int most) {
      this(nodes, leaving, items, Map.of(), most);
    }
  }

  private final Map<Long, NavigableSet<Item>> items = new TreeMap<>();
  private final NodeWeights staying;
  private final Deque<Long> leaving = new ArrayDeque<>();

  private Balance(Situation situation) {
    Map<Long, Long> weights = new TreeMap<>();
    for (long node : situation.nodes()) {
      items.put(node, new TreeSet<>(BY_WEIGHT));
      weights.put(node, situation.fixed().getOrDefault(node, 0L));
    }
    for (Item item : situation.items()) {
      NavigableSet<Item> there = items.get(item.node());
      if (there != null && there.add(item)) {
        weights.merge(item.node(), item.weight(), Long::sum);
      }
    }
    weights.keySet().stream().filter(situation.leaving()::contains).forEach(leaving::add);
    weights.keySet().removeAll(situation.leaving());
    staying = new NodeWeights(weights);
  }

  /** Of memory and work that a segment needs, in bytes. */
  static long weight(Segment segment) {
    return segment.bytes() + segment.rows() * BYTES_PER_ROW;
  }

  static List<Move> plan(Situation situation) {
    var balance = new Balance(situation);
    List<Move> moves = new ArrayList<>();
    Map<Long, Integer> taken = new HashMap<>();
    Optional<Move> next = balance.next();
    while (next.isPresent() && taken.getOrDefault(next.get().to(), 0) < situation.most()) {
      moves.add(next.get());
      taken.merge(next.get().to(), 1, Integer::sum);
      next = balance.next();
    }
    return moves;
  }

  private Optional<Move> next() {
    if (staying.isEmpty()) {
      return Optional.empty();
    }
    long emptiest = staying.lightest();
    while (!leaving.isEmpty() && items(leaving.getFirst()).isEmpty()) {
      leaving.removeFirst();
    }
    if (!leaving.isEmpty()) {
      return Optional.of(move(items(leaving.getFirst()).last(), emptiest));
    }
    return evened(emptiest);
  }

  /**
   * From the fullest that has a segment to give. Who has none now, as one large segment alone, has
   * none later: the differences only shrink.
   */
  private Optional<Move> evened(long emptiest) {
    while (true) {
      long fullest = staying.heaviest();
      long difference = staying.of(fullest) - staying.of(emptiest);
      if (difference * WORTH <= staying.share()) {
        return Optional.empty();
      }
      Optional<Item> given = halving(fullest, difference);
      if (given.isPresent()) {
        return given.map(item -> move(item, emptiest));
      }
      staying.setAside(fullest);
    }
  }

  /** The largest that leaves the giver the heavier one, else one that overshoots a little. */
  private Optional<Item> halving(long giver, long difference) {
    Item half = new Item(NONE, Long.MAX_VALUE, giver, difference / 2);
    Item below = items(giver).floor(half);
    if (below != null) {
      return Optional.of(below);
    }
    Item above = items(giver).higher(half);
    boolean good = above != null && 2 * above.weight() - difference <= difference / 2;
    return good ? Optional.of(above) : Optional.empty();
  }

  private Move move(Item item, long to) {
    items(item.node()).remove(item);
    staying.add(item.node(), -item.weight());
    items(to).add(new Item(item.replica(), item.segment(), to, item.weight()));
    staying.add(to, item.weight());
    return new Move(item.replica(), item.segment(), item.node(), to);
  }

  private NavigableSet<Item> items(long node) {
    return items.computeIfAbsent(node, absent -> new TreeSet<>(BY_WEIGHT));
  }
}
