package io.elanus.roles;

import java.util.List;
import java.util.Map;

/**
 * Where each role is at present. What it returns may be an object of this process or a stub over a
 * socket.
 */
public interface Directory {
  RootCoord rootCoord();

  DataCoord dataCoord();

  QueryCoord queryCoord();

  IndexCoord indexCoord();

  /** The owner of the virtual (or physical) channel; CHANNEL_NOT_AVAILABLE while there is none. */
  StreamingNode ownerOf(String channel);

  /** By node id, rising. */
  Map<Long, QueryNode> queryNodes();

  Map<Long, StreamingNode> streamingNodes();

  /** Any of them; the caller retries elsewhere. */
  DataNode dataNode();

  IndexNode indexNode();

  List<ProxyCache> proxies();
}
