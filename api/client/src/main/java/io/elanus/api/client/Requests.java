package io.elanus.api.client;

import io.elanus.roles.Ddl;
import io.elanus.roles.Proxy;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Keys;
import java.util.List;

/**
 * What the library asks of a database, wherever that is. Errors are {@link
 * io.elanus.schema.ElanusException} with the same codes everywhere.
 */
public interface Requests extends AutoCloseable {
  /** The database of every request. */
  String database();

  void create(Ddl.CreateCollection command);

  void drop(String collection);

  List<String> collections();

  void createIndex(Proxy.CreateIndexRequest request);

  /**
   * What rows of a collection are.
   *
   * @param updateTimestamp moves with each change of the schema; see {@link
   *     Proxy.InsertRequest#schemaTimestamp}
   */
  record Described(CollectionSchema schema, long updateTimestamp) {}

  /** By name or alias. */
  Described describe(String collection);

  /** Begins to load it, unless that was done before. */
  void load(String collection);

  /** Percent. */
  int loadingProgress(String collection);

  Keys insert(Proxy.InsertRequest request);

  Keys upsert(Proxy.UpsertRequest request);

  /** How many rows there were. */
  long delete(Proxy.DeleteRequest request);

  /** Rows of one query vector, best first. */
  record Found(Keys keys, float[] scores, List<Proxy.Output> outputs) {}

  Found search(Proxy.SearchRequest request);

  List<Proxy.Output> query(Proxy.QueryRequest request);

  void flush(String collection);

  @Override
  void close();
}
