package io.elanus.process;

import io.elanus.coordinator.data.DataCoordinator;
import io.elanus.coordinator.data.NodePlaces;
import io.elanus.coordinator.index.IndexCoordinator;
import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.coordinator.query.QueryCoordinator;
import io.elanus.coordinator.root.RootCoordinator;
import io.elanus.node.query.QueryExecutor;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.node.streaming.StreamingConfig.Retakes;
import io.elanus.proxy.ElanusProxy;
import io.elanus.roles.Directory;
import io.elanus.roles.Proxy;
import io.elanus.roles.Standing;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * One process with every role in it. {@link #build} is one story: pools, stores, coordinators,
 * nodes, proxy; in {@link #serve} channels are taken over and loaded collections served. {@link
 * #close} tells it backwards.
 */
public final class ElanusProcess implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(ElanusProcess.class.getName());
  private static final long NODE_ID = 1;

  /** The physical channel of a process that is not told otherwise. */
  public static final String CHANNEL = "elanus-dml_0";

  private final List<String> physicalChannels;
  private final Pools pools;
  private final Stores stores;
  private final Background background;
  private final RoleLink link;
  private final LocalDirectory directory;
  private final RootCoordinator rootCoordinator;
  private final DataCoordinator dataCoordinator;
  private final IndexCoordinator indexCoordinator;
  private final QueryCoordinator queryCoordinator;
  private final LeaderNode streamingNode;
  private final QueryExecutor queryNode;
  private final ElanusProxy proxy;

  /**
   * @param opened gets what must be closed when a later part cannot be built
   */
  private ElanusProcess(
      Settings settings,
      String channel,
      RoleLink link,
      Clock clock,
      Pools pools,
      Stores stores,
      Opened opened) {
    this.physicalChannels = List.of(channel);
    this.pools = pools;
    this.stores = stores;
    this.link = link;
    background = opened.add(Background.onVirtualThreads());
    directory = new LocalDirectory(link, NODE_ID);
    RoleFactory roles =
        new RoleFactory(
            settings,
            new RoleFactory.Over(
                stores.log(), stores.metadata(), stores.objects(), stores.cache().folder()),
            directory,
            clock,
            pools);
    rootCoordinator = opened.add(roles.rootCoordinator(Tenure.SOLE, physicalChannels, background));
    directory.enter(rootCoordinator);
    dataCoordinator =
        roles.dataCoordinator(
            Tenure.SOLE, Optional.empty(), NodePlaces.NONE, physicalChannels, background);
    directory.enter(dataCoordinator);
    indexCoordinator = roles.indexCoordinator(Tenure.SOLE, Optional.empty(), background);
    directory.enter(indexCoordinator);
    queryCoordinator = roles.queryCoordinator(Tenure.SOLE, Standing.ALWAYS, background);
    directory.enter(queryCoordinator);
    streamingNode =
        opened.add(roles.streamingNode(NODE_ID, Standing.ALWAYS, Retakes.NEVER, background));
    directory.enter(streamingNode);
    queryNode = opened.add(roles.queryNode());
    directory.enter(queryNode);
    directory.enter(roles.dataNode());
    directory.enter(roles.indexNode());
    proxy = roles.proxy(Standing.ALWAYS);
    directory.enter(proxy);
  }

  /** Starts all roles with direct calls between them; returns when reads and writes work. */
  public static ElanusProcess start(Settings settings) {
    return start(settings, RoleLink.DIRECT);
  }

  public static ElanusProcess start(Settings settings, RoleLink link) {
    return start(settings, link, Clock.systemUTC());
  }

  /**
   * As {@link #start(Settings)}.
   *
   * @param link how the roles reach each other
   * @param clock of the oracle and of reads that may lag
   */
  public static ElanusProcess start(Settings settings, RoleLink link, Clock clock) {
    ElanusProcess process = build(settings, link, clock, CHANNEL);
    try {
      process.serve();
      return process;
    } catch (RuntimeException | Error failure) {
      process.close();
      throw failure;
    }
  }

  /**
   * Opens the stores and builds all roles; reads and writes work after {@link #serve}. The link is
   * closed with the process, also when it cannot be built.
   *
   * @param channel the name of its physical channel, the same at every start on one folder
   */
  public static ElanusProcess build(Settings settings, RoleLink link, String channel) {
    return build(settings, link, Clock.systemUTC(), channel);
  }

  private static ElanusProcess build(
      Settings settings, RoleLink link, Clock clock, String channel) {
    try (Opened opened = new Opened()) {
      opened.add(link);
      Pools pools =
          opened.add(
              Pools.of(
                  RoleFactory.threads(settings, Setting.SEARCH_THREADS),
                  RoleFactory.threads(settings, Setting.BUILD_THREADS)));
      Stores stores = opened.add(Stores.open(settings, pools.background()));
      ElanusProcess process =
          new ElanusProcess(settings, channel, link, clock, pools, stores, opened);
      opened.keep();
      return process;
    }
  }

  /** Takes the channels over and serves what was loaded; returns when reads and writes work. */
  public void serve() {
    step("channels were taken over", () -> physicalChannels.forEach(streamingNode::own));
    step("the catalogue was rolled forward", rootCoordinator::start);
    step("loaded collections were served", queryCoordinator::start);
    step("index builds were resumed", indexCoordinator::start);
    step("compactions were resumed", dataCoordinator::start);
  }

  private static void step(String done, Runnable part) {
    long begin = System.nanoTime();
    part.run();
    LOG.log(System.Logger.Level.DEBUG, "{0} in {1} µs", done, (System.nanoTime() - begin) / 1000);
  }

  /** The database as its users see it. */
  public Proxy proxy() {
    return proxy;
  }

  public Directory directory() {
    return directory;
  }

  @Override
  public void close() {
    Opened.close("streaming node", streamingNode);
    Opened.close("query node", queryNode);
    Opened.close("background work", background);
    Opened.close("root coordinator", rootCoordinator);
    Opened.close("links between roles", link);
    Opened.close("pools", pools);
    Opened.close("stores", stores);
  }
}
