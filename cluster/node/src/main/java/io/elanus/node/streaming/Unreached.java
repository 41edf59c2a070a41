package io.elanus.node.streaming;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Tells QueryCoord of query nodes that this node cannot reach, so that its shards get views without
 * them: others may reach them all the same. Of each node once a second at most.
 */
final class Unreached {
  private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final System.Logger LOG = System.getLogger(Unreached.class.getName());

  private final long nodeId;
  private final Directory directory;
  private final ExecutorService calls;
  private final Map<Long, Long> toldNanos = new ConcurrentHashMap<>();

  /**
   * @param calls virtual threads
   */
  Unreached(long nodeId, Directory directory, ExecutorService calls) {
    this.nodeId = nodeId;
    this.directory = directory;
    this.calls = calls;
  }

  /** Does not wait. One that is known to be gone is known to QueryCoord as well. */
  void tell(long queryNode) {
    if (!directory.queryNodes().containsKey(queryNode)) {
      toldNanos.remove(queryNode);
      return;
    }
    long now = System.nanoTime();
    long told =
        toldNanos.merge(queryNode, now, (last, next) -> next - last < AGAIN_NANOS ? last : next);
    if (told != now) {
      return;
    }
    try {
      calls.execute(() -> report(queryNode));
    } catch (RejectedExecutionException stopping) {
      LOG.log(DEBUG, "the process is stopping", stopping);
    }
  }

  private void report(long queryNode) {
    try {
      directory.queryCoord().cannotReach(nodeId, queryNode);
    } catch (ElanusException later) {
      LOG.log(DEBUG, "QueryCoord was not told of a query node that cannot be reached", later);
    }
  }
}
