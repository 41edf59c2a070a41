package io.elanus.roles;

import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Where each role is at present. What it returns may be an object of this process or a stub over a
 * socket.
 */
public interface Directory {
  RootCoord rootCoord();

  DataCoord dataCoord();

  QueryCoord queryCoord();

  IndexCoord indexCoord();

  /**
   * The owner of a channel under one grant: a node that takes the channel anew is another owner.
   *
   * @param epoch of the grant
   */
  record Owner(long nodeId, long epoch, StreamingNode node) {}

  /** The owner of the virtual (or physical) channel; CHANNEL_NOT_AVAILABLE while there is none. */
  Owner owner(String channel);

  default StreamingNode ownerOf(String channel) {
    return owner(channel).node();
  }

  /** By node id, rising. */
  Map<Long, QueryNode> queryNodes();

  /**
   * What a node tells of itself.
   *
   * @param host by which others reach it
   * @param labels by which resource groups choose
   */
  record Station(String host, int port, Map<String, String> labels) {
    public Station {
      labels = Map.copyOf(labels);
    }
  }

  /** Of query nodes, by node id; none where there is one process. */
  default Map<Long, Station> stations() {
    return Map.of();
  }

  /** Those query nodes that can lead shards of further replicas. */
  default Map<Long, ShardFollower> shardFollowers() {
    return Map.of();
  }

  Map<Long, StreamingNode> streamingNodes();

  Map<Long, DataNode> dataNodes();

  Map<Long, IndexNode> indexNodes();

  List<ProxyCache> proxies();

  /** Whoever was there before this was called is told of when it returns. */
  default void refresh() {}

  /**
   * Nodes that are there still, but that this process cannot connect to any more: likely they are
   * gone in a moment.
   */
  default Set<Long> unreachable() {
    return Set.of();
  }

  /**
   * Calls the listener after nodes came or went or a channel got another owner, perhaps once for
   * several changes or without one; on any thread, which it must not hold up.
   */
  void whenChanged(Runnable listener);
}
