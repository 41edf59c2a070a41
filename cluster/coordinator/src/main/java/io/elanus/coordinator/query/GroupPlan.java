package io.elanus.coordinator.query;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * Which query nodes each resource group has. Who has a node keeps it, but for two reasons: a group
 * that has fewer than it requests takes from those that have more than their limits, then from
 * those that it names, then from who has most to spare, and from nobody below what that one
 * requests itself; a group beyond its limits gives to those that it names, then to who has most
 * room. What no group has is in the default one. A node that leaves stays where it is, and does not
 * count.
 *
 * <p>A second plan over what the first one brought about moves nothing: no group comes to be short,
 * or beyond its limits, by what it gives or takes.
 */
final class GroupPlan {
  /**
   * @param groups all, the default one among them
   * @param nodes that are there
   * @param leaving those of them that should be emptied
   * @param labels of nodes; none of one that is absent
   */
  record Situation(
      Collection<ResourceGroup> groups,
      Set<Long> nodes,
      Set<Long> leaving,
      Map<Long, Map<String, String>> labels) {}

  private final Situation situation;
  private final SortedMap<String, ResourceGroup> groups = new TreeMap<>();
  private final SortedMap<String, NavigableSet<Long>> nodes = new TreeMap<>();

  private GroupPlan(Situation situation) {
    this.situation = situation;
    for (ResourceGroup group : situation.groups()) {
      groups.put(group.name(), group);
      nodes.put(group.name(), new TreeSet<>());
    }
  }

  /** By group; every node is in one. */
  static SortedMap<String, NavigableSet<Long>> of(Situation situation) {
    var plan = new GroupPlan(situation);
    plan.keep();
    do {
      plan.fill();
      plan.giveAway();
    } while (plan.isShort()); // who was given a node can spare another one with rare labels
    return plan.nodes;
  }

  private boolean isShort() {
    return groups.values().stream()
        .anyMatch(group -> missing(group) > 0 && giver(group).isPresent());
  }

  private void keep() {
    NavigableSet<Long> free = new TreeSet<>(situation.nodes());
    for (ResourceGroup group : groups.values()) {
      for (long node : group.nodes()) {
        if (takes(group, node) && free.remove(node)) {
          of(group).add(node);
        }
      }
    }
    of(ResourceGroup.DEFAULT).addAll(free);
  }

  /** Node by node to who lacks most, so that where there are too few everybody gets some. */
  private void fill() {
    Map<String, ResourceGroup> wanting = new HashMap<>(groups);
    while (true) {
      wanting.values().removeIf(group -> missing(group) <= 0);
      Optional<ResourceGroup> neediest =
          wanting.values().stream()
              .max(Comparator.comparingInt(this::missing).thenComparing(BY_NAME));
      if (neediest.isEmpty()) {
        return;
      }
      ResourceGroup group = neediest.get();
      giver(group)
          .ifPresentOrElse(
              giver -> move(giver, group), () -> wanting.remove(group.name())); // nobody has any
    }
  }

  /** Of equals the one whose name comes first is the largest. */
  private static final Comparator<ResourceGroup> BY_NAME =
      Comparator.comparing(ResourceGroup::name).reversed();

  private Optional<ResourceGroup> giver(ResourceGroup to) {
    Predicate<ResourceGroup> gives =
        group -> !group.equals(to) && spare(group) > 0 && candidate(group, to).isPresent();
    return groups.values().stream()
        .filter(gives)
        .max(
            Comparator.comparingInt((ResourceGroup group) -> Math.max(0, beyond(group)))
                .thenComparing(preference(to.config().from()))
                .thenComparingInt(this::spare)
                .thenComparing(BY_NAME));
  }

  /** The default group is the last, for it takes what fits nowhere else. */
  private void giveAway() {
    groups.values().stream().filter(group -> !group.isDefault()).forEach(this::giveAway);
    giveAway(byDefault());
  }

  private void giveAway(ResourceGroup group) {
    Optional<ResourceGroup> taker = taker(group);
    while (beyond(group) > 0 && taker.isPresent()) {
      move(group, taker.get());
      taker = taker(group);
    }
  }

  private Optional<ResourceGroup> taker(ResourceGroup from) {
    Predicate<ResourceGroup> takes =
        group -> !group.equals(from) && candidate(from, group).isPresent();
    return groups.values().stream()
        .filter(takes)
        .filter(group -> beyond(group) < 0)
        .max(
            preference(from.config().to())
                .thenComparing(Comparator.comparingInt(this::beyond).reversed())
                .thenComparing(BY_NAME))
        .or(() -> Optional.of(byDefault()).filter(takes));
  }

  private ResourceGroup byDefault() {
    return Objects.requireNonNull(groups.get(ResourceGroup.DEFAULT.name()));
  }

  /** Those that are named before all others, the first one first. */
  private static Comparator<ResourceGroup> preference(List<String> named) {
    return Comparator.comparingInt(group -> {
      int at = named.indexOf(group.name());
      return at < 0 ? 0 : named.size() - at;
    });
  }

  /** The one that came last. */
  private Optional<Long> candidate(ResourceGroup from, ResourceGroup to) {
    return of(from).descendingSet().stream()
        .filter(node -> !situation.leaving().contains(node))
        .filter(node -> to.isDefault() || takes(to, node))
        .findFirst();
  }

  private void move(ResourceGroup from, ResourceGroup to) {
    long node = candidate(from, to).orElseThrow();
    of(from).remove(node);
    of(to).add(node);
  }

  private boolean takes(ResourceGroup group, long node) {
    return group.takes(situation.labels().getOrDefault(node, Map.of()));
  }

  private NavigableSet<Long> of(ResourceGroup group) {
    return Objects.requireNonNull(nodes.get(group.name()));
  }

  private int count(ResourceGroup group) {
    return (int) of(group).stream().filter(node -> !situation.leaving().contains(node)).count();
  }

  private int missing(ResourceGroup group) {
    return group.config().requests() - count(group);
  }

  private int spare(ResourceGroup group) {
    return -missing(group);
  }

  private int beyond(ResourceGroup group) {
    return count(group) - group.config().limits();
  }
}
