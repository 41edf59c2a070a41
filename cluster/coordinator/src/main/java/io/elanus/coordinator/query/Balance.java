package io.elanus.coordinator.query;

import io.elanus.roles.Segments.Segment;
import java.util.ArrayList;
import java.util.Comparator;
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
   * @param most moves at a time
   */
  record Situation(
      Set<Long> nodes, Set<Long> leaving, List<Item> items, Map<Long, Long> fixed, int most) {
    /** With nothing else on the nodes. */
    Situation(Set<Long> nodes, Set<Long> leaving, List<Item> items, int most) {
      this(nodes, leaving, items, Map.of(), most);
    }
  }

  private final Map<Long, NavigableSet<Item>> items = new TreeMap<>();
  private final Map<Long, Long> weights = new TreeMap<>();
  private final List<Long> staying;
  private final List<Long> leaving;

  private Balance(Situation situation) {
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
    staying = items.keySet().stream().filter(node -> !situation.leaving().contains(node)).toList();
    leaving = items.keySet().stream().filter(situation.leaving()::contains).toList();
  }

  /** Of memory and work that a segment needs, in bytes. */
  static long weight(Segment segment) {
    return segment.bytes() + segment.rows() * BYTES_PER_ROW;
  }

  static List<Move> plan(Situation situation) {
    var balance = new Balance(situation);
    List<Move> moves = new ArrayList<>();
    Optional<Move> next = balance.next();
    while (next.isPresent() && moves.size() < situation.most()) {
      moves.add(next.get());
      next = balance.next();
    }
    return moves;
  }

  private Optional<Move> next() {
    if (staying.isEmpty()) {
      return Optional.empty();
    }
    long emptiest = staying.stream().min(Comparator.comparingLong(this::weightOf)).orElseThrow();
    for (long node : leaving) {
      if (!items(node).isEmpty()) {
        return Optional.of(move(items(node).last(), emptiest));
      }
    }
    long fullest = staying.stream().max(Comparator.comparingLong(this::weightOf)).orElseThrow();
    long difference = weightOf(fullest) - weightOf(emptiest);
    long share = staying.stream().mapToLong(this::weightOf).sum() / staying.size();
    return difference * WORTH <= share
        ? Optional.empty()
        : halving(fullest, difference).map(item -> move(item, emptiest));
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
    weights.merge(item.node(), -item.weight(), Long::sum);
    items(to).add(new Item(item.replica(), item.segment(), to, item.weight()));
    weights.merge(to, item.weight(), Long::sum);
    return new Move(item.replica(), item.segment(), item.node(), to);
  }

  private NavigableSet<Item> items(long node) {
    return items.computeIfAbsent(node, absent -> new TreeSet<>(BY_WEIGHT));
  }

  private long weightOf(long node) {
    return weights.getOrDefault(node, 0L);
  }
}
