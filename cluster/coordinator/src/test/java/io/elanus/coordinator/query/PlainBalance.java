package io.elanus.coordinator.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The rule of {@link Balance} by looking at everything for each move: the specification. */
final class PlainBalance {
  private static final Comparator<Balance.Item> BY_WEIGHT =
      Comparator.comparingLong(Balance.Item::weight).thenComparingLong(Balance.Item::segment);

  private final Balance.Situation situation;
  private final List<Balance.Item> items;

  private PlainBalance(Balance.Situation situation) {
    this.situation = situation;
    items =
        new ArrayList<>(
            situation.items().stream().filter(i -> situation.nodes().contains(i.node())).toList());
  }

  static List<Balance.Move> plan(Balance.Situation situation) {
    var balance = new PlainBalance(situation);
    List<Balance.Move> moves = new ArrayList<>();
    Map<Long, Integer> taken = new HashMap<>();
    for (var next = balance.next(); next.isPresent(); next = balance.next()) {
      if (taken.merge(next.get().to(), 1, Integer::sum) > situation.most()) {
        break;
      }
      moves.add(next.get());
    }
    return moves;
  }

  private Optional<Balance.Move> next() {
    List<Long> staying =
        situation.nodes().stream()
            .filter(node -> !situation.leaving().contains(node))
            .sorted()
            .toList();
    if (staying.isEmpty()) {
      return Optional.empty();
    }
    long to = staying.stream().min(Comparator.comparingLong(this::weight)).orElseThrow();
    Optional<Balance.Item> off =
        items.stream()
            .filter(item -> situation.leaving().contains(item.node()))
            .min(Comparator.comparingLong(Balance.Item::node).thenComparing(BY_WEIGHT.reversed()));
    if (off.isPresent()) {
      return off.map(item -> move(item, to));
    }
    long share = staying.stream().mapToLong(this::weight).sum() / staying.size();
    return staying.stream()
        .sorted(Comparator.comparingLong(this::weight).reversed())
        .filter(from -> (weight(from) - weight(to)) * 5 > share)
        .flatMap(from -> halving(from, weight(from) - weight(to)).stream())
        .findFirst()
        .map(item -> move(item, to));
  }

  private Optional<Balance.Item> halving(long from, long difference) {
    Optional<Balance.Item> below =
        items.stream()
            .filter(item -> item.node() == from && item.weight() <= difference / 2)
            .max(BY_WEIGHT);
    return below.isPresent()
        ? below
        : items.stream()
            .filter(item -> item.node() == from)
            .min(BY_WEIGHT)
            .filter(item -> 2 * item.weight() - difference <= difference / 2);
  }

  private Balance.Move move(Balance.Item item, long to) {
    items.remove(item);
    items.add(new Balance.Item(item.replica(), item.segment(), to, item.weight()));
    return new Balance.Move(item.replica(), item.segment(), item.node(), to);
  }

  private long weight(long node) {
    return items.stream().filter(item -> item.node() == node).mapToLong(Balance.Item::weight).sum();
  }
}
