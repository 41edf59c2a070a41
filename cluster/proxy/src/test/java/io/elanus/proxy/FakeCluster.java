package io.elanus.proxy;

import io.elanus.roles.Catalogue;
import io.elanus.roles.Consistency;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Ddl;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.ResourceGroups;
import io.elanus.roles.RootCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import io.elanus.schema.Timestamps;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** All roles but the proxy, in memory, and the proxy under test. */
final class FakeCluster implements Directory, AutoCloseable {
  static final long START_MILLIS = 1_750_000_000_000L;
  static final ProxyConfig CONFIG = new ProxyConfig(Duration.ofSeconds(5));

  final FakeRoot root = new FakeRoot();
  final FakeQuery query = new FakeQuery();
  final FakeIndex index = new FakeIndex();
  final FakeData data = new FakeData();
  final FakeShards shards = new FakeShards(() -> root.allocateTimestamps(1).first());
  final SteppingClock clock = new SteppingClock();
  final ElanusProxy proxy;

  /** Of the members, by the proxy; the owner of all channels is 1. */
  volatile Set<Long> unreachable = Set.of();

  /** Whether no coordinator has a seat. */
  volatile boolean leaderless;

  private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();

  FakeCluster() {
    this(CONFIG);
  }

  FakeCluster(ProxyConfig config) {
    proxy = new ElanusProxy(this, clock, requests, config);
  }

  /** Another proxy, with a place among the members that may be lost. */
  ElanusProxy proxy(Standing standing) {
    return new ElanusProxy(this, clock, requests, CONFIG, standing);
  }

  /** Another proxy, which has seen nothing yet. */
  ElanusProxy restartedProxy() {
    return new ElanusProxy(this, clock, requests, CONFIG);
  }

  @Override
  public void close() {
    requests.shutdownNow();
  }

  /** A collection that exists, indexed and loaded. */
  Catalogue.Collection collection(CollectionSchema schema, boolean dynamic, int shards) {
    root.execute(
        new Ddl.CreateCollection(
            "default", schema, dynamic, shards, 0, Consistency.STRONG, Map.of()));
    Catalogue.Collection collection = root.findCollection("default", schema.name()).orElseThrow();
    for (FieldSchema field : collection.schema().vectorFields()) {
      proxy.createIndex(
          new io.elanus.roles.Proxy.CreateIndexRequest(
              "default",
              schema.name(),
              field.name(),
              "",
              Map.of(
                  "index_type",
                  "AUTOINDEX",
                  "metric_type",
                  field.type() == DataType.SPARSE_FLOAT_VECTOR ? "IP" : "L2")));
    }
    query.load(new QueryCoord.Load(collection.id(), Set.of(), 1, Set.of(), false));
    proxy.forget(0);
    return collection;
  }

  /** Runs ahead by itself so that waiting ends. */
  static final class SteppingClock extends Clock {
    private long millis = START_MILLIS;

    @Override
    public synchronized long millis() {
      return millis++;
    }

    synchronized void advance(Duration duration) {
      millis += duration.toMillis();
    }

