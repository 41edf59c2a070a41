package io.elanus.coordinator.root;

import static io.elanus.coordinator.root.RootDecisions.changed;
import static io.elanus.coordinator.root.RootDecisions.nothing;

import io.elanus.coordinator.ledger.Change;
import io.elanus.coordinator.ledger.Decision;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Ddl;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Creating, dropping and renaming collections. Which of it may be repeated: {@link Ddl}. */
final class CollectionRules {
  private static final int DEFAULT_KEYED_PARTITIONS = 16;

  private CollectionRules() {}

  static Decision<RootEntry, List<Long>> create(
      RootState state, Ddl.CreateCollection command, Fresh fresh) {
    RootEntry.Database database = state.database(command.database());
    String name = command.schema().name();
    Map<String, String> properties = new HashMap<>(command.schema().properties());
    properties.putAll(command.properties());
    CollectionSchema schema = Schemas.withIds(command.schema(), command.dynamic(), properties);
    List<String> partitions = partitionNames(command);
    Optional<RootEntry.Collection> existing = state.named(database.id(), name);
    if (existing.isPresent()) {
      if (same(existing.get(), command, schema, partitions.size())) {
        return nothing();
      }
      throw ElanusException.invalid(
          "create duplicate collection with different parameters, collection: " + name);
    }
    if (state.alias(database.id(), name).isPresent()) {
      throw AliasRules.conflict(command.database(), name);
    }
    int shards = shards(command);
    checkLimits(state, database, partitions.size(), shards, fresh.limits());
    long id = fresh.ids().getAsLong();
    List<Catalogue.Partition> created = new ArrayList<>();
    for (String partition : partitions) {
      created.add(new Catalogue.Partition(fresh.ids().getAsLong(), partition, fresh.timestamp()));
    }
    return changed(
        List.of(id),
        Change.put(
            new RootEntry.Collection(
                id,
                database.id(),
                schema,
                channels(state, fresh.physicalChannels(), id, shards),
                created,
                command.consistency(),
                properties,
                fresh.timestamp(),
                fresh.timestamp(),
                false)));
  }

  private static int shards(Ddl.CreateCollection command) {
    return Math.max(1, command.shards());
  }

