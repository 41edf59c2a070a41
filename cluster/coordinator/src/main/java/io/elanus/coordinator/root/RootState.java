package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.State;
import io.elanus.roles.Catalogue;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The catalogue in memory. Collections that are being dropped are seen only by {@link #pending}.
 */
final class RootState implements State<RootEntry> {
  private record Name(long databaseId, String name) implements Comparable<Name> {
    @Override
    public int compareTo(Name other) {
      int byDatabase = Long.compare(databaseId, other.databaseId);
      return byDatabase != 0 ? byDatabase : name.compareTo(other.name);
    }
  }

  private final Map<Long, RootEntry.Database> databases = new TreeMap<>();
  private final Map<Long, RootEntry.Collection> collections = new TreeMap<>();
  private final Map<Long, Map<Long, RootEntry.Collection>> byDatabase = new HashMap<>();
  private final Map<String, Integer> shardsByPhysicalChannel = new HashMap<>();
  private final Map<Name, Long> names = new TreeMap<>();
  private final Map<Name, RootEntry.Alias> aliases = new TreeMap<>();
  private final Map<String, RootEntry> pending = new TreeMap<>();
  private long capacity;

  RootState() {
    databases.put(RootEntry.Database.DEFAULT.id(), RootEntry.Database.DEFAULT);
  }

  @Override
  public void apply(Change<RootEntry> change) {
    boolean put = change instanceof Change.Put;
    switch (change.entry()) {
      case RootEntry.Database database -> set(databases, database.id(), database, put);
      case RootEntry.Collection collection -> applyCollection(collection, put);
      case RootEntry.Alias alias ->
          set(aliases, new Name(alias.databaseId(), alias.name()), alias, put);
      case RootEntry.DroppedPartition dropped -> set(pending, dropped.key(), dropped, put);
      case RootEntry.Truncation truncation -> set(pending, truncation.key(), truncation, put);
      case RootEntry.SchemaChange schemaChange ->
          set(pending, schemaChange.key(), schemaChange, put);
    }
  }

  private void applyCollection(RootEntry.Collection collection, boolean put) {
    RootEntry.Collection before = collections.remove(collection.id());
    if (before != null) {
      names.remove(new Name(before.databaseId(), before.name()), before.id());
      byDatabase.getOrDefault(before.databaseId(), new TreeMap<>()).remove(before.id());
      count(before, -1);
    }
    set(pending, collection.key(), collection, put && collection.dropping());
    if (put && !collection.dropping()) {
      collections.put(collection.id(), collection);
      names.put(new Name(collection.databaseId(), collection.name()), collection.id());
      byDatabase
          .computeIfAbsent(collection.databaseId(), absent -> new TreeMap<>())
          .put(collection.id(), collection);
      count(collection, 1);
    }
  }

  private void count(RootEntry.Collection collection, int sign) {
    capacity += (long) sign * collection.partitions().size() * collection.channels().size();
    for (String channel : collection.channels()) {
      shardsByPhysicalChannel.merge(Catalogue.physicalChannel(channel), sign, Integer::sum);
    }
  }

  /** Sum over collections of partitions × shards. */
  long capacity() {
    return capacity;
  }

  int shards(String physicalChannel) {
    return shardsByPhysicalChannel.getOrDefault(physicalChannel, 0);
  }

  private static <K, V> void set(Map<K, V> map, K key, V value, boolean put) {
    if (put) {
      map.put(key, value);
    } else {
      map.remove(key);
    }
  }

  Collection<RootEntry.Database> databases() {
    return databases.values();
  }

  Optional<RootEntry.Database> findDatabase(String name) {
    return databases.values().stream().filter(found -> found.name().equals(name)).findFirst();
  }

  RootEntry.Database database(String name) {
    return findDatabase(name)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.DATABASE_NOT_FOUND).with("database", name));
  }

  Collection<RootEntry.Collection> collections() {
    return collections.values();
  }

  List<RootEntry.Collection> collections(long databaseId) {
    return List.copyOf(byDatabase.getOrDefault(databaseId, Map.of()).values());
  }

  int collectionCount(long databaseId) {
    return byDatabase.getOrDefault(databaseId, Map.of()).size();
  }

  /** By its own name only. */
  Optional<RootEntry.Collection> named(long databaseId, String name) {
    return Optional.ofNullable(names.get(new Name(databaseId, name))).map(collections::get);
  }

  Optional<RootEntry.Alias> alias(long databaseId, String name) {
    return Optional.ofNullable(aliases.get(new Name(databaseId, name)));
  }

  Optional<RootEntry.Collection> find(long databaseId, String nameOrAlias) {
    return named(databaseId, nameOrAlias)
        .or(() ->
            alias(databaseId, nameOrAlias)
                .map(RootEntry.Alias::collectionId)
                .map(collections::get));
  }

  Optional<RootEntry.Collection> find(long id) {
    return Optional.ofNullable(collections.get(id));
  }

  /** By name or alias; COLLECTION_NOT_FOUND, or DATABASE_NOT_FOUND. */
  RootEntry.Collection collection(String database, String nameOrAlias) {
    return find(database(database).id(), nameOrAlias)
        .orElseThrow(() -> collectionNotFound(database, nameOrAlias));
  }

  static ElanusException collectionNotFound(String database, String name) {
    return new ElanusException(ErrorCode.COLLECTION_NOT_FOUND)
        .with("database", database)
        .with("collection", name);
  }

  List<RootEntry.Alias> aliases(long databaseId) {
    return aliases.values().stream().filter(alias -> alias.databaseId() == databaseId).toList();
  }

  List<RootEntry.Alias> aliasesOf(RootEntry.Collection collection) {
    return aliases.values().stream()
        .filter(alias -> alias.collectionId() == collection.id())
        .toList();
  }

  /** What a change began and has still to be carried to the other coordinators. */
  List<RootEntry> pending() {
    return new ArrayList<>(pending.values());
  }

  boolean isPending(RootEntry entry) {
    return pending.containsKey(entry.key());
  }

  Catalogue.Collection view(RootEntry.Collection collection) {
    RootEntry.Database database = databases.get(collection.databaseId());
    return new Catalogue.Collection(
        collection.id(),
        collection.databaseId(),
        database == null ? "" : database.name(),
        collection.schema(),
        collection.channels(),
        collection.partitions(),
        aliasesOf(collection).stream().map(RootEntry.Alias::name).toList(),
        collection.consistency(),
        collection.properties(),
        collection.createdTimestamp(),
        collection.updateTimestamp());
  }
}
