package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.QueryCoord;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Which partitions a request names or a read looks at, and whether they are loaded. */
final class PartitionScope {
  private PartitionScope() {}

  /** With a partition key, the proxy alone says where a row belongs. */
  static void requireNameable(Catalogue.Collection collection) {
    if (collection.schema().partitionKey().isPresent()) {
      throw ElanusException.invalid(
          "not support manually specifying the partition names if partition key mode is used");
    }
  }

  /** The partition of a write or a command. */
  static Catalogue.Partition one(Catalogue.Collection collection, String name) {
    NameChecks.checkPartition(name);
    return collection
        .partition(name)
        .orElseThrow(
            () -> new ElanusException(ErrorCode.PARTITION_NOT_FOUND).with("partition", name));
  }

  /** Ids of partitions named in a search or query; empty: none was named. */
  static Set<Long> named(Catalogue.Collection collection, List<String> names) {
    if (names.isEmpty()) {
      return Set.of();
    }
    requireNameable(collection);
    Set<Long> ids = new HashSet<>();
    for (String name : names) {
      Catalogue.Partition partition =
          collection
              .partition(name)
              .orElseThrow(() -> ElanusException.invalid("partition name " + name + " not found"));
      ids.add(partition.id());
    }
    return ids;
  }

  /**
   * Narrowed to the partitions that the filter's partition-key values can be in; empty: all.
   *
   * @param named partitions named by the caller
   */
  static Set<Long> pruned(Catalogue.Collection collection, Set<Long> named, FilterPlan plan) {
    if (collection.schema().partitionKey().isEmpty()) {
      return named;
    }
    Optional<List<Value>> values = plan.facts().partitionKeys();
    if (values.isEmpty() || values.get().isEmpty()) {
      return named;
    }
    List<Catalogue.Partition> partitions = ShardRouter.keyPartitions(collection);
    Set<Long> ids = new HashSet<>();
    for (Value value : values.get()) {
      long hash =
          switch (value) {
            case Value.Int number -> RoutingHash.of(number.value());
            case Value.Text text -> RoutingHash.of(text.value());
            case Value.Bool bool ->
                throw new IllegalStateException("partition keys are no booleans");
            case Value.Real real -> throw new IllegalStateException("partition keys are no floats");
            case Value.Many many -> throw new IllegalStateException("partition keys are no lists");
          };
      ids.add(partitions.get((int) (hash % partitions.size())).id());
    }
    return ids.size() == partitions.size() ? Set.of() : ids;
  }

  /**
   * Throws unless the collection, and each of these partitions, can be read. While more is being
   * loaded, what was loaded before can.
   */
  static QueryCoord.LoadState requireLoaded(
      SchemaCache cache, Catalogue.Collection collection, Set<Long> partitions) {
    QueryCoord.LoadState state =
        cache
            .loadState(collection.id())
            .orElseThrow(() ->
                new ElanusException(ErrorCode.COLLECTION_NOT_LOADED)
                    .with("collection", collection.id()));
    for (long partition : partitions) {
      if (!state.partitions().isEmpty() && !state.partitions().contains(partition)) {
        throw new ElanusException(ErrorCode.PARTITION_NOT_LOADED).with("partition", partition);
      }
    }
    if (!isReadable(state, partitions)) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_FULLY_LOADED)
          .with("collection", collection.id());
    }
    return state;
  }

  /**
   * Whether reads of these partitions are answered.
   *
   * @param partitions empty: whatever is loaded
   */
  static boolean isReadable(QueryCoord.LoadState state, Set<Long> partitions) {
    return state.percent() == 100
        || state
            .readable()
            .filter(readable -> readable.isEmpty() || readable.containsAll(partitions))
            .isPresent();
  }

  /** The partitions that a read of these looks at: named ones, or those that can be read. */
  static Set<Long> readable(QueryCoord.LoadState state, Set<Long> named) {
    return named.isEmpty() ? state.readable().orElse(named) : named;
  }

  /** Throws when a field was left out by {@code load_fields}. */
  static void requireLoadedField(QueryCoord.LoadState state, FieldSchema field) {
    if (!state.fields().isEmpty() && !state.fields().contains(field.id())) {
      throw ElanusException.invalid("field " + field.name() + " is not loaded");
    }
  }
}
