package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Load, release and their state. */
final class LoadOperations {
  private final Directory directory;
  private final SchemaCache cache;

  LoadOperations(Directory directory, SchemaCache cache) {
    this.directory = directory;
    this.cache = cache;
  }

  void load(Proxy.LoadRequest request) {
    Catalogue.Collection collection = cache.collection(request.database(), request.collection());
    Set<Long> partitions = partitions(collection, request.partitions(), "load partitions");
    Set<Long> fields = fields(collection, request);
    checkIndexes(collection, fields);
    int replicas = request.replicas();
    List<String> groups = request.resourceGroups();
    if (replicas == 0 || groups.isEmpty()) {
      LoadDefaults known = known(collection);
      replicas = replicas == 0 ? known.replicas() : replicas;
      groups = groups.isEmpty() ? known.groups() : groups;
    }
    checkResourceGroups(groups, replicas);
    checkNodes(replicas);
    directory
        .queryCoord()
        .load(
            new QueryCoord.Load(
                collection.id(), partitions, replicas, fields, request.refresh(), groups));
    cache.forget(collection.id());
  }

  private static Set<Long> partitions(
      Catalogue.Collection collection, List<String> names, String what) {
    if (names.isEmpty()) {
      return Set.of();
    }
    DdlGate.refuseWithPartitionKey(collection, what);
    Set<Long> ids = new HashSet<>();
    for (String name : names) {
      ids.add(PartitionScope.one(collection, name).id());
    }
    return ids;
  }

  /** Ids of the fields to load; empty: all. */
  private static Set<Long> fields(Catalogue.Collection collection, Proxy.LoadRequest request) {
    Set<Long> ids = new HashSet<>();
    boolean skipDynamic = request.skipDynamicField();
    if (request.fields().isEmpty()) {
      if (skipDynamic && collection.schema().enableDynamicField()) {
        collection.schema().userFields().forEach(field -> ids.add(field.id()));
      }
      return ids;
    }
    for (String name : request.fields()) {
      ids.add(
          collection
              .schema()
              .field(name)
              .orElseThrow(() ->
                  new ElanusException(ErrorCode.FIELD_NOT_FOUND, "failed to load fields")
                      .with("field", name))
              .id());
    }
    checkKeyFields(collection, request.fields(), ids);
    if (!skipDynamic) {
      collection.schema().dynamicField().ifPresent(field -> ids.add(field.id()));
    }
    return ids;
  }

  private static void checkKeyFields(
      Catalogue.Collection collection, List<String> names, Set<Long> ids) {
    for (FieldSchema field : collection.schema().fields()) {
      boolean key = field.primaryKey() || field.partitionKey() || field.clusteringKey();
      if (key && !ids.contains(field.id())) {
        String kind =
            field.primaryKey()
                ? "primary key"
                : field.partitionKey() ? "partition key" : "clustering key";
        throw ElanusException.invalid(
            "load field list %s does not contain %s field %s".formatted(names, kind, field.name()));
      }
    }
    if (collection.schema().vectorFields().stream().noneMatch(field -> ids.contains(field.id()))) {
      throw ElanusException.invalid("load field list " + names + " does not contain vector field");
    }
  }

  private void checkIndexes(Catalogue.Collection collection, Set<Long> fields) {
    List<IndexCoord.Definition> definitions = cache.indexes(collection.id());
    if (definitions.isEmpty()) {
      throw new ElanusException(ErrorCode.INDEX_NOT_FOUND).with("collection", collection.name());
    }
    Set<Long> indexed =
        definitions.stream().map(IndexCoord.Definition::fieldId).collect(Collectors.toSet());
    List<String> bare =
        collection.schema().vectorFields().stream()
            .filter(field -> fields.isEmpty() || fields.contains(field.id()))
            .filter(field -> !indexed.contains(field.id()))
            .map(FieldSchema::name)
            .toList();
    if (!bare.isEmpty()) {
      throw ElanusException.invalid(
          "there is no vector index on field: [%s], please create index firstly"
              .formatted(String.join(" ", bare)));
    }
  }

