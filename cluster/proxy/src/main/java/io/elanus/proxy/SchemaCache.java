package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Standing;
import io.elanus.roles.Waits;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What is known of collections, by (database, name or alias). An answer that was on its way while
 * {@link #forget} ran is used by the request that asked, and not kept: nothing is stale for a
 * request that begins after forget returned.
 *
 * <p>What is not known is asked of a coordinator, which may wait ({@link Waits}).
 *
 * <p>Only settled facts are kept: a load state at 100 percent, index definitions once there are
 * some.
 */
final class SchemaCache {
  private record Name(String database, String name) {}

  private final Directory directory;
  private final Standing standing;
  private final AtomicLong generation = new AtomicLong();
  private final ConcurrentHashMap<Name, Catalogue.Collection> collections =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, QueryCoord.LoadState> loaded = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, List<QueryCoord.Replica>> replicas =
      new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Long, List<IndexCoord.Definition>> indexes =
      new ConcurrentHashMap<>();

  /**
   * @param standing of this process among the members: only those are told what to forget. It is
   *     asked after each look, and what is known counts only if it is held. Whoever gets a place
   *     again forgets everything first.
   */
  SchemaCache(Directory directory, Standing standing) {
    this.directory = directory;
    this.standing = standing;
  }

  /** By name or alias. */
  Catalogue.Collection collection(String database, String name) {
    return find(database, name)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.COLLECTION_NOT_FOUND)
                .with("database", database)
                .with("collection", name));
  }

  Optional<Catalogue.Collection> find(String database, String name) {
    Name key = new Name(database, name);
    long term = standing.term();
    Catalogue.Collection known = collections.get(key);
    if (known != null && standing.heldSince(term)) {
      return Optional.of(known);
    }
    NameChecks.checkCollection(name);
    Waits.begin();
    long before = generation.get();
    Optional<Catalogue.Collection> found = directory.rootCoord().findCollection(database, name);
    found.ifPresent(collection -> keep(before, () -> collections.put(key, collection)));
    return found;
  }

  /** Empty while nothing is loaded. */
  Optional<QueryCoord.LoadState> loadState(long collectionId) {
    long term = standing.term();
    QueryCoord.LoadState known = loaded.get(collectionId);
    if (known != null && standing.heldSince(term)) {
      return Optional.of(known);
    }
    Waits.begin();
    long before = generation.get();
    Optional<QueryCoord.LoadState> state = directory.queryCoord().loadState(collectionId);
    state
        .filter(now -> now.percent() == 100)
        .ifPresent(now -> keep(before, () -> loaded.put(collectionId, now)));
    return state;
  }

  /** How many leaders a shard may have; 1 for what is not loaded. */
  int replicaCount(long collectionId) {
    return loadState(collectionId).map(QueryCoord.LoadState::replicas).orElse(1);
  }

  /** Of a collection with several. */
  List<QueryCoord.Replica> replicas(long collectionId) {
    long term = standing.term();
    List<QueryCoord.Replica> known = replicas.get(collectionId);
    if (known != null && standing.heldSince(term)) {
      return known;
    }
    Waits.begin();
    long before = generation.get();
    List<QueryCoord.Replica> found = List.copyOf(directory.queryCoord().replicas(collectionId));
    keep(before, () -> replicas.put(collectionId, found));
    return found;
  }

  /** What is known of who leads did not help. */
  void forgetReplicas(long collectionId) {
    replicas.remove(collectionId);
  }

  List<IndexCoord.Definition> indexes(long collectionId) {
    long term = standing.term();
    List<IndexCoord.Definition> known = indexes.get(collectionId);
    if (known != null && standing.heldSince(term)) {
      return known;
    }
    Waits.begin();
    long before = generation.get();
    List<IndexCoord.Definition> found =
        List.copyOf(directory.indexCoord().definitions(collectionId));
    if (!found.isEmpty()) {
      keep(before, () -> indexes.put(collectionId, found));
    }
    return found;
  }

  /** The index on a vector field. */
  Optional<IndexCoord.Definition> vectorIndex(long collectionId, long fieldId) {
    return indexes(collectionId).stream()
        .filter(definition -> definition.fieldId() == fieldId)
        .findFirst();
  }

  /**
   * One change at a time: either it comes before a forget, which then removes it, or not at all.
   */
  private synchronized void keep(long before, Runnable change) {
    if (generation.get() == before && standing.held()) {
      change.run();
    }
  }

  /** Aliases are forgotten with any collection: they may point elsewhere now. */
  synchronized void forget(long collectionId) {
    generation.incrementAndGet();
    if (collectionId == 0) {
      collections.clear();
      loaded.clear();
      replicas.clear();
      indexes.clear();
      return;
    }
    collections
        .entrySet()
        .removeIf(entry ->
            entry.getValue().id() == collectionId
                || !entry.getKey().name().equals(entry.getValue().name()));
    loaded.remove(collectionId);
    replicas.remove(collectionId);
    indexes.remove(collectionId);
  }
}
