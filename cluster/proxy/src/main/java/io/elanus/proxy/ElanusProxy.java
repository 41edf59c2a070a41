package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Ddl;
import io.elanus.roles.Directory;
import io.elanus.roles.FanOut;
import io.elanus.roles.Proxy;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.Standing;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;

/** The proxy: one class for each area does the work, this one hands out. */
public final class ElanusProxy implements Proxy, ProxyCache {
  private final Directory directory;
  private final SchemaCache cache;
  private final ReadClock readClock;
  private final DdlGate ddlGate;
  private final CatalogueReads catalogueReads;
  private final LoadOperations loadOperations;
  private final GroupOperations groupOperations;
  private final IndexOperations indexOperations;
  private final Maintenance maintenance;
  private final Inserts inserts;
  private final Upserts upserts;
  private final Deletes deletes;
  private final Searches searches;
  private final HybridSearches hybridSearches;
  private final Queries queries;

  /** In a process that is the only one. */
  public ElanusProxy(
      Directory directory, Clock clock, ExecutorService requests, ProxyConfig config) {
    this(directory, clock, requests, config, Standing.ALWAYS);
  }

  /**
   * @param requests for the shards of a request beyond the first: virtual threads
   * @param standing among the members of a cluster; without it nothing that is known is trusted. A
   *     process that gets a place again calls {@link #forget} with 0 before
   */
  public ElanusProxy(
      Directory directory,
      Clock clock,
      ExecutorService requests,
      ProxyConfig config,
      Standing standing) {
    this.directory = directory;
    this.cache = new SchemaCache(directory, standing);
    this.readClock = new ReadClock(directory, clock, config, cache::replicaCount);
    IdSource ids = new IdSource(directory, config.idBlock());
    this.ddlGate = new DdlGate(directory, cache, config);
    this.catalogueReads = new CatalogueReads(directory, cache);
    this.loadOperations = new LoadOperations(directory, cache);
    this.groupOperations = new GroupOperations(directory);
    this.indexOperations = new IndexOperations(directory, cache, ids, readClock);
    this.maintenance = new Maintenance(directory, cache, clock, config.retryFor());

    SchemaRetry schemaRetry = new SchemaRetry(cache);
    FanOut fanOut = new FanOut(requests);
    ShardWriter writer = new ShardWriter(directory, fanOut, clock, config);
    Leaders leaders = new Leaders(directory, fanOut, clock, config, cache);
    RowLookup lookup = new RowLookup(leaders);
    this.inserts = new Inserts(schemaRetry, ids, writer, readClock);
    this.upserts = new Upserts(schemaRetry, cache, ids, writer, lookup, readClock);
    this.deletes = new Deletes(schemaRetry, cache, ids, writer, lookup, readClock);

    ResultLimit resultLimit = new ResultLimit(directory, config);
    IteratorTies ties = new IteratorTies(config.iterators());
    SearchPlanner planner =
        new SearchPlanner(cache, readClock, new StoredVectors(leaders), ties, resultLimit, config);
    SearchAnswers answers = new SearchAnswers(new WinnerFetch(leaders, resultLimit), resultLimit);
    this.searches = new Searches(schemaRetry, planner, leaders, answers, ties);
    this.hybridSearches =
        new HybridSearches(
            schemaRetry, planner, leaders, fanOut, answers, readClock, resultLimit, config);
    QueryPlanner queryPlanner = new QueryPlanner(cache, readClock, resultLimit, config);
    this.queries = new Queries(schemaRetry, queryPlanner, leaders, resultLimit);
  }

  @Override
  public void forget(long collectionId) {
    cache.forget(collectionId);
  }

  @Override
  public void execute(Ddl command) {
    ddlGate.execute(command);
  }

  @Override
  public List<Catalogue.Database> databases() {
    return directory.rootCoord().databases();
  }

  @Override
  public Catalogue.Database describeDatabase(String database) {
    return catalogueReads.database(database);
  }

