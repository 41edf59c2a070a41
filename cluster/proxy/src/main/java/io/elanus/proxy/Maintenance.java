package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Directory;
import io.elanus.roles.Segments;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongFunction;

/** Flush, segments, compaction and row counts: names resolved, then the coordinators' business. */
final class Maintenance {
  private final Directory directory;
  private final SchemaCache cache;
  private final Clock clock;
  private final Duration retryFor;

  /**
   * @param retryFor how long a question waits for a channel that has no owner
   */
  Maintenance(Directory directory, SchemaCache cache, Clock clock, Duration retryFor) {
    this.directory = directory;
    this.cache = cache;
    this.clock = clock;
    this.retryFor = retryFor;
  }

  /** All that is asked here may be asked again. */
  private <T> T patiently(long collectionId, LongFunction<T> question) {
    Patience patience = new Patience(clock, retryFor);
    while (true) {
      try {
        return question.apply(collectionId);
      } catch (ElanusException e) {
        if (!Patience.passing(e.code())) {
          throw e;
        }
        patience.pauseOr(e, "of collection " + collectionId);
      }
    }
  }

  DataCoord.Flush flush(String database, String name) {
    return patiently(cache.collection(database, name).id(), directory.dataCoord()::flush);
  }

  /**
   * A collection that is gone has nothing left to flush. Without a name (a client that tells only
   * segments), the segments are looked for in the whole database; other collections' writes do not
   * count.
   */
  boolean flushed(String database, String name, List<Long> segments, long timestamp) {
    if (name.isEmpty()) {
      return segments.isEmpty()
          || directory.rootCoord().collections(database).stream()
              .allMatch(each -> flushed(each.id(), segments, 0));
    }
    Optional<Catalogue.Collection> collection = cache.find(database, name);
    return collection.isEmpty() || flushed(collection.get().id(), segments, timestamp);
  }

  private boolean flushed(long collectionId, List<Long> segments, long timestamp) {
    return patiently(collectionId, id -> directory.dataCoord().flushed(id, segments, timestamp));
  }

  List<Segments.Segment> segments(String database, String name) {
    return patiently(cache.collection(database, name).id(), directory.dataCoord()::segments);
  }

  Map<Long, List<Long>> placements(String database, String name) {
    Catalogue.Collection collection = cache.collection(database, name);
    if (cache.loadState(collection.id()).isEmpty()) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
          .with("collection", collection.name());
    }
    return directory.queryCoord().placements(collection.id());
  }

  long compact(String database, String name, Optional<String> partition) {
    Catalogue.Collection collection = cache.collection(database, name);
    Optional<Long> id = partition.map(each -> PartitionScope.one(collection, each).id());
    return directory.dataCoord().compact(collection.id(), id);
  }

  /** A coordinator that does not answer is one. */
  List<String> ailments() {
    try {
      return directory.dataCoord().ailments();
    } catch (ElanusException unreachable) {
      return List.of("the data coordinator does not answer: " + unreachable.getMessage());
    }
  }

  /** Every partition of the collection has an entry. */
  Map<String, Long> rowCounts(String database, String name) {
    Catalogue.Collection collection = cache.collection(database, name);
    Map<Long, Long> counts = patiently(collection.id(), directory.dataCoord()::rowCounts);
    Map<String, Long> result = new LinkedHashMap<>();
    for (Catalogue.Partition partition : collection.partitions()) {
      result.put(partition.name(), counts.getOrDefault(partition.id(), 0L));
    }
    return result;
  }
}
