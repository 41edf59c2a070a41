package io.elanus.roles;

/**
 * Leads shards of further replicas: reads the log that the channel's owner writes, and answers as
 * the owner would. It appends nothing and flushes nothing.
 */
public interface ShardFollower extends ShardLeader {
  /**
   * Follows a shard from now on, if it does not already.
   *
   * @return which time it is that this node follows the shard: another number means that what was
   *     told to the one before, the view among it, is forgotten
   */
  long follow(String channel);

  /** Forgets the shard; one that is not followed is no error. */
  void unfollow(String channel);
}
