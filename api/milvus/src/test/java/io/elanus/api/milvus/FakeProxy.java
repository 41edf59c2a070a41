package io.elanus.api.milvus;

import io.elanus.roles.Catalogue;
import io.elanus.roles.DataCoord;
import io.elanus.roles.Ddl;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.Segments;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.Column;
import io.elanus.schema.ColumnBuilder;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Keys;
import io.elanus.schema.RowBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A database that keeps the last insert of each collection and answers every read with it: enough
 * to see what the door makes of requests and answers. Remembers the requests it was given.
 */
final class FakeProxy implements Proxy {
  List<String> ailments = List.of();
  final Map<String, Catalogue.Collection> collections = new LinkedHashMap<>();
  final Map<String, InsertRequest> rows = new LinkedHashMap<>();
  final Map<String, List<CreateIndexRequest>> indexes = new LinkedHashMap<>();
  final List<Object> requests = new ArrayList<>();
  private final AtomicLong clock = new AtomicLong(1_767_225_600_000L << 18);

  @Override
  public synchronized void execute(Ddl command) {
    requests.add(command);
    switch (command) {
      case Ddl.CreateCollection create ->
          collections.put(create.schema().name(), collection(create));
      case Ddl.DropCollection drop -> collections.remove(drop.collection());
      default -> {}
    }
  }

  private Catalogue.Collection collection(Ddl.CreateCollection create) {
    List<FieldSchema> fields = new ArrayList<>();
    long id = CollectionSchema.FIRST_USER_FIELD;
    for (FieldSchema field : create.schema().fields()) {
      fields.add(field.withId(id++));
    }
    if (create.dynamic()) {
      fields.add(dynamicField(id++));
    }
    long now = timestamp();
    return new Catalogue.Collection(
        now,
        1,
        create.database(),
        new CollectionSchema(
            create.schema().name(),
            create.schema().description(),
            fields,
            create.schema().properties(),
            0,
            List.of(),
            id),
        List.of("elanus-dml_0_" + now + "v0"),
        List.of(new Catalogue.Partition(7, "_default", now)),
        List.of(),
        create.consistency(),
        create.properties(),
        now,
        now);
  }

  static FieldSchema dynamicField(long id) {
    return new FieldSchema(
        id,
        CollectionSchema.DYNAMIC_FIELD_NAME,
        "",
        DataType.JSON,
        Optional.empty(),
        false,
        false,
        false,
        false,
        true,
        true,
        Optional.empty(),
        Map.of());
  }

  @Override
  public List<Catalogue.Database> databases() {
    return List.of(new Catalogue.Database(1, "default", 1 << 20, Map.of()));
  }

  @Override
  public Catalogue.Database describeDatabase(String database) {
    if (!database.equals("default")) {
      throw new ElanusException(ErrorCode.DATABASE_NOT_FOUND).with("database", database);
    }
    return databases().getFirst();
  }

  @Override
  public synchronized Catalogue.Collection describeCollection(String database, String collection) {
    Catalogue.Collection found = collections.get(collection);
    if (found == null) {
      throw new ElanusException(ErrorCode.COLLECTION_NOT_FOUND)
          .with("database", database)
          .with("collection", collection);
    }
    return found;
  }

  @Override
  public synchronized Catalogue.Collection describeCollectionById(long id) {
    return collections.values().stream()
        .filter(collection -> collection.id() == id)
        .findFirst()
        .orElseThrow(
            () -> new ElanusException(ErrorCode.COLLECTION_NOT_FOUND).with("collection", id));
  }

  @Override
  public synchronized List<Catalogue.Collection> collections(String database) {
    return List.copyOf(collections.values());
  }

  @Override
  public Catalogue.Alias describeAlias(String database, String alias) {
    throw new ElanusException(ErrorCode.ALIAS_NOT_FOUND)
        .with("database", database)
        .with("alias", alias);
  }

  @Override
  public List<Catalogue.Alias> aliases(String database, Optional<String> collection) {
    return List.of();
  }

