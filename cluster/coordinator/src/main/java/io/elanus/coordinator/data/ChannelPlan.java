package io.elanus.coordinator.data;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which streaming node each physical channel should be at. A channel without an owner goes to the
 * node with the least load at once; one whose owner is there moves only off a node that is being
 * emptied, or for balance: from the node with the most to the one with the least, and only if that
 * makes the larger of the two loads smaller. So a second plan over what the first one brought about
 * moves nothing.
 */
final class ChannelPlan {
  /**
   * What the plan is made from.
   *
   * @param owners of all channels; 0, or a node that is not there: none
   * @param nodes that are there
   * @param draining get nothing, and are emptied as far as others are there
   * @param loads of channels, in any unit; one that is absent has 1
   */
  record Situation(
      SortedMap<String, Long> owners,
      Set<Long> nodes,
      Set<Long> draining,
      Map<String, Long> loads) {}

  private final Situation situation;
  private final SortedMap<Long, Set<String>> placed = new TreeMap<>();
  private final Set<Long> takers;

  private ChannelPlan(Situation situation) {
    this.situation = situation;
    situation.nodes().forEach(node -> placed.put(node, new TreeSet<>()));
    takers = new TreeSet<>(situation.nodes());
    takers.removeAll(situation.draining());
  }

  /** The node of each channel; channels that nobody can take are absent. */
  static SortedMap<String, Long> of(Situation situation) {
    return new ChannelPlan(situation).make();
  }

  private SortedMap<String, Long> make() {
    List<String> homeless = new ArrayList<>();
    situation
        .owners()
        .forEach((channel, owner) -> {
          if (placed.containsKey(owner)) {
            placed.get(owner).add(channel);
          } else {
            homeless.add(channel);
          }
        });
    if (!takers.isEmpty()) {
      giveAway(homeless);
      situation.draining().stream()
          .filter(placed::containsKey)
          .sorted()
          .forEach(node -> empty(node));
      balance();
    }
    SortedMap<String, Long> targets = new TreeMap<>();
    placed.forEach((node, channels) -> channels.forEach(channel -> targets.put(channel, node)));
    return targets;
  }

  private void empty(long node) {
    List<String> channels = List.copyOf(at(node));
    at(node).clear();
    giveAway(channels);
  }

  private Set<String> at(long node) {
    return Objects.requireNonNull(placed.get(node));
  }

  private void giveAway(Collection<String> channels) {
    channels.stream()
        .sorted(bySize().reversed().thenComparing(Comparator.naturalOrder()))
        .forEach(channel -> at(least()).add(channel));
  }

  private void balance() {
    Optional<String> moving = movable();
    while (moving.isPresent()) {
      at(most()).remove(moving.get());
      at(least()).add(moving.get());
      moving = movable();
    }
  }

  /** The largest channel whose move makes the larger load smaller. */
  private Optional<String> movable() {
    long difference = load(at(most())) - load(at(least()));
    return at(most()).stream()
        .filter(channel -> load(channel) < difference)
        .max(bySize().thenComparing(Comparator.reverseOrder()));
  }

  private long most() {
    return takers.stream().max(byLoad().thenComparing(Comparator.reverseOrder())).orElseThrow();
  }

  private long least() {
    return takers.stream().min(byLoad().thenComparing(Comparator.naturalOrder())).orElseThrow();
  }

  private Comparator<Long> byLoad() {
    return Comparator.comparingLong((Long node) -> load(at(node)));
  }

  private Comparator<String> bySize() {
    return Comparator.comparingLong((String channel) -> load(channel));
  }

  private long load(String channel) {
    return situation.loads().getOrDefault(channel, 1L);
  }

  private long load(Collection<String> channels) {
    return channels.stream().mapToLong(this::load).sum();
  }
}
