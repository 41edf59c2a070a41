package io.elanus.process;

import io.elanus.roles.DataCoord;
import io.elanus.roles.DataNode;
import io.elanus.roles.Directory;
import io.elanus.roles.IndexCoord;
import io.elanus.roles.IndexNode;
import io.elanus.roles.ProxyCache;
import io.elanus.roles.QueryCoord;
import io.elanus.roles.QueryNode;
import io.elanus.roles.RootCoord;
import io.elanus.roles.StreamingNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The roles of one process, each there once. Filled in the order in which roles are built; asked
 * only afterwards. A wiring may put something between callers and roles, sockets for instance, as
 * each is entered.
 */
final class LocalDirectory implements Directory {
  private final RoleLink link;
  private final long nodeId;
  private @Nullable RootCoord rootCoord;
  private @Nullable DataCoord dataCoord;
  private @Nullable QueryCoord queryCoord;
  private @Nullable IndexCoord indexCoord;
  private @Nullable StreamingNode streamingNode;
  private @Nullable QueryNode queryNode;
  private @Nullable DataNode dataNode;
  private @Nullable IndexNode indexNode;
  private @Nullable ProxyCache proxyCache;

  LocalDirectory(RoleLink link, long nodeId) {
    this.link = link;
    this.nodeId = nodeId;
  }

  void enter(RootCoord role) {
    rootCoord = link.connect(RootCoord.class, role);
  }

  void enter(DataCoord role) {
    dataCoord = link.connect(DataCoord.class, role);
  }

  void enter(QueryCoord role) {
    queryCoord = link.connect(QueryCoord.class, role);
  }

  void enter(IndexCoord role) {
    indexCoord = link.connect(IndexCoord.class, role);
  }

  void enter(StreamingNode role) {
    streamingNode = link.connect(StreamingNode.class, role);
  }

  void enter(QueryNode role) {
    queryNode = link.connect(QueryNode.class, role);
  }

  void enter(DataNode role) {
    dataNode = link.connect(DataNode.class, role);
  }

  void enter(IndexNode role) {
    indexNode = link.connect(IndexNode.class, role);
  }

  void enter(ProxyCache role) {
    proxyCache = link.connect(ProxyCache.class, role);
  }

  @Override
  public RootCoord rootCoord() {
    return there(rootCoord);
  }

  @Override
  public DataCoord dataCoord() {
    return there(dataCoord);
  }

  @Override
  public QueryCoord queryCoord() {
    return there(queryCoord);
  }

  @Override
  public IndexCoord indexCoord() {
    return there(indexCoord);
  }

  @Override
  public Owner owner(String channel) {
    return new Owner(nodeId, 0, there(streamingNode));
  }

  @Override
  public Map<Long, QueryNode> queryNodes() {
    return Map.of(nodeId, there(queryNode));
  }

  @Override
  public Map<Long, StreamingNode> streamingNodes() {
    return Map.of(nodeId, there(streamingNode));
  }

  @Override
  public Map<Long, DataNode> dataNodes() {
    return Map.of(nodeId, there(dataNode));
  }

  @Override
  public Map<Long, IndexNode> indexNodes() {
    return Map.of(nodeId, there(indexNode));
  }

  @Override
  public List<ProxyCache> proxies() {
    return proxyCache == null ? List.of() : List.of(proxyCache);
  }

  /** Nobody comes or goes. */
  @Override
  public void whenChanged(Runnable listener) {}

  private static <R> R there(@Nullable R role) {
    if (role == null) {
      throw new IllegalStateException("a role was asked for before it was built");
    }
    return role;
  }
}
