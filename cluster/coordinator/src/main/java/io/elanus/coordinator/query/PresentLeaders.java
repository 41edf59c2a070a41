package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.roles.Directory;
import io.elanus.roles.ShardFollower;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Finds who leads the shards of a replica, and has followers follow them. */
final class PresentLeaders {
  private static final System.Logger LOG = System.getLogger(PresentLeaders.class.getName());

  private final Directory directory;

  PresentLeaders(Directory directory) {
    this.directory = directory;
  }

  /** Empty while the channel has none. */
  static Optional<Leader> owner(Directory directory, String channel) {
    try {
      return Optional.of(Leader.of(directory.owner(channel)));
    } catch (ElanusException none) {
      if (none.code() != ErrorCode.CHANNEL_NOT_AVAILABLE) {
        throw none;
      }
      return Optional.empty();
    }
  }

  /** Of the first replica; by channel, those that have one. */
  Map<String, Leader> owners(List<String> channels) {
    Map<String, Leader> leaders = new TreeMap<>();
    for (String channel : channels) {
      owner(directory, channel).ifPresent(owner -> leaders.put(channel, owner));
    }
    return leaders;
  }

  /** Of a further replica: returns when those that can follow do. */
  Map<String, Leader> followers(Map<String, Long> assigned) {
    Map<Long, ShardFollower> nodes = directory.shardFollowers();
    Map<String, Leader> leaders = new TreeMap<>();
    assigned.forEach((channel, id) -> {
      ShardFollower follower = nodes.get(id);
      if (follower != null) {
        try {
          leaders.put(channel, new Leader(id, follower.follow(channel), follower));
        } catch (ElanusException notYet) {
          LOG.log(WARNING, "a shard is not followed yet, " + channel, notYet);
        }
      }
    });
    return leaders;
  }

  /** Tells a follower that is there no more of a shard. */
  void dismiss(String channel, Leader leader) {
    if (leader.node() instanceof ShardFollower follower
        && directory.shardFollowers().containsKey(leader.nodeId())) {
      try {
        follower.unfollow(channel);
      } catch (ElanusException gone) {
        LOG.log(WARNING, "a follower was not dismissed, " + channel, gone);
      }
    }
  }
}
