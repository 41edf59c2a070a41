package io.elanus.coordinator.data;

import io.elanus.coordinator.ledger.NodeWeights;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which streaming node each physical channel should be at. A channel without an owner goes to the
 * node with the least load at once; one whose owner is there moves only off a node that is being
 * emptied, or for balance: from the node with the most, or the next one that has a channel to give,
 * to the one with the least, and only if that makes the larger of the two loads smaller by a tenth
 * of their difference, and that is more than a fifth of a node's share. So a second plan over what
 * the first one brought about moves nothing.
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

  /** A difference up to this part of a node's share is left as it is. */
  private static final long WORTH = 5;

  /** A move makes the larger of two loads smaller by this part of their difference at least. */
  private static final long GAIN = 10;

  /** By load; of equals the one whose name comes first is the larger. */
  private record Sized(long load, String channel) implements Comparable<Sized> {
    @Override
    public int compareTo(Sized other) {
      int byLoad = Long.compare(load, other.load);
      return byLoad != 0 ? byLoad : other.channel.compareTo(channel);
    }
  }

  private final Situation situation;
  private final SortedMap<Long, TreeSet<Sized>> placed = new TreeMap<>();
  private final NodeWeights takers;

  private ChannelPlan(Situation situation) {
    this.situation = situation;
    situation.nodes().forEach(node -> placed.put(node, new TreeSet<>()));
    situation
        .owners()
        .forEach((channel, owner) -> {
          if (placed.containsKey(owner)) {
            at(owner).add(sized(channel));
          }
        });
    Map<Long, Long> loads = new HashMap<>();
    situation.nodes().stream()
        .filter(node -> !situation.draining().contains(node))
        .forEach(node -> loads.put(node, at(node).stream().mapToLong(Sized::load).sum()));
    takers = new NodeWeights(loads);
  }

  /** The node of each channel; channels that nobody can take are absent. */
  static SortedMap<String, Long> of(Situation situation) {
    return new ChannelPlan(situation).make();
  }

  private SortedMap<String, Long> make() {
    if (!takers.isEmpty()) {
      giveAway(homeless());
      situation.draining().stream().filter(placed::containsKey).sorted().forEach(this::empty);
      balance();
    }
    SortedMap<String, Long> targets = new TreeMap<>();
    placed.forEach(
        (node, channels) -> channels.forEach(sized -> targets.put(sized.channel(), node)));
    return targets;
  }

  private NavigableSet<Sized> homeless() {
    NavigableSet<Sized> homeless = new TreeSet<>();
    situation
        .owners()
        .forEach((channel, owner) -> {
          if (!placed.containsKey(owner)) {
            homeless.add(sized(channel));
          }
        });
    return homeless;
  }

  private void empty(long node) {
    NavigableSet<Sized> channels = new TreeSet<>(at(node));
    at(node).clear();
    giveAway(channels);
  }

  /** The largest first. */
  private void giveAway(NavigableSet<Sized> channels) {
    for (Sized channel : channels.descendingSet()) {
      long node = takers.lightest();
      at(node).add(channel);
      takers.add(node, channel.load());
    }
  }

  /**
   * From the heaviest that has a channel whose move is worth it, as long as the difference is. Who
   * has none now, as one large channel alone, has none later: the differences only shrink.
   */
  private void balance() {
    long from = takers.heaviest();
    long to = takers.lightest();
    while ((takers.of(from) - takers.of(to)) * WORTH > takers.share()) {
      long difference = takers.of(from) - takers.of(to);
      Sized moving = at(from).floor(new Sized(difference - (difference + GAIN - 1) / GAIN, ""));
      if (moving == null) {
        takers.setAside(from);
      } else {
        at(from).remove(moving);
        at(to).add(moving);
        takers.add(from, -moving.load());
        takers.add(to, moving.load());
      }
      from = takers.heaviest();
      to = takers.lightest();
    }
  }

  private NavigableSet<Sized> at(long node) {
    return Objects.requireNonNull(placed.get(node));
  }

  private Sized sized(String channel) {
    return new Sized(situation.loads().getOrDefault(channel, 1L), channel);
  }
}
