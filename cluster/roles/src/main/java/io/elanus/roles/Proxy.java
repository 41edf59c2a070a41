package io.elanus.roles;

import io.elanus.schema.Column;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.Value;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The database as its users see it: names instead of ids, every request checked. The doors (gRPC,
 * REST, the embedded API) translate to and from these records and add no rule of their own. {@code
 * database} is never empty.
 */
public interface Proxy extends ResourceGroups {
  // ---- catalogue

  void execute(Ddl command);

  List<Catalogue.Database> databases();

  Catalogue.Database describeDatabase(String database);

  /** By name or alias; COLLECTION_NOT_FOUND when there is none. */
  Catalogue.Collection describeCollection(String database, String collection);

  Catalogue.Collection describeCollectionById(long id);

  List<Catalogue.Collection> collections(String database);

  Catalogue.Alias describeAlias(String database, String alias);

  List<Catalogue.Alias> aliases(String database, Optional<String> collection);

  // ---- load state

  /** {@code partitions} empty: the whole collection. {@code replicas} 0: the default. */
  record LoadRequest(
      String database,
      String collection,
      List<String> partitions,
      int replicas,
      List<String> resourceGroups,
      List<String> fields,
      boolean skipDynamicField,
      boolean refresh) {}

  void load(LoadRequest request);

  void release(String database, String collection, List<String> partitions);

  enum LoadStatus {
    NOT_EXIST,
    NOT_LOADED,
    LOADING,
    LOADED
  }

  LoadStatus loadStatus(String database, String collection, List<String> partitions);

  /** Percent; COLLECTION_NOT_LOADED when it is not asked to be. */
  int loadingProgress(String database, String collection, List<String> partitions);

  List<QueryCoord.Replica> replicas(String database, String collection);

  // ---- indexes

  /**
   * @param parameters all keys, flat and from {@code params} JSON merged by the door; echoed as
   *     they are
   */
  record CreateIndexRequest(
      String database,
      String collection,
      String field,
      String indexName,
      Map<String, String> parameters) {}

  void createIndex(CreateIndexRequest request);

  /**
   * @param builtAs the type that is built where the definition names one of a graphics card; else
   *     empty
   */
  record IndexDescription(
      IndexCoord.Definition definition,
      String field,
      IndexCoord.Progress progress,
      String builtAs) {
    /** Built as its definition says. */
    public IndexDescription(
        IndexCoord.Definition definition, String field, IndexCoord.Progress progress) {
      this(definition, field, progress, "");
    }
  }

  /** By index name or field name when given; INDEX_NOT_FOUND when there is none. */
  List<IndexDescription> describeIndexes(String database, String collection, String indexOrField);

  void dropIndex(String database, String collection, String indexOrField);

  void alterIndex(
      String database,
      String collection,
      String index,
      Map<String, String> set,
      List<String> delete);

  // ---- writes

  /**
   * @param partition empty: the default one, or by partition key
   * @param columns by field name, as sent: absent ones are filled with defaults, nulls or generated
   *     ids; the dynamic field under {@code $meta}
   * @param schemaTimestamp the collection's update timestamp that the client knows; 0: unknown
   */
  record InsertRequest(
      String database,
      String collection,
      String partition,
      int rows,
      Map<String, Column> columns,
      long schemaTimestamp) {}

  /**
   * @param arrayOperations of a partial update: field name to APPEND or REMOVE; others replace
   */
  record UpsertRequest(
      InsertRequest insert, boolean partial, Map<String, ArrayOperation> arrayOperations) {}

  enum ArrayOperation {
    REPLACE,
    APPEND,
    REMOVE
  }

  record DeleteRequest(
      String database,
      String collection,
      String partition,
      String filter,
      Map<String, Value> templates,
      ReadLevel level) {}

  record Mutation(Keys ids, long count, long timestamp) {}

  Mutation insert(InsertRequest request);

