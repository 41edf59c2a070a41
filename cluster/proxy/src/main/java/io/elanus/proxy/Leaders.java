package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Reads;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.ShardLeader;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Asks the leaders of shards, side by side: of the replicas the one that is least busy, another one
 * when that fails. Waits a while for a channel that nobody leads.
 */
final class Leaders {
  private final Directory directory;
  private final FanOut fanOut;
  private final Clock clock;
  private final ProxyConfig config;
  private final SchemaCache cache;
  private final ReplicaLoads loads = new ReplicaLoads();

  Leaders(Directory directory, FanOut fanOut, Clock clock, ProxyConfig config, SchemaCache cache) {
    this.directory = directory;
    this.cache = cache;
    this.fanOut = fanOut;
    this.clock = clock;
    this.config = config;
  }

  List<Reads.Hits> search(List<String> channels, Reads.Search search) {
    return fanOut.each(channels, channel -> ask(channel, leader -> leader.search(channel, search)));
  }

  List<Reads.Found> query(List<String> channels, Reads.Query query) {
    return fanOut.each(channels, channel -> ask(channel, leader -> leader.query(channel, query)));
  }

  /** One part of the winners' rows. */
  record Part(String channel, Reads.Fetch fetch) {}

  List<RowBatch> fetch(List<Part> parts) {
    return fanOut.each(
        parts, part -> ask(part.channel(), leader -> leader.fetch(part.channel(), part.fetch())));
  }

  private <R> R ask(String channel, Function<ShardLeader, R> question) {
    long collection = Catalogue.collectionId(channel);
    Patience patience = new Patience(clock, config.retryFor());
    while (cache.replicaCount(collection) == 1) {
      try {
        return question.apply(directory.ownerOf(channel));
      } catch (ElanusException e) {
        if (!Patience.passing(e.code()) && !awaitsView(e, channel)) {
          throw e;
        }
        patience.pauseOr(e, channel);
      }
    }
    return askAny(collection, channel, question, patience);
  }

  private <R> R askAny(
      long collection, String channel, Function<ShardLeader, R> question, Patience patience) {
    Set<Long> tried = new HashSet<>();
    while (true) {
      ElanusException failure;
      try {
        Optional<Candidate> next = next(collection, channel, tried);
        if (next.isPresent()) {
          tried.add(next.get().node());
          return loads.counted(next.get().node(), () -> question.apply(next.get().leader().get()));
        }
        failure = nobody(channel);
      } catch (ElanusException e) {
        if (!Patience.passing(e.code()) && !awaitsView(e, channel)) {
          throw e;
        }
        failure = e;
      }
      if (next(collection, channel, tried).isEmpty()) {
        patience.pauseOr(failure, channel);
        tried.clear();
        cache.forgetReplicas(collection);
      }
    }
  }

  private record Candidate(long node, Supplier<ShardLeader> leader) {}

  /** The least busy leader of the channel that was not tried yet. */
  private Optional<Candidate> next(long collection, String channel, Set<Long> tried) {
    List<QueryCoord.Replica> replicas = cache.replicas(collection);
    Map<Long, Candidate> candidates = new HashMap<>();
    for (int i = 0; i < replicas.size(); i++) {
      boolean first = i == 0;
      for (QueryCoord.Shard shard : replicas.get(i).shards()) {
        if (shard.channel().equals(channel) && !tried.contains(shard.leaderNode())) {
          candidates.put(
              shard.leaderNode(),
              new Candidate(
                  shard.leaderNode(),
                  first
                      ? () -> directory.ownerOf(channel)
                      : () -> follower(channel, shard.leaderNode())));
        }
      }
    }
    return candidates.keySet().stream().min(loads.leastFirst()).map(candidates::get);
  }

  private ShardLeader follower(String channel, long node) {
    ShardFollower follower = directory.shardFollowers().get(node);
    if (follower == null) {
      throw nobody(channel).with("node", node);
    }
    return follower;
  }

  private static ElanusException nobody(String channel) {
    return new ElanusException(
            ErrorCode.CHANNEL_NOT_AVAILABLE, "no replica of the shard can be asked at present")
        .with("channel", channel);
  }

  /** A fresh owner of a loaded collection's channel has no view yet. */
  private boolean awaitsView(ElanusException failure, String channel) {
    return failure.code() == ErrorCode.COLLECTION_NOT_LOADED
        && cache.loadState(Catalogue.collectionId(channel)).isPresent();
  }
}
