package io.elanus.node.streaming;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;

/** Makes the state of a shard from what the coordinators know of its channel. Never in a loop. */
final class ShardOpener {
  private final Directory directory;
  private final Oracle oracle;
  private final StreamingConfig config;

  ShardOpener(Directory directory, Oracle oracle, StreamingConfig config) {
    this.directory = directory;
    this.oracle = oracle;
    this.config = config;
  }

  /** Empty when the catalogue has no collection with this channel. */
  Optional<Shard> find(String channel) {
    return collection(channel)
        .filter(collection -> collection.channels().contains(channel))
        .map(collection -> open(channel, collection));
  }

  Shard open(String channel) {
    return find(channel)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND, "no collection has the channel")
                .with("channel", channel));
  }

  Optional<Catalogue.Collection> collection(String channel) {
    return directory.rootCoord().findCollectionById(Catalogue.collectionId(channel));
  }

  /** Those of the channel's collection. */
  List<Long> partitions(String channel) {
    return collection(channel)
        .map(collection -> collection.partitions().stream().map(Catalogue.Partition::id).toList())
        .orElse(List.of());
  }

  private Shard open(String channel, Catalogue.Collection collection) {
    long inFiles = 0;
    for (Segments.DeleteFile file : directory.dataCoord().deleteFiles(channel)) {
      inFiles = Math.max(inFiles, file.maxTimestamp());
    }
    long truncated = directory.dataCoord().truncatedUpTo(channel);
    oracle.see(Math.max(inFiles, truncated)); // the log may be cut behind them
    long knownFrom = oracle.timestamps(1);
    return new Shard(
        channel,
        collection.id(),
        collection.schema(),
        collection.partitions().stream().map(Catalogue.Partition::id).toList(),
        truncated,
        new DeleteBuffer(inFiles),
        new RecentWrites(config.remembered().keys(), config.remembered().writes(), knownFrom));
  }
}