  /** What is loaded already stays as it is. */
  private LoadDefaults known(Catalogue.Collection collection) {
    return directory
        .queryCoord()
        .loadState(collection.id())
        .map(loaded -> new LoadDefaults(loaded.replicas(), List.of()))
        .orElseGet(() -> LoadDefaults.of(collection.properties(), databaseOf(collection)));
  }

  private Map<String, String> databaseOf(Catalogue.Collection collection) {
    return directory.rootCoord().databases().stream()
        .filter(database -> database.id() == collection.databaseId())
        .findFirst()
        .map(Catalogue.Database::properties)
        .orElse(Map.of());
  }

  private void checkNodes(int replicas) {
    int nodes = directory.queryNodes().size();
    if (replicas < 0 || replicas > nodes) {
      throw new ElanusException(
              ErrorCode.RESOURCE_INSUFFICIENT, "when load " + replicas + " replica count")
          .with("query nodes", nodes);
    }
  }

  private void checkResourceGroups(List<String> groups, int replicas) {
    if (groups.size() > 1 && groups.size() != replicas) {
      throw ElanusException.invalid(
          ("replica=[%d] resource group=%s, resource group num can only be 0, 1 or same as replica"
                  + " number")
              .formatted(replicas, groups));
    }
    List<String> known = groups.isEmpty() ? List.of() : directory.queryCoord().resourceGroups();
    for (String group : groups) {
      if (!known.contains(group)) {
        throw new ElanusException(ErrorCode.RESOURCE_GROUP_NOT_FOUND).with("rg", group);
      }
    }
  }

  void release(String database, String name, List<String> partitions) {
    Catalogue.Collection collection = cache.collection(database, name);
    Set<Long> ids = partitions(collection, partitions, "release partitions");
    directory.queryCoord().release(collection.id(), ids);
    cache.forget(collection.id());
  }

  Proxy.LoadStatus status(String database, String name, List<String> partitions) {
    NameChecks.checkCollection(name);
    Optional<Catalogue.Collection> collection = cache.find(database, name);
    if (collection.isEmpty()) {
      return Proxy.LoadStatus.NOT_EXIST;
    }
    Set<Long> ids = named(collection.get(), partitions);
    Optional<QueryCoord.LoadState> state = cache.loadState(collection.get().id());
    if (state.isEmpty() || !holds(state.get(), ids)) {
      return Proxy.LoadStatus.NOT_LOADED;
    }
    return percent(state.get(), ids) == 100 ? Proxy.LoadStatus.LOADED : Proxy.LoadStatus.LOADING;
  }

  int progress(String database, String name, List<String> partitions) {
    Catalogue.Collection collection = cache.collection(database, name);
    Set<Long> ids = named(collection, partitions);
    QueryCoord.LoadState state =
        cache
            .loadState(collection.id())
            .orElseThrow(() ->
                new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
                    .with("collection", collection.name()));
    if (!holds(state, ids)) {
      throw new ElanusException(ErrorCode.PARTITION_NOT_LOADED).with("partition", partitions);
    }
    return percent(state, ids);
  }

  /** Partitions that are loaded stay so while others are being loaded. */
  private static int percent(QueryCoord.LoadState state, Set<Long> partitions) {
    return !partitions.isEmpty() && PartitionScope.isReadable(state, partitions)
        ? 100
        : state.percent();
  }

  private static Set<Long> named(Catalogue.Collection collection, List<String> names) {
    Set<Long> ids = new HashSet<>();
    for (String name : names) {
      ids.add(PartitionScope.one(collection, name).id());
    }
    return ids;
  }

  private static boolean holds(QueryCoord.LoadState state, Set<Long> partitions) {
    return state.partitions().isEmpty() || state.partitions().containsAll(partitions);
  }

  List<QueryCoord.Replica> replicas(String database, String name) {
    Catalogue.Collection collection = cache.collection(database, name);
    return directory.queryCoord().replicas(collection.id());
  }
}
