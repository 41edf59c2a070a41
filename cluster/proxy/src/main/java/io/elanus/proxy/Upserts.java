package io.elanus.proxy;

import io.elanus.proxy.column.ColumnChecks;
import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Column;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Upsert: delete and insert under one timestamp; a partial one first reads the rows as they are.
 */
final class Upserts {
  private static final int STALE_ATTEMPTS = 20;

  private final SchemaRetry schemaRetry;
  private final SchemaCache cache;
  private final IdSource ids;
  private final ShardWriter writer;
  private final RowLookup lookup;
  private final ReadClock readClock;

  Upserts(
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

  Proxy.Mutation upsert(Proxy.UpsertRequest request) {
    boolean partial =
        request.partial()
            || request.arrayOperations().values().stream()
                .anyMatch(operation -> operation != Proxy.ArrayOperation.REPLACE);
    for (int attempt = 1; attempt <= STALE_ATTEMPTS; attempt++) {
      Optional<Proxy.Mutation> done = attempt(request, partial);
      if (done.isPresent()) {
        return done.get();
      }
    }
    throw new ElanusException(
        ErrorCode.RATE_LIMIT, "rows of a partial update kept changing, try again");
  }

  /** Empty when a row changed between read and write. */
  private Optional<Proxy.Mutation> attempt(Proxy.UpsertRequest request, boolean partial) {
    WriteAttempt ids = WriteAttempt.of(this.ids, request.insert().columns().values());
    return schemaRetry.run(
        request.insert().database(),
        request.insert().collection(),
        collection -> upsert(collection, request, partial, ids));
  }

  private Optional<Proxy.Mutation> upsert(
      Catalogue.Collection collection,
      Proxy.UpsertRequest request,
      boolean partial,
      WriteAttempt attempt) {
    Proxy.InsertRequest rows = request.insert();
    RowPreparation.checkSchemaTimestamp(collection, rows);
    RowPreparation.checkShape(collection.schema(), rows);
    Keys oldKeys = keys(collection, rows);
    Optional<Catalogue.Partition> partition = RowPreparation.partition(collection, rows);
    Map<String, Column> columns = rows.columns();
    long readTimestamp = 0;
    if (partial) {
      Set<Long> scope = partition.map(one -> Set.of(one.id())).orElse(Set.of());
      PartitionScope.requireLoaded(cache, collection, scope);
      PartialUpdate update = new PartialUpdate(collection.schema(), request);
      readTimestamp = readClock.fresh();
      columns =
          update.merged(
              oldKeys,
              lookup.find(
                  collection, oldKeys, partition.map(Catalogue.Partition::id), readTimestamp));
    } else {
      RowPreparation.checkPresence(collection.schema(), columns);
    }
    RowBatch batch = batch(collection, columns, rows.rows(), attempt);
    Keys newKeys = batch.keys(collection.schema().primaryKey().id());
    List<StreamingNode.Write> writes =
        attempt.writes(
            collection,
            ShardRouter.route(collection, batch, partition, attempt.firstId()),
            Deletes.byShard(collection, oldKeys),
            partition.map(Catalogue.Partition::id),
            readTimestamp);
    OptionalLong timestamp = SchemaRetry.betweenRoles(() -> writer.write(writes));
    if (timestamp.isEmpty()) {
      return Optional.empty();
    }
    readClock.saw(timestamp.getAsLong());
    return Optional.of(new Proxy.Mutation(newKeys, rows.rows(), timestamp.getAsLong()));
  }

  /** The keys given: of the rows to be replaced. */
  private static Keys keys(Catalogue.Collection collection, Proxy.InsertRequest request) {
    FieldSchema key = collection.schema().primaryKey();
    Column column = request.columns().get(key.name());
    if (column == null) {
      throw ElanusException.invalid("must assign pk when upsert, primary field: " + key.name());
    }
    Column checked = ColumnChecks.checked(key, column);
    Keys keys = new RowBatch(checked.rows(), Map.of(key.id(), checked)).keys(key.id());
    if (DistinctKeys.count(keys) != keys.size()) {
      throw ElanusException.invalid("duplicate primary keys are not allowed in the same batch");
    }
    return keys;
  }

  /** With generated keys the given ones only name the old rows. */
  private static RowBatch batch(
      Catalogue.Collection collection,
      Map<String, Column> columns,
      int rows,
      WriteAttempt attempt) {
    FieldSchema key = collection.schema().primaryKey();
    if (!key.autoId()
        || PropertyChecks.isTrue(collection.properties(), PropertyChecks.ALLOW_AUTO_ID)) {
      return RowPreparation.batch(collection.schema(), columns, rows);
    }
    Map<String, Column> renewed = new HashMap<>(columns);
    renewed.put(key.name(), ColumnBuilders.sequence(key, attempt.firstId(), rows));
    return RowPreparation.batch(collection.schema(), renewed, rows);
  }
}
