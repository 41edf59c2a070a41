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
    while (true) {
      long most = takers.stream().max(Comparator.comparingLong(this::nodeLoad)).orElseThrow();
      long difference = nodeLoad(most) - nodeLoad(least());
      long share = takers.stream().mapToLong(this::nodeLoad).sum() / takers.size();
      Optional<String> moving =
          at(most).stream()
              .filter(channel -> load(channel) < difference)
              .min(Comparator.comparingLong(this::load).reversed().thenComparing(c -> c));
      if (moving.isEmpty() || difference * 5 <= share) {
        return;
      }
      targets.put(moving.get(), least());
    }
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
