package io.elanus.coordinator;

import io.elanus.coordinator.data.DataCoordinator;
import io.elanus.coordinator.data.DataSettings;
import io.elanus.coordinator.data.NodePlaces;
import io.elanus.coordinator.index.IndexCoordinator;
import io.elanus.coordinator.index.IndexSettings;
import io.elanus.coordinator.ledger.Records;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.coordinator.query.QueryCoordinator;
import io.elanus.coordinator.root.RootCoordinator;
import io.elanus.coordinator.root.RootLimits;
import io.elanus.objects.MemoryObjectStore;
import io.elanus.objects.ObjectStore;
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
import io.elanus.roles.RootCoord;
import io.elanus.roles.Segments;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.CollectionSchema;
import io.elanus.schema.DataType;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.schema.FieldSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Four coordinators on one metadata store, with fake nodes, on one thread and a clock set by hand.
 */
public final class Cluster implements Directory {
  public static final String CHANNEL = "elanus-dml_0";
  private static final long RETENTION_MILLIS = 30 * 60 * 1000L;

  public final FakeMetadata metadata;
  public final ObjectStore objects;
  public final SteppedBackground background = new SteppedBackground();
  public final AtomicLong millis = new AtomicLong(1_000_000_000_000L);
  public final FakeNode node;

  /** Whether the channel has no owner. */
  public boolean ownerless;

  /** Runs builds and compactions. */
  public Executor lowPriority = Runnable::run;

  public final List<Long> forgotten = new ArrayList<>();
  public final Map<Long, QueryNode> queryNodes = new TreeMap<>();
  public final Set<Long> unreachable = ConcurrentHashMap.newKeySet();
  public final Map<Long, ShardFollower> shardFollowers = new TreeMap<>();
  public final Map<Long, StreamingNode> streamingNodes = new ConcurrentSkipListMap<>();
  public final Map<Long, DataNode> dataNodes = new TreeMap<>();
  public final Map<Long, IndexNode> indexNodes = new TreeMap<>();
  public final List<ProxyCache> proxies = new ArrayList<>(List.of(forgotten::add));

  /** Owners by virtual channel; the node under epoch 1 where there is none. */
  public final Map<String, Owner> owners = new TreeMap<>();

  private final List<Runnable> listeners = new ArrayList<>();
  public final RootCoordinator root;
  public final DataCoordinator data;
  public final IndexCoordinator index;
  public final QueryCoordinator query;

  public Cluster() {
    this(new FakeMetadata(), new MemoryObjectStore(), new FakeNode());
  }

  private Cluster(FakeMetadata metadata, ObjectStore objects, FakeNode node) {
    this.metadata = metadata;
    this.objects = objects;
    this.node = node;
    queryNodes.put(1L, node);
    streamingNodes.put(1L, node);
    dataNodes.put(1L, node);
    indexNodes.put(1L, node);
    root =
        new RootCoordinator(
            metadata,
            Tenure.SOLE,
            this,
            List.of(CHANNEL),
            RootLimits.DEFAULT,
            millis::get,
            background);
    data =
        new DataCoordinator(
            new Records(metadata, Tenure.SOLE),
            objects,
            this,
            NodePlaces.NONE,
            List.of(CHANNEL),
            new DataSettings(RETENTION_MILLIS),
            millis::get,
            this::runLowPriority,
            background);
    index =
        new IndexCoordinator(
            new Records(metadata, Tenure.SOLE),
            objects,
            this,
            new IndexSettings(RETENTION_MILLIS),
            millis::get,
            this::runLowPriority,
            background);
    query = new QueryCoordinator(metadata, Tenure.SOLE, this, background, Standing.ALWAYS);
    node.clock = () -> root.allocateTimestamps(1).first();
  }

  private void runLowPriority(Runnable task) {
    lowPriority.execute(task);
  }

  /** New coordinators on the same stores, as after a kill; the node lives on. */
  public Cluster restarted() {
    var next = new Cluster(metadata, objects, node);
    next.millis.set(millis.get());
    return next;
  }

  /** The whole process again: the node has forgotten everything, too. */
  public Cluster killed() {
    var next = new Cluster(metadata, objects, new FakeNode());
    next.millis.set(millis.get());
    return next;
  }

  public void start() {
    root.start();
    query.start();
    index.start();
    data.start();
  }

  public Catalogue.Collection create(String name) {
    root.execute(
        new Ddl.CreateCollection(
            "default", schema(name), false, 1, 0, Consistency.BOUNDED, Map.of()));
    return root.findCollection("default", name).orElseThrow();
  }

  public static CollectionSchema schema(String name, FieldSchema... more) {
    List<FieldSchema> fields =
        new ArrayList<>(
            List.of(
                field("id", DataType.INT64, true, false),
                field("vector", DataType.FLOAT_VECTOR, false, false)));
    fields.addAll(List.of(more));
    return new CollectionSchema(name, "", fields, Map.of(), 0, List.of(), 0);
  }

  public static FieldSchema field(
      String name, DataType type, boolean primaryKey, boolean nullable) {
    return new FieldSchema(
        0,
        name,
        "",
        type,
        Optional.empty(),
        primaryKey,
        false,
        false,
        false,
        nullable,
        false,
        Optional.empty(),
        type.isVector() ? Map.of("dim", "4") : Map.of());
  }

  /** A flushed segment of the collection's first shard and partition. */
  public static Segments.Segment segment(Catalogue.Collection collection, long id, long rows) {
    return segment(collection, id, rows, Segments.State.FLUSHED, id * 10);
  }

  public static Segments.Segment segment(
      Catalogue.Collection collection, long id, long rows, Segments.State state, long timestamp) {
    return new Segments.Segment(
        id,
        collection.id(),
        collection.partitions().getFirst().id(),
        collection.channels().getFirst(),
        state,
        collection.schema().version(),
        rows,
        rows * 100,
        "manifest",
        id * 100,
        id * 100 + 50,
        timestamp,
        timestamp + 5,
        timestamp + 5,
        List.of());
  }

  /** Publishes under the channel's present epoch. */
  public void publish(long epoch, Segments.Segment... segments) {
    data.publish(
        new DataCoord.Publish(epoch, List.of(segments), List.of(), List.of(), List.of(), Map.of()));
  }

  @Override
  public RootCoord rootCoord() {
    return root;
  }

  @Override
  public DataCoord dataCoord() {
    return data;
  }

  @Override
  public QueryCoord queryCoord() {
    return query;
  }

  @Override
  public IndexCoord indexCoord() {
    return index;
  }

  @Override
  public Owner owner(String channel) {
    if (ownerless) {
      throw new ElanusException(ErrorCode.CHANNEL_NOT_AVAILABLE);
    }
    return owners.getOrDefault(channel, new Owner(1, 1, node));
  }

  @Override
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  /** Somebody came or went. */
  public void changed() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public Map<Long, QueryNode> queryNodes() {
    return queryNodes;
  }

  @Override
  public Set<Long> unreachable() {
    return unreachable;
  }

  @Override
  public Map<Long, ShardFollower> shardFollowers() {
    return shardFollowers;
  }

  @Override
  public Map<Long, StreamingNode> streamingNodes() {
    return streamingNodes;
  }

  @Override
  public Map<Long, DataNode> dataNodes() {
    return dataNodes;
  }

  @Override
  public Map<Long, IndexNode> indexNodes() {
    return indexNodes;
  }

  @Override
  public List<ProxyCache> proxies() {
    return List.copyOf(proxies);
  }
}
