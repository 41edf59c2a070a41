package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Proxy;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.Column;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Insert: check, fill, hash, write. */
final class Inserts {
  private final SchemaRetry schemaRetry;
  private final IdSource ids;
  private final ShardWriter writer;
  private final ReadClock readClock;

  Inserts(SchemaRetry schemaRetry, IdSource ids, ShardWriter writer, ReadClock readClock) {
    this.schemaRetry = schemaRetry;
    this.ids = ids;
    this.writer = writer;
    this.readClock = readClock;
  }

  Proxy.Mutation insert(Proxy.InsertRequest request) {
    WriteAttempt attempt = WriteAttempt.of(ids, request.columns().values());
    return schemaRetry.run(
        request.database(),
        request.collection(),
        collection -> insert(collection, request, attempt));
  }

  private Proxy.Mutation insert(
      Catalogue.Collection collection, Proxy.InsertRequest request, WriteAttempt attempt) {
    RowPreparation.checkSchemaTimestamp(collection, request);
    RowPreparation.checkShape(collection.schema(), request);
    Map<String, Column> columns = RowPreparation.withKeys(collection, request, attempt.firstId());
    RowPreparation.checkPresence(collection.schema(), columns);
    Optional<Catalogue.Partition> partition = RowPreparation.partition(collection, request);
    RowBatch batch = RowPreparation.batch(collection.schema(), columns, request.rows());
    Keys keys = batch.keys(collection.schema().primaryKey().id());
    List<StreamingNode.Write> writes =
        attempt.writes(
            collection,
            ShardRouter.route(collection, batch, partition, attempt.firstId()),
            Map.of(),
            Optional.empty(),
            0);
    long timestamp = SchemaRetry.betweenRoles(() -> writer.write(writes)).orElseThrow();
    readClock.saw(timestamp);
    return new Proxy.Mutation(keys, request.rows(), timestamp);
  }
}