    @Override
    public Instant instant() {
      return Instant.ofEpochMilli(millis());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  final class FakeRoot implements RootCoord {
    final Map<String, Catalogue.Collection> collections = new LinkedHashMap<>();
    final List<Catalogue.Alias> aliases = new ArrayList<>();
    final List<Ddl> executed = new ArrayList<>();
    int lookups;
    private long timestamp = Timestamps.of(START_MILLIS, 0);
    private long id = 1000;

    /** Later timestamps are of this time or after it. */
    synchronized void passTo(long millis) {
      timestamp = Timestamps.of(millis, 0);
    }

    @Override
    public synchronized Range allocateTimestamps(int count) {
      Range range = new Range(timestamp + 1, count);
      timestamp += count;
      return range;
    }

    @Override
    public synchronized Range allocateIds(int count) {
      Range range = new Range(id, count);
      id += count;
      return range;
    }

    @Override
    public synchronized void execute(Ddl command) {
      executed.add(command);
      if (command instanceof Ddl.CreateCollection create) {
        create(create);
      } else if (command instanceof Ddl.CreatePartition create) {
        Catalogue.Collection old = collections.get(create.collection());
        List<Catalogue.Partition> partitions = new ArrayList<>(old.partitions());
        partitions.add(
            new Catalogue.Partition(
                allocateIds(1).first(), create.partition(), allocateTimestamps(1).first()));
        replace(copy(old, old.schema(), partitions, old.properties(), old.updateTimestamp()));
      }
    }

    private void create(Ddl.CreateCollection create) {
      List<FieldSchema> fields = new ArrayList<>();
      long fieldId = CollectionSchema.FIRST_USER_FIELD;
      for (FieldSchema field : create.schema().fields()) {
        fields.add(field.withId(fieldId++));
      }
      if (create.dynamic()) {
        fields.add(TestSchemas.dynamic().withId(fieldId++));
      }
      CollectionSchema schema =
          new CollectionSchema(create.schema().name(), "", fields, Map.of(), 1, List.of(), fieldId);
      long collectionId = allocateIds(1).first();
      List<String> channels = new ArrayList<>();
      for (int shard = 0; shard < Math.max(1, create.shards()); shard++) {
        channels.add("elanus-dml_0_" + collectionId + "v" + shard);
        shards.schema(channels.getLast(), schema);
      }
      List<Catalogue.Partition> partitions = new ArrayList<>();
      if (schema.partitionKey().isPresent()) {
        int count = create.partitions() == 0 ? 16 : create.partitions();
        for (int i = count - 1; i >= 0; i--) {
          partitions.add(new Catalogue.Partition(allocateIds(1).first(), "_default_" + i, 1));
        }
      } else {
        partitions.add(new Catalogue.Partition(allocateIds(1).first(), "_default", 1));
      }
      long now = allocateTimestamps(1).first();
      collections.put(
          schema.name(),
          new Catalogue.Collection(
              collectionId,
              1,
              "default",
              schema,
              channels,
              partitions,
              List.of(),
              create.consistency(),
              create.properties(),
              now,
              now));
    }

    static Catalogue.Collection copy(
        Catalogue.Collection old,
        CollectionSchema schema,
        List<Catalogue.Partition> partitions,
        Map<String, String> properties,
        long updateTimestamp) {
      return new Catalogue.Collection(
          old.id(),
          old.databaseId(),
          old.database(),
          schema,
          old.channels(),
          partitions,
          old.aliases(),
          old.consistency(),
          properties,
          old.createdTimestamp(),
          updateTimestamp);
    }

    synchronized void replace(Catalogue.Collection collection) {
      collections.put(collection.name(), collection);
    }

    void properties(String name, Map<String, String> properties) {
      Catalogue.Collection old = collections.get(name);
      replace(copy(old, old.schema(), old.partitions(), properties, old.updateTimestamp()));
      proxy.forget(old.id());
    }

    /** A new schema version, at the nodes too. */
    void schema(String name, List<FieldSchema> fields, boolean tellProxy) {
      Catalogue.Collection old = collections.get(name);
      CollectionSchema schema =
          new CollectionSchema(
              name, "", fields, Map.of(), old.schema().version() + 1, List.of(), 200);
      replace(copy(old, schema, old.partitions(), old.properties(), allocateTimestamps(1).first()));
      old.channels().forEach(channel -> shards.changeSchema(channel, schema));
      if (tellProxy) {
        proxy.forget(old.id());
      }
    }

    @Override
    public List<Catalogue.Database> databases() {
      return List.of(new Catalogue.Database(1, "default", 1, Map.of()));
    }

    @Override
    public synchronized Optional<Catalogue.Collection> findCollection(
        String database, String name) {
      lookups++;
      if (!database.equals("default")) {
        throw new ElanusException(ErrorCode.DATABASE_NOT_FOUND).with("database", database);
      }
      String real =
          aliases.stream()
              .filter(alias -> alias.name().equals(name))
              .map(Catalogue.Alias::collection)
              .findFirst()
              .orElse(name);
      return Optional.ofNullable(collections.get(real));
    }

    @Override
    public Optional<Catalogue.Collection> findCollectionById(long collectionId) {
      return collections.values().stream()
          .filter(collection -> collection.id() == collectionId)
          .findFirst();
    }

    @Override
    public List<Catalogue.Collection> collections(String database) {
      return List.copyOf(collections.values());
    }

    @Override
    public List<Catalogue.Alias> aliases(String database) {
      return List.copyOf(aliases);
    }
  }

  static final class FakeQuery implements QueryCoord {
    final Map<Long, LoadState> states = new HashMap<>();
    List<Replica> replicas = List.of();
    Load lastLoad = new Load(0, Set.of(), 0, Set.of(), false);
    final List<Command> arranged = new ArrayList<>();
    int lookups;

    @Override
    public void cannotReach(long leader, long queryNode) {}

    @Override
    public void load(Load load) {
      lastLoad = load;
      states.put(
          load.collectionId(),
          new LoadState(
              load.collectionId(),
              load.partitions(),
              load.fields(),
              1,
              100,
              Optional.of(load.partitions())));
    }

    @Override
    public void release(long collectionId, Set<Long> partitions) {
      states.remove(collectionId);
    }

    @Override
    public Optional<LoadState> loadState(long collectionId) {
      lookups++;
      return Optional.ofNullable(states.get(collectionId));
    }

    @Override
    public List<Replica> replicas(long collectionId) {
      return replicas;
    }

    @Override
    public void arrange(Command command) {
      arranged.add(command);
    }

    @Override
    public List<String> resourceGroups() {
      return List.of(ResourceGroups.DEFAULT, "known");
    }

    @Override
    public Group resourceGroup(String name) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Map<Long, List<Long>> placements(long collectionId) {
      return Map.of();
    }

    @Override
    public void refresh(long collectionId) {}

    @Override
    public void move(long segmentId, long queryNode) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Set<Long> draining() {
      return Set.of();
    }

    @Override
    public void drain(long queryNode) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void dropCollection(long collectionId) {}
  }

  static final class FakeIndex implements IndexCoord {
    final List<Definition> definitions = new ArrayList<>();

    @Override
    public void create(Definition definition) {
      definitions.add(definition);
    }

    @Override
    public void drop(long collectionId, long indexId) {
      definitions.removeIf(each -> each.id() == indexId);
    }

    @Override
    public void alter(
        long collectionId, long indexId, Map<String, String> set, List<String> delete) {}

    @Override
    public List<Definition> definitions(long collectionId) {
      return definitions.stream().filter(each -> each.collectionId() == collectionId).toList();
    }

    @Override
    public Progress progress(long collectionId, long indexId) {
      return Progress.EMPTY;
    }

    @Override
    public List<Segments.IndexFile> files(List<Long> segments) {
      return List.of();
    }

    @Override
    public List<Long> complete(long collectionId, List<Long> segments) {
      return segments;
    }

    @Override
    public void refresh(long collectionId) {}

    @Override
    public void dropCollection(long collectionId) {}

    @Override
    public void damaged(Segments.IndexFile file) {}

    @Override
    public Statistics statistics() {
      return new Statistics(Measured.NOTHING, 0);
    }

    @Override
    public Optional<Definition> definition(long collectionId, long fieldId) {
      return definitions.stream()
          .filter(each -> each.collectionId() == collectionId && each.fieldId() == fieldId)
          .findFirst();
    }
  }

  /** Row counts only; everything else of DataCoord is not asked for by name rules. */
  final class FakeData {
    final Map<Long, Long> rowCounts = new HashMap<>();
    final DataCoord role =
        (DataCoord)
            Proxy.newProxyInstance(
                DataCoord.class.getClassLoader(),
                new Class<?>[] {DataCoord.class},
                (self, method, arguments) ->
                    switch (method.getName()) {
                      case "rowCounts" -> rowCounts;
                      case "compact" -> -1L;
                      case "flushed" -> true;
                      case "flush" -> new DataCoord.Flush(List.of(), List.of(), 7, Map.of());
                      default -> throw new UnsupportedOperationException(method.getName());
                    });
  }

  private void checkSeats() {
    if (leaderless) {
      throw new ElanusException(ErrorCode.UNAVAILABLE, "no coordinator");
    }
  }

  @Override
  public RootCoord rootCoord() {
    checkSeats();
    return root;
  }

  @Override
  public DataCoord dataCoord() {
    checkSeats();
    return data.role;
  }

  @Override
  public QueryCoord queryCoord() {
    checkSeats();
    return query;
  }

  @Override
  public IndexCoord indexCoord() {
    checkSeats();
    return index;
  }

  @Override
  public Owner owner(String channel) {
    return new Owner(1, 1, shards);
  }

  @Override
  public Set<Long> unreachable() {
    return unreachable;
  }

  @Override
  public void whenChanged(Runnable listener) {}

  @Override
  public Map<Long, QueryNode> queryNodes() {
    QueryNode nobody =
        (QueryNode)
            Proxy.newProxyInstance(
                QueryNode.class.getClassLoader(),
                new Class<?>[] {QueryNode.class},
                (self, method, arguments) -> {
                  throw new UnsupportedOperationException(method.getName());
                });
    return Map.of(1L, nobody);
  }

  @Override
  public Map<Long, StreamingNode> streamingNodes() {
    return Map.of(1L, shards);
  }

  @Override
  public Map<Long, DataNode> dataNodes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public Map<Long, IndexNode> indexNodes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ProxyCache> proxies() {
    return List.of(proxy);
  }
}