  @Override
  public void load(LoadRequest request) {
    requests.add(request);
  }

  @Override
  public void release(String database, String collection, List<String> partitions) {
    requests.add(List.of("release", database, collection, partitions));
  }

  @Override
  public LoadStatus loadStatus(String database, String collection, List<String> partitions) {
    return collections.containsKey(collection) ? LoadStatus.LOADED : LoadStatus.NOT_EXIST;
  }

  @Override
  public int loadingProgress(String database, String collection, List<String> partitions) {
    return 100;
  }

  @Override
  public void arrange(Command command) {
    requests.add(command);
  }

  @Override
  public List<String> resourceGroups() {
    return List.of(DEFAULT, "apart");
  }

  @Override
  public Group resourceGroup(String name) {
    long collection = collections.values().iterator().next().id();
    return new Group(
        name,
        new Config(1, 2, List.of(DEFAULT), List.of(), Map.of("zone", "b")),
        List.of(new Node(4, "10.0.0.4", 7004)),
        Map.of(collection, 1),
        Map.of(collection, 2, -1L, 3),
        Map.of());
  }

  @Override
  public List<QueryCoord.Replica> replicas(String database, String collection) {
    return List.of();
  }

  @Override
  public synchronized void createIndex(CreateIndexRequest request) {
    requests.add(request);
    indexes.computeIfAbsent(request.collection(), unused -> new ArrayList<>()).add(request);
  }

  @Override
  public synchronized List<IndexDescription> describeIndexes(
      String database, String collection, String indexOrField) {
    List<IndexDescription> found = new ArrayList<>();
    for (CreateIndexRequest index : indexes.getOrDefault(collection, List.of())) {
      String name = index.indexName().isEmpty() ? index.field() : index.indexName();
      if (indexOrField.isEmpty() || indexOrField.equals(name)) {
        found.add(
            new IndexDescription(
                new IndexCoord.Definition(
                    5,
                    describeCollection(database, collection).id(),
                    101,
                    name,
                    "",
                    index.parameters(),
                    1),
                index.field(),
                new IndexCoord.Progress(
                    IndexCoord.BuildState.FINISHED, "", 3, 5, 1, IndexCoord.Measured.NOTHING)));
      }
    }
    if (found.isEmpty()) {
      throw new ElanusException(ErrorCode.INDEX_NOT_FOUND).with("collection", collection);
    }
    return found;
  }

  @Override
  public void dropIndex(String database, String collection, String indexOrField) {}

  @Override
  public void alterIndex(
      String database,
      String collection,
      String index,
      Map<String, String> set,
      List<String> delete) {}

  @Override
  public synchronized Mutation insert(InsertRequest request) {
    requests.add(request);
    rows.put(request.collection(), request);
    return new Mutation(keys(request), request.rows(), timestamp());
  }

  private Keys keys(InsertRequest request) {
    String key =
        describeCollection(request.database(), request.collection()).schema().primaryKey().name();
    Column column = request.columns().get(key);
    if (column == null) {
      long[] generated = new long[request.rows()];
      Arrays.setAll(generated, row -> row + 1);
      return Keys.of(generated);
    }
    return new RowBatch(request.rows(), Map.of(100L, column)).keys(100L);
  }

  @Override
  public Mutation upsert(UpsertRequest request) {
    requests.add(request);
    return insert(request.insert());
  }

  @Override
  public Mutation delete(DeleteRequest request) {
    requests.add(request);
    return new Mutation(Keys.of(), 2, timestamp());
  }

