package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.Reads;
import io.elanus.roles.ShardLeader;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.RowBatch;
import java.time.Clock;
import java.util.List;
import java.util.function.Function;

/** Asks the leaders of shards, side by side; waits a while for a channel without an owner. */
final class Leaders {
  private final Directory directory;
  private final FanOut fanOut;
  private final Clock clock;
  private final ProxyConfig config;
  private final SchemaCache cache;

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
    Patience patience = new Patience(clock, config.retryFor());
    while (true) {
      try {
        return question.apply(directory.ownerOf(channel));
      } catch (ElanusException e) {
        if (!Patience.passing(e.code()) && !awaitsView(e, channel)) {
          throw e;
        }
        patience.pauseOr(e, channel);
      }
    }
  }

  /** A fresh owner of a loaded collection's channel has no view yet. */
  private boolean awaitsView(ElanusException failure, String channel) {
    return failure.code() == ErrorCode.COLLECTION_NOT_LOADED
        && cache.loadState(Catalogue.collectionId(channel)).isPresent();
  }
}