  Mutation upsert(UpsertRequest request);

  Mutation delete(DeleteRequest request);

  // ---- reads

  /**
   * When a read may happen (Milvus documentation, "Consistency Level"; milvus.proto,
   * SearchRequest.guarantee_timestamp).
   *
   * @param useDefault take the collection's level
   * @param guaranteeTimestamp as sent; its special values 0, 1, 2 included
   */
  record ReadLevel(boolean useDefault, Consistency level, long guaranteeTimestamp) {
    public static final ReadLevel STRONG = new ReadLevel(false, Consistency.STRONG, 0);
    public static final ReadLevel DEFAULT = new ReadLevel(true, Consistency.BOUNDED, 0);
  }

  /** Query vectors, or keys of stored rows whose vectors are the queries. */
  sealed interface SearchInput {
    /** A Fixed column of dense or a Variable column of sparse vectors. */
    record Vectors(Column vectors) implements SearchInput {}

    record StoredKeys(Keys keys) implements SearchInput {}
  }

  /**
   * @param parameters every key of search_params as sent, texts; {@code params} JSON still inside
   *     (milvus.proto, SearchRequest)
   */
  record SearchRequest(
      String database,
      String collection,
      List<String> partitions,
      String filter,
      Map<String, Value> templates,
      SearchInput input,
      Map<String, String> parameters,
      List<String> outputFields,
      ReadLevel level) {}

  /**
   * @param rankParameters strategy, params, limit, offset, round_decimal, group_by_field, …
   *     (milvus.proto, HybridSearchRequest.rank_params)
   */
  record HybridSearchRequest(
      String database,
      String collection,
      List<String> partitions,
      List<SearchRequest> requests,
      Map<String, String> rankParameters,
      List<String> outputFields,
      ReadLevel level) {}

  /** A column of an answer; the dynamic field's is flagged by its schema. */
  record Output(FieldSchema field, Column column) {}

  /** Token of a search iterator and the score of its last hit. */
  record IteratorState(String token, float lastBound) {}

  /**
   * @param counts hits per query; ids, scores and columns hold the hits of one query after the
   *     other
   * @param outputFields names after expansion of {@code *}
   * @param timestamp the snapshot that was read; may be pinned
   */
  record SearchAnswer(
      Catalogue.Collection collection,
      int[] counts,
      Keys ids,
      float[] scores,
      List<Output> outputs,
      List<String> outputFields,
      Optional<Output> groupBy,
      Optional<IteratorState> iterator,
      long considered,
      long timestamp) {}

  SearchAnswer search(SearchRequest request);

  SearchAnswer hybridSearch(HybridSearchRequest request);

  /**
   * @param parameters every key of query_params as sent (milvus.proto, QueryRequest)
   */
  record QueryRequest(
      String database,
      String collection,
      List<String> partitions,
      String filter,
      Map<String, Value> templates,
      Map<String, String> parameters,
      List<String> outputFields,
      ReadLevel level) {}

  /** {@code count(*)} comes as an Int64 output of that name. */
  record QueryAnswer(
      Catalogue.Collection collection,
      List<Output> outputs,
      List<String> outputFields,
      long timestamp) {}

  QueryAnswer query(QueryRequest request);

  // ---- operations

  DataCoord.Flush flush(String database, String collection);

  boolean flushed(String database, String collection, List<Long> segments, long timestamp);

  List<Segments.Segment> segments(String database, String collection);

  /** Of a loaded collection: segment id to node ids. */
  Map<Long, List<Long>> placements(String database, String collection);

  long compact(String database, String collection, Optional<String> partition);

  DataCoord.CompactionState compactionState(long job);

  /** Rows by partition name, deletes not subtracted. */
  Map<String, Long> rowCounts(String database, String collection);

  long timestamp();

  /** What is wrong with the database at present, a sentence each; none: all is well. */
  List<String> ailments();
}
