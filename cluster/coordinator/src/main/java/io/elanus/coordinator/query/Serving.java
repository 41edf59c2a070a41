package io.elanus.coordinator.query;

import io.elanus.roles.Segments;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What is served of one replica at present. In memory only: a new process makes it anew.
 *
 * @param shards by channel; those whose leader has a view
 * @param placed copies of segments on query nodes; two of one segment while it moves
 * @param served what all views fulfil of the wishes so far, wherever; empty before the first
 * @param percent of the loading in progress, 0 to 99
 */
record Serving(
    Map<String, Shard> shards, Map<Copy, Placed> placed, Optional<Wish> served, int percent) {
  static final Serving NOTHING = new Serving(Map.of(), Map.of(), Optional.empty(), 0);

  /**
   * @param leader that was given the view
   */
  record Shard(Leader leader, Segments.View view) {
    /** Whether the leader has the view: one that began anew has none. */
    boolean isLedBy(Leader other) {
      return leader.is(other);
    }
  }

  /** A segment on a query node. */
  record Copy(long segment, long node) {}

  /**
   * @param indexes objects of the index files that are attached
   */
  record Placed(Segments.Segment segment, long node, Set<String> indexes, int schemaVersion) {
    Placed {
      indexes = Set.copyOf(indexes);
    }

    Copy copy() {
      return new Copy(segment.id(), node);
    }
  }

  Serving {
    shards = Map.copyOf(shards);
    placed = Placements.of(placed);
  }

  /** Segments in a current view, and where it has them. */
  Map<Long, Long> viewed() {
    Map<Long, Long> viewed = new HashMap<>();
    shards.values().forEach(shard -> viewed.putAll(shard.view().placements()));
    return viewed;
  }

  private Set<Copy> viewedCopies() {
    Set<Copy> copies = new HashSet<>();
    viewed().forEach((segment, node) -> copies.add(new Copy(segment, node)));
    return copies;
  }

  /** One copy of each segment, the one that reads use if it is there. */
  Map<Long, Placed> current() {
    Map<Long, Placed> current = new HashMap<>();
    Set<Copy> viewed = viewedCopies();
    placed.forEach((copy, there) -> {
      if (viewed.contains(copy) || !current.containsKey(copy.segment())) {
        current.put(copy.segment(), there);
      }
    });
    return current;
  }

  /** Copies that no view names. */
  Set<Copy> unviewed() {
    Set<Copy> unviewed = new HashSet<>(placed.keySet());
    unviewed.removeAll(viewedCopies());
    return unviewed;
  }

  Serving with(String channel, Shard shard) {
    Map<String, Shard> more = new HashMap<>(shards);
    more.put(channel, shard);
    return new Serving(more, placed, served, percent);
  }

  Serving withoutViews() {
    return new Serving(Map.of(), placed, served, percent);
  }

  Serving with(Placed copy) {
    return new Serving(shards, Placements.of(placed).with(copy), served, percent);
  }

  Serving without(Predicate<Copy> gone) {
    return new Serving(shards, Placements.of(placed).without(gone), served, percent);
  }

  Serving loading(int newPercent) {
    return new Serving(shards, placed, served, newPercent);
  }

  /** Before views change for a wish: what it leaves out is served no more. */
  Serving narrowedTo(Wish wish) {
    return new Serving(shards, placed, served.flatMap(wish::shared), percent);
  }

  Serving fulfilling(Wish wish) {
    return new Serving(shards, placed, Optional.of(wish.anywhere()), percent);
  }
}
