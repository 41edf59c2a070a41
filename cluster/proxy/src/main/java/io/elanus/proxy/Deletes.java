package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.Keys;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Delete: by key at once, by any other filter after a read of the keys that match. */
final class Deletes {
  private final SchemaRetry schemaRetry;
  private final SchemaCache cache;
  private final IdSource ids;
  private final ShardWriter writer;
  private final RowLookup lookup;
  private final ReadClock readClock;

  Deletes(
      SchemaRetry schemaRetry,
      SchemaCache cache,
      IdSource ids,
      ShardWriter writer,
      RowLookup lookup,
      ReadClock readClock) {
    this.schemaRetry = schemaRetry;
    this.cache = cache;
    this.ids = ids;
    this.writer = writer;
    this.lookup = lookup;
    this.readClock = readClock;
  }

  Proxy.Mutation delete(Proxy.DeleteRequest request) {
    WriteAttempt attempt = WriteAttempt.of(ids, List.of());
    return schemaRetry.run(
        request.database(),
        request.collection(),
        collection -> delete(collection, request, attempt));
  }

  private Proxy.Mutation delete(
      Catalogue.Collection collection, Proxy.DeleteRequest request, WriteAttempt attempt) {
    FilterPlan filter =
        FilterPlan.of(
            FilterPlan.DELETE, collection.schema(), request.filter(), request.templates());
    if (request.filter().isBlank() || filter.facts().everything()) {
      throw ElanusException.invalid(
          "delete plan can't be empty or always true : " + request.filter());
    }
    Set<Long> partitions = partition(collection, request.partition());
    Keys keys =
        filter.facts().exactKeys().isPresent()
            ? DistinctKeys.of(filter.facts().exactKeys().get())
            : matching(collection, filter, partitions);
    return write(collection, keys, partitions.stream().findFirst(), attempt);
  }

  /** Empty: rows of all partitions. */
  private static Set<Long> partition(Catalogue.Collection collection, String name) {
    if (name.isEmpty()) {
      return Set.of();
    }
    PartitionScope.requireNameable(collection);
    return Set.of(PartitionScope.one(collection, name).id());
  }

  private Keys matching(Catalogue.Collection collection, FilterPlan filter, Set<Long> partitions) {
    QueryCoord.LoadState state = PartitionScope.requireLoaded(cache, collection, partitions);
    Set<Long> pruned =
        PartitionScope.pruned(collection, PartitionScope.readable(state, partitions), filter);
    return lookup.matching(collection, filter, pruned, readClock.fresh());
  }

  private Proxy.Mutation write(
      Catalogue.Collection collection, Keys keys, Optional<Long> partition, WriteAttempt attempt) {
    if (keys.size() == 0) {
      return new Proxy.Mutation(keys, 0, readClock.fresh());
    }
    List<StreamingNode.Write> writes =
        attempt.writes(collection, Map.of(), byShard(collection, keys), partition, 0);
    long timestamp = SchemaRetry.betweenRoles(() -> writer.write(writes)).orElseThrow();
    readClock.saw(timestamp);
    return new Proxy.Mutation(keys.take(new int[0]), keys.size(), timestamp);
  }

  static Map<String, Keys> byShard(Catalogue.Collection collection, Keys keys) {
    if (collection.channels().size() == 1) {
      return Map.of(collection.channels().getFirst(), keys);
    }
    Map<String, Keys> result = new HashMap<>();
    ShardRouter.byShard(collection.channels(), ColumnBuilders.keys(keys))
        .forEach((channel, ordinals) -> result.put(channel, keys.take(ordinals)));
    return result;
  }
}
