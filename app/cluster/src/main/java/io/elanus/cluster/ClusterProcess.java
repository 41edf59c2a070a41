package io.elanus.cluster;

import io.elanus.coordinator.data.ChannelOwners;
import io.elanus.coordinator.data.DataCoordinator;
import io.elanus.coordinator.index.IndexCoordinator;
import io.elanus.coordinator.ledger.Background;
import io.elanus.coordinator.ledger.Follower;
import io.elanus.coordinator.ledger.Tenure;
import io.elanus.coordinator.query.QueryCoordinator;
import io.elanus.coordinator.root.RootCoordinator;
import io.elanus.membership.Membership;
import io.elanus.membership.Role;
import io.elanus.membership.Seat;
import io.elanus.metadata.MetadataStore;
import io.elanus.node.data.CacheFigures;
import io.elanus.node.streaming.LeaderNode;
import io.elanus.node.streaming.StreamingConfig.Retakes;
import io.elanus.process.Opened;
import io.elanus.process.RoleFactory;
import io.elanus.process.Setting;
import io.elanus.process.Settings;
import io.elanus.proxy.ElanusProxy;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Proxy;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.Standing;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.RoleServer;
import io.elanus.transport.Trust;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One process of a cluster. {@link #start} is one story: the port of its roles, its view of the
 * others, the roles it was asked to run, its place among the members, and the seats it stands for.
 * {@link #close} tells it backwards.
 */
public final class ClusterProcess implements AutoCloseable {
  private static final Duration LOG_ANSWERS_WITHIN = Duration.ofSeconds(10);
  private static final Duration LOG_ANSWERS_AGAIN_WITHIN = Duration.ofSeconds(2);

  private final Set<Role> roles;
  private final Opened parts;
  private final List<String> physicalChannels;
  private final RoleServer server;
  private final Membership membership;
  private final OwnRoles own;
  private final ClusterDirectory directory;
  private final RoleFactory factory;
  private final @Nullable ElanusProxy proxy;
  private @Nullable LeaderNode owner;
  private final List<Seat> seats = new CopyOnWriteArrayList<>();

  private ClusterProcess(
      Settings settings, Set<Role> roles, RoleFactory.Over stores, Clock clock, Opened parts) {
    this.roles = Set.copyOf(roles);
    this.parts = parts;
    physicalChannels =
        IntStream.range(0, settings.number(Setting.CHANNELS))
            .mapToObj(channel -> "elanus-dml_" + channel)
            .toList();
    Trust trust = PeerTrust.of(settings);
    server =
        parts.add(
            RoleServer.open(
                settings.text(Setting.BIND_HOST),
                settings.number(Setting.NODE_PORT),
                trust,
                List.of()));
    membership =
        parts.add(Membership.open(stores.metadata(), settings.duration(Setting.LEASE_TTL)));
    own = new OwnRoles(server);
    directory = parts.add(new ClusterDirectory(stores.metadata(), membership, own, trust));
    factory = parts.add(new RoleFactory(settings, stores, directory, clock));
    Background background = parts.add(Background.onVirtualThreads());
    nodes(background);
    proxy = roles.contains(Role.PROXY) ? enter(ProxyCache.class, factory.proxy(membership)) : null;
    if (!isFit(stores, LOG_ANSWERS_WITHIN)) {
      throw new ElanusException(
          ErrorCode.UNAVAILABLE, "the log does not answer; a streaming node could own no channel");
    }
    membership.whenResumed(() -> resume(stores.metadata()));
    membership.join(
        settings.text(Setting.ADVERTISED_HOST), server.port(), this.roles, Labels.of(settings));
    parts.add(membership::leave);
    parts.add(new KeptPlace(membership, () -> isFit(stores, LOG_ANSWERS_AGAIN_WITHIN)));
    parts.add(new Drain(membership, directory, this.roles));
    seats();
  }

  /**
   * Starts a process; what it has to do it is given by coordinators, wherever they are.
   *
   * @param roles what it runs, coordinators that it stands for among them
   * @param stores which all processes of the cluster share, the folder apart; not closed here
   */
  public static ClusterProcess start(
      Settings settings, Set<Role> roles, RoleFactory.Over stores, Clock clock) {
    try (Opened opened = new Opened()) {
      Opened parts = new Opened();
      opened.add(parts);
      ClusterProcess process = new ClusterProcess(settings, roles, stores, clock, parts);
      opened.keep();
      return process;
    }
  }

  private boolean isFit(RoleFactory.Over stores, Duration logAnswersWithin) {
    return !roles.contains(Role.STREAMINGNODE) || stores.log().reachable(logAnswersWithin);
  }

  /**
   * What must be known before a place that was taken again counts: which channels were given to
   * others, and of collections whatever this process was not told.
   */
  private void resume(MetadataStore metadata) {
    if (owner != null) {
      Map<String, Long> epochs = new HashMap<>();
      ChannelOwners.read(metadata)
          .forEach((channel, granted) -> {
            if (granted.nodeId() == membership.id()) {
              epochs.put(channel, granted.epoch());
            }
          });
      owner.resume(epochs);
    }
    if (proxy != null) {
      proxy.forget(0);
    }
  }

  private void nodes(Background background) {
    if (roles.contains(Role.STREAMINGNODE)) {
      owner =
          parts.add(factory.streamingNode(membership.id(), membership, new Retakes(), background));
      enter(StreamingNode.class, owner);
    }
    if (roles.contains(Role.QUERYNODE)) {
      enter(QueryNode.class, parts.add(factory.queryNode()));
      enter(
          ShardFollower.class,
          parts.add(factory.shardFollower(membership.id(), membership, background)));
    }
    if (roles.contains(Role.DATANODE)) {
      enter(DataNode.class, factory.dataNode());
    }
    if (roles.contains(Role.INDEXNODE)) {
      enter(IndexNode.class, factory.indexNode());
    }
  }

  private <R, T extends R> T enter(Class<R> role, T target) {
    own.enter(role, target, membership);
    return target;
  }

  private void seats() {
    for (Role role : Role.values()) {
      if (roles.contains(role) && role.coordinates()) {
        Candidate candidate = parts.add(new Candidate(follow(role), heir(role)));
        seats.add(parts.add(Seat.standFor(membership, role, candidate)));
      }
    }
    parts.add(this::resign); // all at once, before one after the other is left
  }

  private Candidate.Heir heir(Role role) {
    return (standing, follower) -> sit(role, standing, follower);
  }

  /** Of those coordinators that have a record of each segment. */
  private Optional<Supplier<Follower>> follow(Role role) {
    return switch (role) {
      case DATACOORD -> Optional.of(factory::dataFollower);
      case INDEXCOORD -> Optional.of(factory::indexFollower);
      case ROOTCOORD, QUERYCOORD -> Optional.empty();
      case PROXY, STREAMINGNODE, QUERYNODE, DATANODE, INDEXNODE -> throw new AssertionError(role);
    };
  }

  private Seat.Occupant sit(Role role, Standing standing, Optional<Follower> follower) {
    Background background = Background.onVirtualThreads();
    return switch (role) {
      case ROOTCOORD -> {
        RootCoordinator coordinator =
            factory.rootCoordinator(Tenure.SEIZED, physicalChannels, background);
        yield sit(
            new Sitting<>(RootCoord.class, coordinator, coordinator::start, coordinator),
            standing,
            background);
      }
      case DATACOORD -> {
        DataCoordinator coordinator =
            factory.dataCoordinator(
                Tenure.SEIZED,
                follower,
                node -> Set.of(Membership.key(node)),
                physicalChannels,
                background);
        yield sit(
            new Sitting<>(DataCoord.class, coordinator, coordinator::start, coordinator),
            standing,
            background);
      }
      case QUERYCOORD -> {
        QueryCoordinator coordinator =
            factory.queryCoordinator(Tenure.SEIZED, standing, background);
        yield sit(
            new Sitting<>(QueryCoord.class, coordinator, coordinator::start, () -> {}),
            standing,
            background);
      }
      case INDEXCOORD -> {
        IndexCoordinator coordinator =
            factory.indexCoordinator(Tenure.SEIZED, follower, background);
        yield sit(
            new Sitting<>(IndexCoord.class, coordinator, coordinator::start, coordinator),
            standing,
            background);
      }
      case PROXY, STREAMINGNODE, QUERYNODE, DATANODE, INDEXNODE -> throw new AssertionError(role);
    };
  }

  /**
   * @param start takes up what the last one left; may wait for others, and be repeated
   */
  private record Sitting<R>(Class<R> role, R coordinator, Runnable start, AutoCloseable end) {}

  private <R> Seat.Occupant sit(Sitting<R> sitting, Standing standing, Background background) {
    own.enter(sitting.role(), sitting.coordinator(), standing);
    new Beginning(sitting.role().getSimpleName(), background, sitting.start()).run();
    return new Seat.Occupant() {
      @Override
      public void close() {
        own.leave(sitting.role(), sitting.coordinator());
        Opened.close(sitting.role().getSimpleName(), sitting.end());
      }

      @Override
      public void ended() {
        Opened.close("background work", background);
      }
    };
  }

  /** The database as its users see it, where the process is a proxy. */
  public Optional<Proxy> proxy() {
    return Optional.ofNullable(proxy);
  }

  public Directory directory() {
    return directory;
  }

  public Set<Role> roles() {
    return roles;
  }

  /** Who is there, and who coordinates. */
  public Membership membership() {
    return membership;
  }

  /** A role that this process runs now: a coordinator only while it has the seat. */
  public <R> Optional<R> here(Class<R> role) {
    return own.find(role);
  }

  public long memberId() {
    return membership.id();
  }

  /** Connections of others that were refused; see {@link PeerTrust}. */
  public long refusedPeers() {
    return server.refusedPeers();
  }

  /** What the process has copied of objects. */
  public CacheFigures cache() {
    return factory.cache();
  }

  /** Whether the process has its place among the members. */
  public boolean held() {
    return membership.held();
  }

  /** Has the seats left, and does not wait for it: what an orderly end begins with. */
  public void resign() {
    seats.forEach(Seat::resign);
  }

  @Override
  public void close() {
    parts.close();
  }
}
