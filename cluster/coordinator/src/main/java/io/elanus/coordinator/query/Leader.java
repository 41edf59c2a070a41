package io.elanus.coordinator.query;

import io.elanus.roles.Directory;
import io.elanus.roles.ShardLeader;

/**
 * Who leads a shard: the channel's owner under one grant, or a query node that follows the shard
 * for the so-manieth time. Under another number it has no view.
 */
record Leader(long nodeId, long epoch, ShardLeader node) {
  static Leader of(Directory.Owner owner) {
    return new Leader(owner.nodeId(), owner.epoch(), owner.node());
  }

  boolean is(Leader other) {
    return nodeId == other.nodeId && epoch == other.epoch;
  }
}