  @Override
  public synchronized SearchAnswer search(SearchRequest request) {
    requests.add(request);
    Catalogue.Collection collection = describeCollection(request.database(), request.collection());
    InsertRequest stored = rows.get(request.collection());
    int queries =
        switch (request.input()) {
          case SearchInput.Vectors vectors -> vectors.vectors().rows();
          case SearchInput.StoredKeys keys -> keys.keys().size();
        };
    if (stored == null || queries != 1) {
      return new SearchAnswer(
          collection,
          new int[queries],
          Keys.of(),
          new float[0],
          List.of(),
          request.outputFields(),
          Optional.empty(),
          Optional.empty(),
          0,
          timestamp());
    }
    float[] scores = new float[stored.rows()];
    for (int row = 0; row < scores.length; row++) {
      scores[row] = 1f / (row + 1);
    }
    return new SearchAnswer(
        collection,
        new int[] {stored.rows()},
        keys(stored),
        scores,
        outputs(collection, stored, request.outputFields()),
        request.outputFields(),
        Optional.empty(),
        Optional.of(new IteratorState("token", 0.5f)),
        9,
        timestamp());
  }

  private static List<Output> outputs(
      Catalogue.Collection collection, InsertRequest stored, List<String> names) {
    List<Output> outputs = new ArrayList<>();
    for (FieldSchema field : collection.schema().fields()) {
      Column column = stored.columns().get(field.name());
      if (column != null && (names.contains(field.name()) || names.contains("*"))) {
        outputs.add(new Output(field, column));
      }
    }
    return outputs;
  }

  @Override
  public SearchAnswer hybridSearch(HybridSearchRequest request) {
    requests.add(request);
    return search(request.requests().getFirst());
  }

  @Override
  public synchronized QueryAnswer query(QueryRequest request) {
    requests.add(request);
    Catalogue.Collection collection = describeCollection(request.database(), request.collection());
    InsertRequest stored = rows.get(request.collection());
    if (request.outputFields().equals(List.of("count(*)"))) {
      FieldSchema count = dynamicField(0);
      FieldSchema named =
          new FieldSchema(
              0,
              "count(*)",
              "",
              DataType.INT64,
              Optional.empty(),
              false,
              false,
              false,
              false,
              false,
              false,
              Optional.empty(),
              count.parameters());
      Column column =
          new ColumnBuilder(DataType.INT64, 0, Optional.empty())
              .add(stored == null ? 0L : (long) stored.rows())
              .build();
      return new QueryAnswer(
          collection, List.of(new Output(named, column)), request.outputFields(), timestamp());
    }
    List<Output> outputs =
        stored == null
            ? collection.schema().fields().stream()
                .map(field -> new Output(field, ColumnBuilder.of(field).build()))
                .toList()
            : outputs(collection, stored, request.outputFields());
    return new QueryAnswer(collection, outputs, request.outputFields(), timestamp());
  }

  @Override
  public List<String> ailments() {
    return ailments;
  }

  @Override
  public DataCoord.Flush flush(String database, String collection) {
    describeCollection(database, collection);
    return new DataCoord.Flush(
        List.of(11L), List.of(10L), timestamp(), Map.of("elanus-dml_0_9v0", 513L));
  }

  @Override
  public boolean flushed(String database, String collection, List<Long> segments, long timestamp) {
    return true;
  }

  @Override
  public List<Segments.Segment> segments(String database, String collection) {
    long id = describeCollection(database, collection).id();
    return List.of(
        segment(10, id, Segments.State.FLUSHED, 5), segment(11, id, Segments.State.GROWING, 2));
  }

  private static Segments.Segment segment(
      long id, long collection, Segments.State state, long rows) {
    return new Segments.Segment(
        id, collection, 7, "elanus-dml_0_1v0", state, 0, rows, 100, "", 0, 0, 0, 0, 0, List.of());
  }

  @Override
  public Map<Long, List<Long>> placements(String database, String collection) {
    return Map.of(10L, List.of(1L));
  }

  @Override
  public long compact(String database, String collection, Optional<String> partition) {
    return -1;
  }

  @Override
  public DataCoord.CompactionState compactionState(long job) {
    return new DataCoord.CompactionState(true, 0, 0, 0, List.of());
  }

  @Override
  public Map<String, Long> rowCounts(String database, String collection) {
    InsertRequest stored = rows.get(collection);
    return Map.of("_default", stored == null ? 0L : stored.rows());
  }

  @Override
  public long timestamp() {
    return clock.incrementAndGet();
  }
}
