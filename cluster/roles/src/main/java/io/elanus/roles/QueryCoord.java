package io.elanus.roles;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Load state, replicas, resource groups, placement of segments, handoff. */
public interface QueryCoord extends ResourceGroups {
  /**
   * @param partitions empty: the whole collection, and partitions that come later
   * @param replicas that many sets of query nodes, none of which two have
   * @param fields ids to load; empty: all
   * @param groups resource groups of the replicas, one for each or one for all; empty: the default
   */
  record Load(
      long collectionId,
      Set<Long> partitions,
      int replicas,
      Set<Long> fields,
      boolean refresh,
      List<String> groups) {
    /** In the default resource group. */
    public Load(
        long collectionId, Set<Long> partitions, int replicas, Set<Long> fields, boolean refresh) {
      this(collectionId, partitions, replicas, fields, refresh, List.of());
    }
  }

  /** Records the wish and answers at once; loading goes on in the background. */
  void load(Load load);

  /** {@code partitions} empty: the whole collection. What is not loaded may be released. */
  void release(long collectionId, Set<Long> partitions);

  /**
   * @param partitions loaded ones; empty when the whole collection is
   * @param percent 0 to 100; at 100 all that is loaded can be read
   * @param readable partitions that can be read, also while others are being loaded or released; an
   *     empty set: all; absent: none yet
   */
  record LoadState(
      long collectionId,
      Set<Long> partitions,
      Set<Long> fields,
      int replicas,
      int percent,
      Optional<Set<Long>> readable) {}

  /** Empty when nothing of the collection is loaded. */
  Optional<LoadState> loadState(long collectionId);

  record Shard(String channel, long leaderNode, List<Long> nodes) {}

  /**
   * @param shards whose leader has a view; of the first replica the channels' owners lead
   * @param nodes query nodes of the replica, and its leaders
   * @param outbound query nodes of other groups that it still has segments on: how many, by group
   */
  record Replica(
      long id,
      long collectionId,
      Set<Long> partitions,
      List<Shard> shards,
      List<Long> nodes,
      String group,
      Map<String, Integer> outbound) {}

  /** In the order of their making; the first is led by the owners of the channels. */
  List<Replica> replicas(long collectionId);

  /** Sealed segments being served: segment id to query node ids. */
  Map<Long, List<Long>> placements(long collectionId);

  /**
   * Called by DataCoord after segments were published or dropped, and by IndexCoord after an index
   * was built: plans a new view.
   */
  void refresh(long collectionId);

  /**
   * Empties a query node that is about to leave: nothing more is placed there, and what is moves
   * elsewhere. Returns when no view names the node. It stays so until the node is gone; a
   * coordinator that takes over must be asked again.
   *
   * @throws io.elanus.schema.ElanusException RESOURCE_INSUFFICIENT when no other node is there,
   *     UNAVAILABLE when segments could not be moved
   */
  void drain(long queryNode);

  /** Nodes that were asked to leave and are still there. */
  Set<Long> draining();

  /**
   * Called by the leader of shards that cannot reach a query node of their views, every few seconds
   * until it can: meanwhile their segments are placed on others, as far as there are, and channels
   * of a leader that reaches none at all go to others.
   */
  void cannotReach(long leader, long queryNode);

  /**
   * Moves a sealed segment that is served to a query node, and leaves it there whatever the balance
   * is, until the node is drained or gone or a coordinator takes over. Returns when reads find it
   * there.
   *
   * @throws io.elanus.schema.ElanusException INVALID_PARAMETER when there is no such node,
   *     SEGMENT_NOT_FOUND when no view has the segment, UNAVAILABLE when it could not be moved
   */
  void move(long segmentId, long queryNode);

  /** Called by RootCoord when a collection is gone. */
  void dropCollection(long collectionId);
}
