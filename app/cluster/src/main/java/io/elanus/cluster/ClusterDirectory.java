package io.elanus.cluster;

import io.elanus.coordinator.data.ChannelOwners;
import io.elanus.membership.Member;
import io.elanus.membership.Membership;
import io.elanus.membership.Role;
import io.elanus.metadata.MetadataStore;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.ShardFollower;
import io.elanus.roles.StreamingNode;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import io.elanus.transport.Trust;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Where each role of a cluster is, by who registered and who holds which seat and channel. A role
 * of this process is called directly.
 */
final class ClusterDirectory implements Directory, AutoCloseable {
  /** A standby takes a seat over within it. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Membership membership;
  private final OwnRoles own;
  private final Peers peers;
  private final ChannelOwners owners;
  private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
  private final RootCoord rootCoord = seat(RootCoord.class, Role.ROOTCOORD);
  private final DataCoord dataCoord = seat(DataCoord.class, Role.DATACOORD);
  private final QueryCoord queryCoord = seat(QueryCoord.class, Role.QUERYCOORD);
  private final IndexCoord indexCoord = seat(IndexCoord.class, Role.INDEXCOORD);

  ClusterDirectory(MetadataStore store, Membership membership, OwnRoles own, Trust trust) {
    this.membership = membership;
    this.own = own;
    peers = new Peers(trust, this::changed);
    owners = new ChannelOwners(store, this::changed);
    membership.whenChanged(this::membersChanged);
  }

  private <R> R seat(Class<R> role, Role seat) {
    return SeatRoute.to(role, () -> holder(role, seat), PATIENCE);
  }

  private <R> R holder(Class<R> role, Role seat) {
    Member holder =
        membership
            .holder(seat)
            .orElseThrow(() ->
                new ElanusException(ErrorCode.NOT_READY, "nobody has the seat at present")
                    .with("seat", seat.word()));
    return at(holder, role);
  }

  /** The role of a member; of this process itself, if it is there already. */
  private <R> R at(Member member, Class<R> role) {
    if (member.id() != membership.id()) {
      return peers.role(member, role);
    }
    return own.find(role)
        .orElseThrow(() ->
            new ElanusException(ErrorCode.NOT_READY, "the process does not have the role now")
                .with("role", role.getSimpleName()));
  }

  private void membersChanged() {
    SortedMap<Long, Member> members = membership.members();
    peers.keep(members.keySet());
    members.values().stream().filter(this::mayCoordinate).forEach(peers::meet);
    changed();
  }

  /** Everybody waits while a seat goes from one to the next. */
  private boolean mayCoordinate(Member member) {
    return member.id() != membership.id() && member.roles().stream().anyMatch(Role::coordinates);
  }

  private void changed() {
    listeners.forEach(Runnable::run);
  }

  @Override
  public RootCoord rootCoord() {
    return rootCoord;
  }

  @Override
  public DataCoord dataCoord() {
    return dataCoord;
  }

  @Override
  public QueryCoord queryCoord() {
    return queryCoord;
  }

  @Override
  public IndexCoord indexCoord() {
    return indexCoord;
  }

  @Override
  public Owner owner(String channel) {
    ChannelOwners.Owned owned =
        owners.find(channel).orElseThrow(() -> ownerless(channel, "the channel has no owner yet"));
    Member member = membership.members().get(owned.nodeId());
    if (member == null) {
      throw ownerless(channel, "the channel's owner is gone");
    }
    return new Owner(owned.nodeId(), owned.epoch(), at(member, StreamingNode.class));
  }

  private static ElanusException ownerless(String channel, String sentence) {
    return new ElanusException(ErrorCode.CHANNEL_NOT_AVAILABLE, sentence).with("channel", channel);
  }

  /**
   * Those that this process can connect to: nothing rests on a query node that is there but is
   * thought to be gone, so nobody waits for its lease to end. A channel's owner is another matter.
   */
  @Override
  public Map<Long, QueryNode> queryNodes() {
    SortedMap<Long, QueryNode> nodes = all(Role.QUERYNODE, QueryNode.class);
    nodes.keySet().removeIf(id -> !peers.reaches(id));
    return nodes;
  }

  @Override
  public Map<Long, Station> stations() {
    Map<Long, Station> stations = new TreeMap<>();
    membership
        .members()
        .forEach((id, member) -> {
          if (member.roles().contains(Role.QUERYNODE)) {
            stations.put(id, new Station(member.host(), member.port(), member.labels()));
          }
        });
    return stations;
  }

  @Override
  public Map<Long, ShardFollower> shardFollowers() {
    return all(Role.QUERYNODE, ShardFollower.class);
  }

  @Override
  public Map<Long, StreamingNode> streamingNodes() {
    return all(Role.STREAMINGNODE, StreamingNode.class);
  }

  @Override
  public Map<Long, DataNode> dataNodes() {
    return all(Role.DATANODE, DataNode.class);
  }

  @Override
  public Map<Long, IndexNode> indexNodes() {
    return all(Role.INDEXNODE, IndexNode.class);
  }

  @Override
  public List<ProxyCache> proxies() {
    return List.copyOf(all(Role.PROXY, ProxyCache.class).values());
  }

  @Override
  public void refresh() {
    membership.refresh();
  }

  /** By member id, rising; this process's only once it is there. */
  private <R> SortedMap<Long, R> all(Role role, Class<R> type) {
    SortedMap<Long, R> all = new TreeMap<>();
    membership
        .members()
        .forEach((id, member) -> {
          if (member.roles().contains(role)
              && (id != membership.id() || own.find(type).isPresent())) {
            all.put(id, at(member, type));
          }
        });
    return all;
  }

  @Override
  public Set<Long> unreachable() {
    return peers.unreachable();
  }

  @Override
  public void whenChanged(Runnable listener) {
    listeners.add(listener);
  }

  @Override
  public void close() {
    owners.close();
    peers.close();
  }
}
