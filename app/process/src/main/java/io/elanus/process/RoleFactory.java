package io.elanus.process;

import io.elanus.coordinator.data.DataCoordinator;
import io.elanus.coordinator.data.DataSettings;
import io.elanus.coordinator.data.NodePlaces;
import io.elanus.coordinator.index.IndexCoordinator;
import io.elanus.coordinator.index.IndexSettings;
import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Follower;
import io.elanus.coordinator.ledger.Records;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.coordinator.query.QueryCoordinator;
import io.elanus.coordinator.root.RootCoordinator;
import io.elanus.coordinator.root.RootLimits;
import io.elanus.log.LogStore;
import io.elanus.metadata.MetadataStore;
import io.elanus.node.data.CacheFigures;
import io.elanus.node.data.Compactor;
import io.elanus.node.data.DeleteObjects;
import io.elanus.node.data.SegmentObjects;
import io.elanus.node.index.BuildMemory;
import io.elanus.node.index.IndexBuilder;
import io.elanus.node.query.QueryExecutor;
import io.elanus.node.read.ReadThreads;
import io.elanus.node.streaming.FollowerNode;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.node.streaming.StreamingConfig;
import io.elanus.node.streaming.StreamingConfig.Retakes;
import io.elanus.objects.ObjectStore;
import io.elanus.proxy.ElanusProxy;
import io.elanus.proxy.ProxyConfig;
import io.elanus.roles.Directory;
import io.elanus.roles.Standing;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * Builds roles from settings, over stores that are there and pools of its own. Each role is built
 * at most once, but for coordinators, which come and go with their seats. What it built is closed
 * before it is.
 */
public final class RoleFactory implements AutoCloseable {
  /** What roles work on; none of it is closed here. */
  public record Over(LogStore log, MetadataStore metadata, ObjectStore objects, Path cacheFolder) {}

  private final Settings settings;
  private final Over over;
  private final Directory directory;
  private final Clock clock;
  private final Pools pools;
  private final SegmentObjects segments;
  private final DeleteObjects deletes;
  private final ReadThreads reads;

  /**
   * @param clock of the oracle and of reads that may lag
   */
  public RoleFactory(Settings settings, Over over, Directory directory, Clock clock) {
    this(
        settings,
        over,
        directory,
        clock,
        Pools.of(
            threads(settings, Setting.SEARCH_THREADS), threads(settings, Setting.BUILD_THREADS)));
  }

  RoleFactory(Settings settings, Over over, Directory directory, Clock clock, Pools pools) {
    this.settings = settings;
    this.over = over;
    this.directory = directory;
    this.clock = clock;
    this.pools = pools;
    segments =
        new SegmentObjects(
            over.objects(), over.cacheFolder(), settings.bytes(Setting.CACHE_MAX_BYTES));
    deletes = new DeleteObjects(over.objects());
    reads = new ReadThreads(threads(settings, Setting.SEARCH_THREADS), pools.search());
  }

  public RootCoordinator rootCoordinator(
      Tenure tenure, List<String> physicalChannels, Background background) {
    return new RootCoordinator(
        over.metadata(),
        tenure,
        directory,
        physicalChannels,
        RootLimits.DEFAULT,
        millis(),
        background);
  }

  /** See {@link DataCoordinator#follow}. */
  public Follower dataFollower() {
    return DataCoordinator.follow(over.metadata());
  }

  /**
   * @param follower of its records, if the process has one
   */
  public DataCoordinator dataCoordinator(
      Tenure tenure,
      Optional<Follower> follower,
      NodePlaces places,
      List<String> physicalChannels,
      Background background) {
    return new DataCoordinator(
        new Records(over.metadata(), tenure, follower),
        over.objects(),
        directory,
        places,
        physicalChannels,
        new DataSettings(retention().toMillis()),
        millis(),
        pools.background(),
        background);
  }

  /** See {@link IndexCoordinator#follow}. */
  public Follower indexFollower() {
    return IndexCoordinator.follow(over.metadata());
  }

  /**
   * @param follower of its records, if the process has one
   */
  public IndexCoordinator indexCoordinator(
      Tenure tenure, Optional<Follower> follower, Background background) {
    return new IndexCoordinator(
        new Records(over.metadata(), tenure, follower),
        over.objects(),
        directory,
        new IndexSettings(retention().toMillis()),
        millis(),
        pools.background(),
        background);
  }

  public QueryCoordinator queryCoordinator(
      Tenure tenure, Standing standing, Background background) {
    return new QueryCoordinator(over.metadata(), tenure, directory, background, standing);
  }

  public LeaderNode streamingNode(
      long nodeId, Standing standing, Retakes retakes, Background background) {
    return new LeaderNode(
        nodeId,
        streamingConfig(retakes),
        new LeaderNode.Tools(
            over.log(),
            segments,
            deletes,
            directory,
            reads,
            pools.requests(),
            pools.flush(),
            pools.graphs(),
            clock,
            (delay, task) -> background.after(delay.toMillis(), task),
            standing));
  }

  /** Of a query node that may lead shards of further replicas. */
  public FollowerNode shardFollower(long nodeId, Standing standing, Background background) {
    return new FollowerNode(
        nodeId,
        streamingConfig(Retakes.NEVER),
        new FollowerNode.Tools(
            over.log(),
            directory,
            reads,
            pools.requests(),
            pools.graphs(),
            clock,
            (delay, task) -> background.after(delay.toMillis(), task),
            standing));
  }

  public QueryExecutor queryNode() {
    return new QueryExecutor(segments, deletes, directory, reads, Machine.memoryBytes());
  }

  /** What the process has copied of objects that cannot be mapped in place. */
  public CacheFigures cache() {
    return segments.cache();
  }

  public Compactor dataNode() {
    return new Compactor(segments, deletes);
  }

  public IndexBuilder indexNode() {
    return new IndexBuilder(
        segments,
        pools.build(),
        threads(settings, Setting.BUILD_THREADS),
        new BuildMemory(buildBytes()));
  }

  public ElanusProxy proxy(Standing standing) {
    return new ElanusProxy(
        directory, clock, pools.requests(), new ProxyConfig(gracefulTime()), standing);
  }

  private LongSupplier millis() {
    return clock::millis;
  }

  private Duration retention() {
    return settings.duration(Setting.RETENTION);
  }

  static int threads(Settings settings, Setting setting) {
    int wanted = settings.number(setting);
    return wanted > 0 ? wanted : Runtime.getRuntime().availableProcessors();
  }

  private long buildBytes() {
    long wanted = settings.bytes(Setting.INDEX_BUILD_MAX_BYTES);
    return wanted > 0 ? wanted : Machine.memoryBytes() / 2;
  }

  /** Rows of a time before the retention may be gone, so that no read may lag further than that. */
  private Duration gracefulTime() {
    Duration grace = settings.duration(Setting.GRACEFUL_TIME);
    return grace.compareTo(retention()) < 0 ? grace : retention();
  }

  private StreamingConfig streamingConfig(Retakes retakes) {
    return new StreamingConfig(
        new StreamingConfig.SealAt(
            settings.number(Setting.SEGMENT_MAX_ROWS), settings.bytes(Setting.SEGMENT_MAX_BYTES)),
        new StreamingConfig.FlushAt(settings.bytes(Setting.LOG_RETAINED_BYTES)),
        new StreamingConfig.Memory(settings.bytes(Setting.GROWING_MAX_BYTES)),
        new StreamingConfig.Reach(retention()),
        retakes);
  }

  @Override
  public void close() {
    Opened.close("pools", pools);
  }
}
