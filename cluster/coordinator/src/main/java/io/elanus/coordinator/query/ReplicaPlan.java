package io.elanus.coordinator.query;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which query nodes the replicas of a collection have, and which lead the shards of further ones.
 * The nodes of a group are divided evenly among its replicas, none in two; who has a node keeps it
 * while the difference is at most one. A node that leaves is nobody's gain: it stays where it is,
 * and does not count.
 */
final class ReplicaPlan {
  /**
   * A replica as it is.
   *
   * @param nodes those it had, some of which may be gone
   * @param leaders by channel, likewise
   */
  record Present(long id, String group, Set<Long> nodes, Map<String, Long> leaders) {}

  /**
   * @param replicas the first is led by the owners of the channels
   * @param groups nodes that are there, by resource group
   * @param leaving those of them that should be emptied
   * @param leads how many shards of other collections each node leads
   */
  record Situation(
      long collection,
      List<String> channels,
      List<Present> replicas,
      Map<String, Set<Long>> groups,
      Set<Long> leaving,
      Map<Long, Long> leads) {}

  private final Situation situation;
  private final Map<Present, Set<Long>> nodes = new LinkedHashMap<>();

  private ReplicaPlan(Situation situation) {
    this.situation = situation;
  }

  static List<Assigned> of(Situation situation) {
    return new ReplicaPlan(situation).decide();
  }

  private List<Assigned> decide() {
    Set<Long> given = new TreeSet<>();
    for (Present replica : situation.replicas()) {
      Set<Long> kept = new TreeSet<>(replica.nodes());
      kept.retainAll(group(replica));
      kept.removeAll(given);
      given.addAll(kept);
      nodes.put(replica, kept);
    }
    situation.replicas().stream().map(Present::group).distinct().forEach(this::divide);
    giveUp();
    List<Assigned> assigned = new ArrayList<>();
    for (Present replica : situation.replicas()) {
      boolean first = assigned.isEmpty();
      assigned.add(
          new Assigned(
              situation.collection(),
              replica.id(),
              of(replica),
              first ? Map.of() : leaders(replica)));
    }
    return assigned;
  }

  /** A replica whose last nodes leave is given up while another one stays. */
  private void giveUp() {
    if (nodes.keySet().stream().anyMatch(replica -> staying(replica) > 0)) {
      nodes.replaceAll((replica, own) -> staying(replica) > 0 ? own : Set.of());
    }
  }

  /**
   * Where a replica may keep its nodes: in its group or, while that has none that stays, anywhere.
   */
  private Set<Long> group(Present replica) {
    Set<Long> own = situation.groups().getOrDefault(replica.group(), Set.of());
    if (!situation.leaving().containsAll(own)) {
      return own;
    }
    Set<Long> all = new TreeSet<>();
    situation.groups().values().forEach(all::addAll);
    return all;
  }

  private Set<Long> of(Present replica) {
    return nodes.getOrDefault(replica, Set.of());
  }

  private void divide(String group) {
    List<Present> sharers =
        situation.replicas().stream().filter(each -> each.group().equals(group)).toList();
    Set<Long> free = new TreeSet<>(situation.groups().getOrDefault(group, Set.of()));
    free.removeAll(situation.leaving());
    nodes.values().forEach(free::removeAll);
    Comparator<Present> byCount = Comparator.comparingInt(this::staying);
    for (long node : free) {
      of(sharers.stream().min(byCount).orElseThrow()).add(node);
    }
    Present fewest = sharers.stream().min(byCount).orElseThrow();
    Present most = sharers.stream().max(byCount).orElseThrow();
    while (staying(most) > staying(fewest) + 1) {
      long moved =
          of(most).stream()
              .filter(node -> !situation.leaving().contains(node))
              .max(Comparator.naturalOrder())
              .orElseThrow();
      of(most).remove(moved);
      of(fewest).add(moved);
      fewest = sharers.stream().min(byCount).orElseThrow();
      most = sharers.stream().max(byCount).orElseThrow();
    }
  }

  private int staying(Present replica) {
    return (int) of(replica).stream().filter(node -> !situation.leaving().contains(node)).count();
  }

  /** Each channel keeps its leader, but for balance; the others go to who leads the fewest. */
  private Map<String, Long> leaders(Present replica) {
    Map<Long, List<String>> led = new TreeMap<>();
    for (long node : of(replica)) {
      if (!situation.leaving().contains(node)) {
        led.put(node, new ArrayList<>());
      }
    }
    List<String> leaderless = new ArrayList<>();
    for (String channel : situation.channels()) {
      Optional.ofNullable(replica.leaders().get(channel))
          .flatMap(leader -> Optional.ofNullable(led.get(leader)))
          .orElse(leaderless)
          .add(channel);
    }
    Map<String, Long> leaders = new TreeMap<>();
    if (led.isEmpty()) {
      return leaders;
    }
    leaderless.forEach(channel -> channels(led, lightest(led)).add(channel));
    for (long to = lightest(led), from = heaviest(led);
        channels(led, from).size() > channels(led, to).size() + 1;
        to = lightest(led), from = heaviest(led)) {
      channels(led, to).add(channels(led, from).removeLast());
    }
    led.forEach((node, channels) -> channels.forEach(channel -> leaders.put(channel, node)));
    return leaders;
  }

  private static List<String> channels(Map<Long, List<String>> led, long node) {
    return led.computeIfAbsent(node, absent -> new ArrayList<>());
  }

  private long lightest(Map<Long, List<String>> led) {
    return led.keySet().stream().min(weight(led)).orElseThrow();
  }

  private static long heaviest(Map<Long, List<String>> led) {
    return led.keySet().stream()
        .max(Comparator.comparingInt((Long node) -> channels(led, node).size()))
        .orElseThrow();
  }

  /** Within the replica first, then over all collections. */
  private Comparator<Long> weight(Map<Long, List<String>> led) {
    return Comparator.comparingInt((Long node) -> channels(led, node).size())
        .thenComparingLong(node -> situation.leads().getOrDefault(node, 0L))
        .thenComparingLong(node -> node);
  }
}
