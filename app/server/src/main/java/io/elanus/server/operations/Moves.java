package io.elanus.server.operations;

import static java.lang.System.Logger.Level.WARNING;

import io.elanus.roles.Directory;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Changes that operators ask for. Nothing here waits long: what takes time is begun, and who asks
 * again is told how far it is.
 */
final class Moves {
  private static final System.Logger LOG = System.getLogger(Moves.class.getName());

  private final Site site;
  private final Inventory inventory;
  private final Map<Long, String> draining = new ConcurrentHashMap<>();

  Moves(Site site, Inventory inventory) {
    this.site = site;
    this.inventory = inventory;
  }

  /** Has a node's channels and segments served by others; how much is left. */
  OperatorRow drain(long node) {
    Directory directory = site.directory();
    boolean streams = directory.streamingNodes().containsKey(node);
    boolean queries = directory.queryNodes().containsKey(node);
    if (!streams && !queries) {
      throw new ElanusException(
              ErrorCode.INVALID_PARAMETER, "no streaming or query node has that id")
          .with("node", node);
    }
    checkOthers(streams, directory.streamingNodes().keySet(), "streaming");
    checkOthers(queries, directory.queryNodes().keySet(), "query");
    long segments = queries ? inventory.segmentsOnNodes().getOrDefault(node, 0) : 0;
    String failure = queries ? emptyInBackground(node) : "";
    boolean left = !streams || directory.dataCoord().drain(node);
    long channels =
        left
            ? 0
            : directory.dataCoord().channels().stream()
                .filter(channel -> channel.owner() == node)
                .count();
    return OperatorRow.of("node_id", node)
        .and("channels", channels)
        .and("segments", segments)
        .and("done", channels == 0 && segments == 0)
        .and("failure", failure);
  }

  private static void checkOthers(boolean concerned, Set<Long> nodes, String kind) {
    if (concerned && nodes.size() == 1) {
      throw new ElanusException(
          ErrorCode.RESOURCE_INSUFFICIENT, "there is no other " + kind + " node to hand over to");
    }
  }

  /** What the last attempt failed with; empty while it runs and when it succeeded. */
  private String emptyInBackground(long node) {
    String before = draining.putIfAbsent(node, "");
    if (before != null && before.isEmpty()) {
      return "";
    }
    draining.put(node, "");
    Thread.ofVirtual()
        .name("drain-" + node)
        .start(() -> {
          try {
            site.directory().queryCoord().drain(node);
            draining.remove(node);
          } catch (RuntimeException failed) {
            LOG.log(WARNING, "query node " + node + " is not drained yet", failed);
            draining.put(node, String.valueOf(failed.getMessage()));
          }
        });
    return before == null ? "" : before;
  }

  OperatorRow moveChannel(String channel, long node) {
    boolean done = site.directory().dataCoord().move(channel, node);
    return OperatorRow.of("channel", channel).and("node_id", node).and("done", done);
  }

  /** Waits for the segment to be loaded there. */
  OperatorRow moveSegment(long segment, long node) {
    site.directory().queryCoord().move(segment, node);
    return OperatorRow.of("segment_id", segment).and("node_id", node).and("done", true);
  }
}