  private static List<String> partitionNames(Ddl.CreateCollection command) {
    if (command.schema().partitionKey().isEmpty()) {
      return List.of(Catalogue.DEFAULT_PARTITION);
    }
    int count = command.partitions() == 0 ? DEFAULT_KEYED_PARTITIONS : command.partitions();
    List<String> names = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      names.add(Catalogue.DEFAULT_PARTITION + "_" + i);
    }
    return names;
  }

  private static boolean same(
      RootEntry.Collection existing,
      Ddl.CreateCollection command,
      CollectionSchema schema,
      int partitions) {
    boolean samePartitions =
        schema.partitionKey().isEmpty() || existing.partitions().size() == partitions;
    return samePartitions
        && existing.schema().fields().equals(schema.fields())
        && existing.schema().description().equals(schema.description())
        && existing.channels().size() == shards(command)
        && existing.consistency() == command.consistency()
        && existing.properties().equals(schema.properties());
  }

  private static void checkLimits(
      RootState state, RootEntry.Database database, int partitions, int shards, RootLimits limits) {
    if (partitions > limits.partitions()) {
      throw PartitionRules.tooMany(partitions, limits);
    }
    int ofDatabase = databaseLimit(database, limits);
    if (state.collections().size() >= limits.collections()
        || state.collectionCount(database.id()) >= ofDatabase) {
      throw new ElanusException(ErrorCode.COLLECTION_LIMIT)
          .with("database", database.name())
          .with("limit", Math.min(ofDatabase, limits.collections()));
    }
    checkCapacity(state, (long) partitions * shards, limits);
  }

  static void checkCapacity(RootState state, long more, RootLimits limits) {
    long used = state.capacity() + more;
    if (used > limits.capacity()) {
      throw new ElanusException(
              ErrorCode.CAPACITY_EXCEEDED, "partitions times shards of all collections")
          .with("needed", used)
          .with("limit", limits.capacity());
    }
  }

  private static int databaseLimit(RootEntry.Database database, RootLimits limits) {
    String given = database.properties().get("database.max.collections");
    try {
      return given == null ? limits.collections() : Integer.parseInt(given.strip());
    } catch (NumberFormatException e) {
      return limits.collections();
    }
  }

  /** Each shard goes to the physical channel that carries the fewest. */
  private static List<String> channels(
      RootState state, List<String> physicalChannels, long id, int shards) {
    Map<String, Integer> carried = new HashMap<>();
    physicalChannels.forEach(channel -> carried.put(channel, state.shards(channel)));
    List<String> channels = new ArrayList<>();
    for (int shard = 0; shard < shards; shard++) {
      String physical =
          physicalChannels.stream()
              .min(Comparator.comparing(channel -> carried.getOrDefault(channel, 0)))
              .orElseThrow();
      carried.merge(physical, 1, Integer::sum);
      channels.add(physical + "_" + id + "v" + shard);
    }
    return channels;
  }

  static Decision<RootEntry, List<Long>> drop(RootState state, Ddl.DropCollection command) {
    Optional<RootEntry.Database> database = state.findDatabase(command.database());
    if (database.isEmpty()) {
      return nothing();
    }
    if (state.alias(database.get().id(), command.collection()).isPresent()) {
      throw ElanusException.invalid(
          "cannot drop the collection via alias = " + command.collection());
    }
    Optional<RootEntry.Collection> collection =
        state.named(database.get().id(), command.collection());
    if (collection.isEmpty()) {
      return nothing();
    }
    List<String> aliases =
        state.aliasesOf(collection.get()).stream().map(RootEntry.Alias::name).toList();
    if (!aliases.isEmpty()) {
      throw ElanusException.invalid(
          "unable to drop the collection ["
              + command.collection()
              + "] because it has associated aliases "
              + aliases
              + ", please remove all aliases before dropping the collection");
    }
    return changed(List.of(collection.get().id()), Change.put(collection.get().asDropping()));
  }

  /** What is written from now on is spared, however long it takes to tell everybody. */
  static Decision<RootEntry, List<Long>> truncate(
      RootState state, Ddl.Truncate command, Fresh fresh) {
    long id = state.collection(command.database(), command.collection()).id();
    return changed(List.of(id), Change.put(new RootEntry.Truncation(id, fresh.timestamp())));
  }

  static Decision<RootEntry, List<Long>> rename(RootState state, Ddl.RenameCollection command) {
    String newDatabase =
        command.newDatabase().isEmpty() ? command.database() : command.newDatabase();
    if (command.newName().equals(command.collection()) && newDatabase.equals(command.database())) {
      throw ElanusException.invalid("collection name or database name should be different");
    }
    RootEntry.Database from = state.database(command.database());
    RootEntry.Database to = state.database(newDatabase);
    if (state.alias(from.id(), command.collection()).isPresent()) {
      throw ElanusException.invalid(
          "unsupported use an alias to rename collection, alias:" + command.collection());
    }
    RootEntry.Collection collection =
        state
            .named(from.id(), command.collection())
            .orElseThrow(
                () -> RootState.collectionNotFound(command.database(), command.collection()));
    if (state.find(to.id(), command.newName()).isPresent()) {
      throw ElanusException.invalid(
          "duplicated new collection name "
              + newDatabase
              + ":"
              + command.newName()
              + " with other collection name or alias");
    }
    if (from.id() != to.id() && !state.aliasesOf(collection).isEmpty()) {
      throw ElanusException.invalid(
          "fail to rename db name, must drop all aliases of this collection before rename");
    }
    return changed(
        List.of(collection.id()), Change.put(collection.renamed(to.id(), command.newName())));
  }
}
