package io.elanus.coordinator.query;

import io.elanus.coordinator.ledger.NodeWeights;
import io.elanus.roles.Segments.Segment;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which segments the next views hold, and on which query nodes.
 *
 * <p>A flushed segment enters a view when its indexes are complete. Until then the leader answers
 * for it from the growing rows it still has, or, when a compaction made it, its inputs do. Where
 * neither is so (a fresh leader, a partition that was not loaded) it enters at once, to be scanned.
 *
 * @param placements channel to segment to node
 */
record ViewPlan(Map<String, Map<Long, Long>> placements) {
  /**
   * @param channels of the collection
   * @param flushed segments of wished partitions
   * @param complete ids whose indexes are built or not needed
   * @param placed on nodes that are there
   * @param viewed in a current view; no leader holds their rows any more
   * @param held partitions whose unplaced segments the channel's leader still holds
   * @param wanted the node where a segment should be, whatever it is placed on: a move, or where a
   *     node says that it has the segment
   * @param nodeWeights what is on every query node, this collection's included
   * @param avoided nodes that get nothing new while there are others
   */
  record Situation(
      List<String> channels,
      List<Segment> flushed,
      Set<Long> complete,
      Map<Long, Serving.Placed> placed,
      Set<Long> viewed,
      Map<String, Held> held,
      Map<Long, Long> wanted,
      Map<Long, Long> nodeWeights,
      Set<Long> avoided) {}

  /** Partitions of a channel's current view at a leader that has not changed since. */
  sealed interface Held {
    boolean includes(long partitionId);
  }

  /** The leader is fresh or has no view. */
  record None() implements Held {
    @Override
    public boolean includes(long partitionId) {
      return false;
    }
  }

  /**
   * @param partitions empty: all
   */
  record Of(Set<Long> partitions) implements Held {
    @Override
    public boolean includes(long partitionId) {
      return partitions.isEmpty() || partitions.contains(partitionId);
    }
  }

  static ViewPlan of(Situation situation) {
    Map<String, Map<Long, Long>> placements = new TreeMap<>();
    situation.channels().forEach(channel -> placements.put(channel, new TreeMap<>()));
    NodeWeights weights = new NodeWeights(open(situation));
    Set<Long> awaitedInputs = new HashSet<>();
    List<Segment> entering = new ArrayList<>();
    for (Segment segment : situation.flushed()) {
      Serving.Placed placed = situation.placed().get(segment.id());
      Optional<Long> wanted =
          Optional.ofNullable(situation.wanted().get(segment.id())).filter(weights::has);
      if (placed != null) {
        place(placements, segment, wanted.orElse(placed.node()));
      } else if (!mayEnter(segment, situation)) {
        awaitedInputs.addAll(segment.compactedFrom());
      } else if (wanted.isPresent()) {
        weights.add(wanted.get(), Balance.weight(segment));
        place(placements, segment, wanted.get());
      } else {
        entering.add(segment);
      }
    }
    for (Serving.Placed placed : situation.placed().values()) {
      if (awaitedInputs.contains(placed.segment().id())) {
        place(placements, placed.segment(), placed.node());
      }
    }
    entering.sort(Comparator.comparingLong(Balance::weight).reversed());
    for (Segment segment : entering) {
      long node = weights.lightest();
      weights.add(node, Balance.weight(segment));
      place(placements, segment, node);
    }
    return new ViewPlan(placements);
  }

  /** Nodes that take something new. */
  private static Map<Long, Long> open(Situation situation) {
    Map<Long, Long> open = new TreeMap<>(situation.nodeWeights());
    open.keySet().removeAll(situation.avoided());
    return open.isEmpty() ? new TreeMap<>(situation.nodeWeights()) : open;
  }

  private static boolean mayEnter(Segment segment, Situation situation) {
    if (situation.complete().contains(segment.id()) || situation.viewed().contains(segment.id())) {
      return true;
    }
    Held held = situation.held().getOrDefault(segment.channel(), new None());
    if (!held.includes(segment.partitionId())) {
      return true;
    }
    if (segment.compactedFrom().isEmpty()) {
      return false;
    }
    return segment.compactedFrom().stream().noneMatch(situation.placed()::containsKey);
  }

  private static void place(Map<String, Map<Long, Long>> placements, Segment segment, long node) {
    Map<Long, Long> channel = placements.get(segment.channel());
    if (channel != null) {
      channel.put(segment.id(), node);
    }
  }
}
