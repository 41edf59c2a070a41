package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Tells QueryCoord of query nodes that are there and that this node cannot reach, so that its
 * shards get views without them: others may reach them all the same. Goes on to try, and to tell,
 * until it reaches them or they are gone.
 */
final class Unreached {
  private static final Duration AGAIN = Duration.ofSeconds(2);
  private static final System.Logger LOG = System.getLogger(Unreached.class.getName());

  private final long nodeId;
  private final Directory directory;
  private final Alarm alarm;
  private final Set<Long> unreached = ConcurrentHashMap.newKeySet();

  Unreached(long nodeId, Directory directory, Alarm alarm) {
    this.nodeId = nodeId;
    this.directory = directory;
    this.alarm = alarm;
  }

  /** Does not wait. */
  void tell(long queryNode) {
    if (isMember(queryNode) && unreached.add(queryNode)) {
      alarm.after(Duration.ZERO, () -> report(queryNode));
    }
  }

  /** Also one to which the connection broke, which {@link Directory#queryNodes} leaves out. */
  private boolean isMember(long queryNode) {
    return directory.stations().containsKey(queryNode);
  }

  private void report(long queryNode) {
    try {
      directory.queryCoord().cannotReach(nodeId, queryNode);
    } catch (ElanusException later) {
      LOG.log(DEBUG, "QueryCoord was not told of a query node that cannot be reached", later);
    }
    alarm.after(AGAIN, () -> look(queryNode));
  }

  private void look(long queryNode) {
    if (!isMember(queryNode) || reaches(queryNode)) {
      unreached.remove(queryNode);
    } else {
      report(queryNode);
    }
  }

  private boolean reaches(long queryNode) {
    QueryNode node = directory.queryNodes().get(queryNode);
    if (node == null) {
      return false;
    }
    try {
      node.usage();
      return true;
    } catch (ElanusException still) {
      LOG.log(DEBUG, "a query node still cannot be reached", still);
      return false;
    }
  }
}
