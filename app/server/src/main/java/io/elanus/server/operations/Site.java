package io.elanus.server.operations;

import io.elanus.cluster.ClusterProcess;
import io.elanus.membership.Member;
import io.elanus.membership.Membership;
import io.elanus.membership.Role;
import io.elanus.process.ElanusProcess;
import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.Proxy;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.StreamingNode;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Where this process stands: the processes that it knows of, itself among them. */
public interface Site {
  /**
   * A process.
   *
   * @param address of its roles, {@code host:port}; empty where there is one process only
   * @param seats of coordinators that it holds
   */
  record Node(long id, String address, List<String> roles, List<String> seats) {}

  /** Of this process. */
  long nodeId();

  /** That this process runs, or stands for. */
  List<String> roles();

  /** By id, rising. */
  List<Node> nodes();

  Directory directory();

  /** A role that this process runs now; of coordinators the one that decides. */
  <R> Optional<R> here(Class<R> role);

  /** One process with every role. */
  static Site of(ElanusProcess process) {
    return new Standalone(process.directory(), process.proxy());
  }

  /** One process of a cluster. */
  static Site of(ClusterProcess process) {
    return new InCluster(process);
  }

  /** What {@link #of(ElanusProcess)} gives. */
  record Standalone(Directory directory, Proxy proxy) implements Site {
    @Override
    public long nodeId() {
      return directory.queryNodes().keySet().iterator().next();
    }

    @Override
    public List<String> roles() {
      return words(Set.of(Role.values()));
    }

    @Override
    public List<Node> nodes() {
      return List.of(new Node(nodeId(), "", roles(), words(Role.COORDINATORS)));
    }

    @Override
    public <R> Optional<R> here(Class<R> role) {
      List<Object> all =
          List.of(
              proxy,
              directory.rootCoord(),
              directory.dataCoord(),
              directory.queryCoord(),
              directory.indexCoord(),
              directory.streamingNodes().values().iterator().next(),
              directory.queryNodes().values().iterator().next(),
              directory.dataNodes().values().iterator().next(),
              directory.indexNodes().values().iterator().next());
      return all.stream().filter(role::isInstance).map(role::cast).findFirst();
    }
  }

  /** What {@link #of(ClusterProcess)} gives. */
  record InCluster(ClusterProcess process) implements Site {
    @Override
    public long nodeId() {
      return process.memberId();
    }

    @Override
    public List<String> roles() {
      return words(process.roles());
    }

    @Override
    public List<Node> nodes() {
      return process.membership().members().values().stream().map(this::node).toList();
    }

    private Node node(Member member) {
      Membership membership = process.membership();
      List<String> seats =
          words(Role.COORDINATORS).stream()
              .filter(seat ->
                  membership
                      .holder(Role.parse(seat).iterator().next())
                      .filter(holder -> holder.id() == member.id())
                      .isPresent())
              .toList();
      return new Node(
          member.id(), member.host() + ":" + member.port(), words(member.roles()), seats);
    }

    @Override
    public Directory directory() {
      return process.directory();
    }

    @Override
    public <R> Optional<R> here(Class<R> role) {
      return role == Proxy.class ? process.proxy().map(role::cast) : process.here(role);
    }
  }

  /** The interface through which a role is called. */
  static Class<?> type(Role role) {
    return switch (role) {
      case PROXY -> Proxy.class;
      case ROOTCOORD -> RootCoord.class;
      case DATACOORD -> DataCoord.class;
      case QUERYCOORD -> QueryCoord.class;
      case INDEXCOORD -> IndexCoord.class;
      case STREAMINGNODE -> StreamingNode.class;
      case QUERYNODE -> QueryNode.class;
      case DATANODE -> DataNode.class;
      case INDEXNODE -> IndexNode.class;
    };
  }

  private static List<String> words(Set<Role> roles) {
    return Arrays.stream(Role.values()).filter(roles::contains).map(Role::word).toList();
  }
}
