package io.elanus.coordinator.data;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** The rule of {@link ChannelPlan} by looking at everything for each move: the specification. */
final class PlainChannelPlan {
  private final ChannelPlan.Situation situation;
  private final List<Long> takers;
  private final SortedMap<String, Long> targets = new TreeMap<>();

  private PlainChannelPlan(ChannelPlan.Situation situation) {
    this.situation = situation;
    takers =
        situation.nodes().stream()
            .filter(node -> !situation.draining().contains(node))
            .sorted()
            .toList();
  }

  static SortedMap<String, Long> of(ChannelPlan.Situation situation) {
    var plan = new PlainChannelPlan(situation);
    situation
        .owners()
        .forEach((channel, owner) -> {
          if (situation.nodes().contains(owner)) {
            plan.targets.put(channel, owner);
          }
        });
    if (!plan.takers.isEmpty()) {
      plan.giveAway(
          situation.owners().keySet().stream()
              .filter(channel -> !plan.targets.containsKey(channel))
              .toList());
      situation.draining().stream().sorted().forEach(plan::empty);
      plan.balance();
    }
    return plan.targets;
  }

  private void empty(long node) {
    List<String> there = at(node);
    there.forEach(targets::remove);
    giveAway(there);
  }

  private void giveAway(Collection<String> channels) {
    channels.stream()
        .sorted(Comparator.comparingLong(this::load).reversed().thenComparing(c -> c))
        .forEach(channel -> targets.put(channel, least()));
  }

  private void balance() {
    Optional<String> moving = movable();
    while (moving.isPresent()) {
      targets.put(moving.get(), least());
      moving = movable();
    }
  }

  private Optional<String> movable() {
    long least = nodeLoad(least());
    long share = takers.stream().mapToLong(this::nodeLoad).sum() / takers.size();
    return takers.stream()
        .sorted(Comparator.comparingLong(this::nodeLoad).reversed())
        .filter(node -> (nodeLoad(node) - least) * 5 > share)
        .flatMap(node ->
            at(node).stream()
                .filter(channel -> load(channel) * 10 <= (nodeLoad(node) - least) * 9)
                .min(Comparator.comparingLong(this::load).reversed().thenComparing(c -> c))
                .stream())
        .findFirst();
  }

  private long least() {
    return takers.stream().min(Comparator.comparingLong(this::nodeLoad)).orElseThrow();
  }

  private List<String> at(long node) {
    return targets.keySet().stream().filter(channel -> targets.get(channel) == node).toList();
  }

  private long nodeLoad(long node) {
    return at(node).stream().mapToLong(this::load).sum();
  }

  private long load(String channel) {
    return situation.loads().getOrDefault(channel, 1L);
  }
}
