package io.elanus.roles;

import io.elanus.schema.CollectionSchema;
import io.elanus.schema.FieldSchema;
import java.util.List;
import java.util.Map;

/**
 * A change of the catalogue. Names are as the user gave them; a database name is never empty.
 *
 * <p>As in Milvus, creating a collection, partition or alias that stands there already in the same
 * form does nothing, nor does dropping a database, collection or partition that is not there. Any
 * other change whose target is missing or taken is an error.
 */
public sealed interface Ddl {
  String database();

  record CreateDatabase(String database, Map<String, String> properties) implements Ddl {}

  record DropDatabase(String database) implements Ddl {}

  record AlterDatabase(String database, Map<String, String> set, List<String> delete)
      implements Ddl {}

  /**
   * @param schema without field ids; the coordinator gives them, adds the dynamic field when {@code
   *     dynamic}
   * @param shards 0 means 1
   * @param partitions with a partition key: their number, 0 means 16; otherwise 0
   */
  record CreateCollection(
      String database,
      CollectionSchema schema,
      boolean dynamic,
      int shards,
      int partitions,
      Consistency consistency,
      Map<String, String> properties)
      implements Ddl {}

  record DropCollection(String database, String collection) implements Ddl {}

  record RenameCollection(String database, String collection, String newDatabase, String newName)
      implements Ddl {}

  record AlterCollection(
      String database, String collection, Map<String, String> set, List<String> delete)
      implements Ddl {}

  record AlterField(
      String database,
      String collection,
      String field,
      Map<String, String> set,
      List<String> delete)
      implements Ddl {}

  record AddField(String database, String collection, FieldSchema field) implements Ddl {}

  /** {@code fieldId} is looked at only when {@code field} is empty. */
  record DropField(String database, String collection, String field, long fieldId) implements Ddl {}

  record Truncate(String database, String collection) implements Ddl {}

  record CreatePartition(String database, String collection, String partition) implements Ddl {}

  record DropPartition(String database, String collection, String partition) implements Ddl {}

  record CreateAlias(String database, String alias, String collection) implements Ddl {}

  record AlterAlias(String database, String alias, String collection) implements Ddl {}

  record DropAlias(String database, String alias) implements Ddl {}
}
