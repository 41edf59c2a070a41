package io.elanus.coordinator.root;

import io.elanus.coordinator.ledger.Entry;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.schema.CollectionSchema;
import java.util.List;
import java.util.Map;

/** Records of the catalogue. */
sealed interface RootEntry extends Entry {
  /** The default database has an entry only once it was altered. */
  record Database(long id, String name, long createdTimestamp, Map<String, String> properties)
      implements RootEntry {
    static final Database DEFAULT = new Database(1, Catalogue.DEFAULT_DATABASE, 0, Map.of());

    public Database {
      properties = Map.copyOf(properties);
    }

    @Override
    public String key() {
      return "database/" + id;
    }
  }

  /**
   * @param dropping invisible already; other coordinators may still have to let it go
   */
  record Collection(
      long id,
      long databaseId,
      CollectionSchema schema,
      List<String> channels,
      List<Catalogue.Partition> partitions,
      Consistency consistency,
      Map<String, String> properties,
      long createdTimestamp,
      long updateTimestamp,
      boolean dropping)
      implements RootEntry {
    public Collection {
      channels = List.copyOf(channels);
      partitions = List.copyOf(partitions);
      properties = Map.copyOf(properties);
    }

    @Override
    public String key() {
      return "collection/" + id;
    }

    String name() {
      return schema.name();
    }

    boolean hasPartition(String name) {
      return partitions.stream().anyMatch(partition -> partition.name().equals(name));
    }

    Collection withSchema(CollectionSchema newSchema, long newUpdateTimestamp) {
      return new Collection(
          id,
          databaseId,
          newSchema,
          channels,
          partitions,
          consistency,
          properties,
          createdTimestamp,
          newUpdateTimestamp,
          dropping);
    }

    Collection withPartitions(List<Catalogue.Partition> newPartitions) {
      return new Collection(
          id,
          databaseId,
          schema,
          channels,
          newPartitions,
          consistency,
          properties,
          createdTimestamp,
          updateTimestamp,
          dropping);
    }

    /** Another name, perhaps in another database; not a change of schema. */
    Collection renamed(long newDatabaseId, String newName) {
      return new Collection(
          id,
          newDatabaseId,
          Schemas.named(schema, newName),
          channels,
          partitions,
          consistency,
          properties,
          createdTimestamp,
          updateTimestamp,
          dropping);
    }

    Collection withProperties(
        CollectionSchema newSchema, Map<String, String> newProperties, Consistency newConsistency) {
      return new Collection(
          id,
          databaseId,
          newSchema,
          channels,
          partitions,
          newConsistency,
          newProperties,
          createdTimestamp,
          updateTimestamp,
          dropping);
    }

    Collection asDropping() {
      return new Collection(
          id,
          databaseId,
          schema,
          channels,
          partitions,
          consistency,
          properties,
          createdTimestamp,
          updateTimestamp,
          true);
    }
  }

  record Alias(long databaseId, String name, long collectionId) implements RootEntry {
    @Override
    public String key() {
      return "alias/" + databaseId + "/" + name;
    }
  }

  /** The partition has left the catalogue; its segments have not gone yet. */
  record DroppedPartition(long collectionId, long partitionId, List<String> channels)
      implements RootEntry {
    @Override
    public String key() {
      return "dropped-partition/" + collectionId + "/" + partitionId;
    }
  }

  /** Rows written before the timestamp are to vanish; in some shards they may have already. */
  record Truncation(long collectionId, long timestamp) implements RootEntry {
    @Override
    public String key() {
      return "truncation/" + collectionId;
    }
  }

  /** The owners may know the new schema already; the catalogue gets it when all of them do. */
  record SchemaChange(Collection target) implements RootEntry {
    @Override
    public String key() {
      return "schema-change/" + target.id();
    }
  }
}
