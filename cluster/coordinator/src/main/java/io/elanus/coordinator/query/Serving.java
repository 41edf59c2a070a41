package io.elanus.coordinator.query;

import io.elanus.roles.Segments;
import io.elanus.roles.ShardLeader;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is served of one collection at present. In memory only: a new process makes it anew.
 *
 * @param shards by channel; those whose leader has a view
 * @param placed segments on query nodes, by id
 * @param served what all views fulfil of the wishes so far; empty before the first
 * @param percent of the loading in progress, 0 to 99
 */
record Serving(
    Map<String, Shard> shards, Map<Long, Placed> placed, Optional<Wish> served, int percent) {
  static final Serving NOTHING = new Serving(Map.of(), Map.of(), Optional.empty(), 0);

  /**
   * @param leader that was given the view
   */
  record Shard(ShardLeader leader, long leaderNode, Segments.View view) {}

  /**
   * @param indexes objects of the index files that are attached
   */
  record Placed(Segments.Segment segment, long node, Set<String> indexes, int schemaVersion) {
    Placed {
      indexes = Set.copyOf(indexes);
    }
  }

  Serving {
    shards = Map.copyOf(shards);
    placed = Map.copyOf(placed);
  }

  /** Segments in a current view. */
  Set<Long> viewed() {
    Set<Long> viewed = new HashSet<>();
    shards.values().forEach(shard -> viewed.addAll(shard.view().placements().keySet()));
    return viewed;
  }

  Serving with(Map<String, Shard> newShards) {
    return new Serving(newShards, placed, served, percent);
  }

  Serving withPlaced(Map<Long, Placed> newPlaced, int newPercent) {
    return new Serving(shards, newPlaced, served, newPercent);
  }

  /** Before views change for a wish: what it leaves out is served no more. */
  Serving narrowedTo(Wish wish) {
    return new Serving(shards, placed, served.flatMap(wish::shared), percent);
  }

  Serving fulfilling(Wish wish) {
    return new Serving(shards, placed, Optional.of(wish), percent);
  }
}