  @Override
  public Catalogue.Collection describeCollection(String database, String collection) {
    return catalogueReads.describe(database, collection);
  }

  @Override
  public Catalogue.Collection describeCollectionById(long id) {
    return catalogueReads.describe(id);
  }

  @Override
  public List<Catalogue.Collection> collections(String database) {
    return directory.rootCoord().collections(database);
  }

  @Override
  public Catalogue.Alias describeAlias(String database, String alias) {
    return catalogueReads.alias(database, alias);
  }

  @Override
  public List<Catalogue.Alias> aliases(String database, Optional<String> collection) {
    return catalogueReads.aliases(database, collection);
  }

  @Override
  public void load(LoadRequest request) {
    loadOperations.load(request);
  }

  @Override
  public void release(String database, String collection, List<String> partitions) {
    loadOperations.release(database, collection, partitions);
  }

  @Override
  public LoadStatus loadStatus(String database, String collection, List<String> partitions) {
    return loadOperations.status(database, collection, partitions);
  }

  @Override
  public int loadingProgress(String database, String collection, List<String> partitions) {
    return loadOperations.progress(database, collection, partitions);
  }

  @Override
  public List<QueryCoord.Replica> replicas(String database, String collection) {
    return loadOperations.replicas(database, collection);
  }

  @Override
  public void arrange(Command command) {
    groupOperations.arrange(command);
  }

  @Override
  public List<String> resourceGroups() {
    return groupOperations.names();
  }

  @Override
  public Group resourceGroup(String name) {
    return groupOperations.describe(name);
  }

  @Override
  public void createIndex(CreateIndexRequest request) {
    indexOperations.create(request);
  }

  @Override
  public List<IndexDescription> describeIndexes(
      String database, String collection, String indexOrField) {
    return indexOperations.describe(database, collection, indexOrField);
  }

  @Override
  public void dropIndex(String database, String collection, String indexOrField) {
    indexOperations.drop(database, collection, indexOrField);
  }

  @Override
  public void alterIndex(
      String database,
      String collection,
      String index,
      Map<String, String> set,
      List<String> delete) {
    indexOperations.alter(database, collection, index, set, delete);
  }

  @Override
  public Mutation insert(InsertRequest request) {
    return inserts.insert(request);
  }

  @Override
  public Mutation upsert(UpsertRequest request) {
    return upserts.upsert(request);
  }

  @Override
  public Mutation delete(DeleteRequest request) {
    return deletes.delete(request);
  }

  @Override
  public SearchAnswer search(SearchRequest request) {
    return searches.search(request);
  }

  @Override
  public SearchAnswer hybridSearch(HybridSearchRequest request) {
    return hybridSearches.search(request);
  }

  @Override
  public QueryAnswer query(QueryRequest request) {
    return queries.query(request);
  }

  @Override
  public DataCoord.Flush flush(String database, String collection) {
    return maintenance.flush(database, collection);
  }

  @Override
  public boolean flushed(String database, String collection, List<Long> segments, long timestamp) {
    return maintenance.flushed(database, collection, segments, timestamp);
  }

  @Override
  public List<Segments.Segment> segments(String database, String collection) {
    return maintenance.segments(database, collection);
  }

  @Override
  public Map<Long, List<Long>> placements(String database, String collection) {
    return maintenance.placements(database, collection);
  }

  @Override
  public long compact(String database, String collection, Optional<String> partition) {
    return maintenance.compact(database, collection, partition);
  }

  @Override
  public DataCoord.CompactionState compactionState(long job) {
    return directory.dataCoord().compactionState(job);
  }

  @Override
  public Map<String, Long> rowCounts(String database, String collection) {
    return maintenance.rowCounts(database, collection);
  }

  @Override
  public List<String> ailments() {
    return maintenance.ailments();
  }

  @Override
  public long timestamp() {
    return readClock.fresh();
  }
}
