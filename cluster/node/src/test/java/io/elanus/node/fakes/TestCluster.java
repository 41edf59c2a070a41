package io.elanus.node.fakes;

import io.elanus.log.LogStore;
import io.elanus.node.data.Compactor;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.query.QueryExecutor;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.streaming.FollowerNode;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.objects.ObjectStore;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexNode;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryNode;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Nodes on stores that outlive them, with coordinators that outlive them, too. */
public final class TestCluster implements Directory, AutoCloseable {
  public static final String CHANNEL = "test-dml_0";

  /** The streaming node that is there at first. */
  public static final long FIRST = 100;

  private final LogStore logs;
  private final SegmentObjects files;
  private final DeleteObjects deleteFiles;
  private final StreamingConfig config;
  private final int queryNodeCount;
  private final FakeRootCoord rootCoord = new FakeRootCoord();
  private final FakeDataCoord dataCoord = new FakeDataCoord(this);
  private final FakeQueryCoord queryCoord = new FakeQueryCoord(this);
  private final FakeIndexCoord indexCoord = new FakeIndexCoord();
  private final ExecutorService searchPool = Executors.newFixedThreadPool(2);
  private final ReadThreads reads = new ReadThreads(2, searchPool);
  private final ExecutorService fanOut = Executors.newVirtualThreadPerTaskExecutor();
  private final ThreadPoolExecutor background =
      (ThreadPoolExecutor) Executors.newCachedThreadPool();
  private final Map<Long, QueryNode> queryNodes = new ConcurrentSkipListMap<>();
  private final Set<Long> cutOff = ConcurrentHashMap.newKeySet();
  private final FakeAlarms alarms = new FakeAlarms();
  private final Map<Long, LeaderNode> leaders = new TreeMap<>();
  private final List<FollowerNode> followers = new ArrayList<>();
  private volatile long owner = FIRST;

  public TestCluster(
      LogStore logs, ObjectStore objects, Path cache, StreamingConfig config, int queryNodes) {
    this.logs = logs;
    this.files = new SegmentObjects(objects, cache);
    this.deleteFiles = new DeleteObjects(objects);
    this.config = config;
    this.queryNodeCount = queryNodes;
  }

  /** Begins to serve, from what the stores hold. */
  public void start() {
    for (long id = 1; id <= queryNodeCount; id++) {
      join(id);
    }
    owner = FIRST;
    join(FIRST, Standing.ALWAYS).own(CHANNEL);
  }

  /** One more streaming node, which owns nothing yet. */
  public LeaderNode join(long id, Standing standing) {
    LeaderNode node =
        new LeaderNode(
            id,
            config,
            new LeaderNode.Tools(
                logs,
                files,
                deleteFiles,
                this,
                reads,
                fanOut,
                background,
                background,
                rootCoord,
                alarms,
                standing));
    leaders.put(id, node);
    return node;
  }

  /** A node that may follow shards. */
  public FollowerNode follower() {
    FollowerNode node =
        new FollowerNode(
            100L + followers.size(),
            config,
            new FollowerNode.Tools(
                logs, this, reads, fanOut, background, rootCoord, alarms, Standing.ALWAYS));
    followers.add(node);
    return node;
  }

  /** From now on everybody is told that this node owns the channel. */
  public void tellOwner(long id) {
    owner = id;
  }

  /** Another node takes the channel over, everybody is told, and views are switched there. */
  public void takeOver(long id, long... collections) {
    leaders.get(id).own(CHANNEL);
    tellOwner(id);
    for (long collection : collections) {
      queryCoord.handOff(collection, segment -> true);
    }
  }

  public LeaderNode node(long id) {
    return leaders.get(id);
  }

  /** One more query node. */
  public FlakyNode join(long id) {
    FlakyNode node = new FlakyNode(new QueryExecutor(files, deleteFiles, this, reads, 1L << 30));
    queryNodes.put(id, node);
    cutOff.remove(id);
    return node;
  }

  public FlakyNode queryNode(long id) {
    return (FlakyNode) queryNodes.get(id);
  }

  /** A query node's lease is over: it is gone, and calls to it fail. */
  public void lose(long id) {
    FlakyNode node = (FlakyNode) queryNodes.remove(id);
    node.fail();
    node.close();
  }

  /** A query node is there for others, and not for the nodes here. */
  public void cutOff(long id) {
    lose(id);
    cutOff.add(id);
  }

  /** Everything in memory is lost. */
  public void kill() {
    followers.forEach(FollowerNode::close);
    leaders.values().forEach(LeaderNode::close);
    queryNodes.values().forEach(node -> ((FlakyNode) node).close());
    queryNodes.clear();
    queryCoord.forgetPlacements();
    leaders.clear();
  }

  public void restart(long... collections) {
    kill();
    start();
    for (long collection : collections) {
      queryCoord.handOff(collection, segment -> true);
    }
  }

  public LeaderNode leader() {
    LeaderNode present = leaders.get(owner);
    if (present == null) {
      throw new AssertionError("not started");
    }
    return present;
  }

  public FakeAlarms alarms() {
    return alarms;
  }

  public SegmentObjects files() {
    return files;
  }

  @Override
  public FakeRootCoord rootCoord() {
    return rootCoord;
  }

  @Override
  public FakeDataCoord dataCoord() {
    return dataCoord;
  }

  @Override
  public FakeQueryCoord queryCoord() {
    return queryCoord;
  }

  @Override
  public FakeIndexCoord indexCoord() {
    return indexCoord;
  }

  @Override
  public Owner owner(String channel) {
    return new Owner(owner, dataCoord.epoch(CHANNEL), leader());
  }

  @Override
  public void whenChanged(Runnable listener) {}

  @Override
  public Map<Long, QueryNode> queryNodes() {
    return queryNodes;
  }

  @Override
  public Map<Long, Station> stations() {
    Map<Long, Station> stations = new TreeMap<>();
    queryNodes.keySet().forEach(id -> stations.put(id, new Station("here", 1, Map.of())));
    cutOff.forEach(id -> stations.put(id, new Station("there", 1, Map.of())));
    return stations;
  }

  @Override
  public Map<Long, StreamingNode> streamingNodes() {
    return new TreeMap<>(leaders);
  }

  public DataNode dataNode() {
    return new Compactor(files, deleteFiles);
  }

  @Override
  public Map<Long, DataNode> dataNodes() {
    return Map.of(100L, dataNode());
  }

  @Override
  public Map<Long, IndexNode> indexNodes() {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<ProxyCache> proxies() {
    return List.of();
  }

  /** Whether no flush runs, nor anything that links rows. */
  public boolean idle() {
    return background.getActiveCount() == 0;
  }

  /** Returns when flushes and graphs that run have ended; none can begin any more. */
  public void awaitBackground() throws InterruptedException {
    background.shutdown();
    if (!background.awaitTermination(30, TimeUnit.SECONDS)) {
      throw new AssertionError("background work did not end");
    }
  }

  @Override
  public void close() {
    if (!leaders.isEmpty()) {
      kill();
    }
    List<ExecutorService> pools = List.of(searchPool, fanOut, background);
    pools.forEach(ExecutorService::shutdownNow);
    pools.forEach(TestCluster::awaitEnd); // a flush may still write into the test's folder
    logs.close();
  }

  private static void awaitEnd(ExecutorService pool) {
    try {
      if (!pool.awaitTermination(30, TimeUnit.SECONDS)) {
        throw new AssertionError("a task does not end: " + pool);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
