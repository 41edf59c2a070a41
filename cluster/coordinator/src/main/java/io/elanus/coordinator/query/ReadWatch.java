package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.DEBUG;
import static java.lang.System.Logger.Level.INFO;

import io.elanus.coordinator.ledger.Background;
import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Asks query nodes every ten seconds what they have to do, as long as there are several. */
final class ReadWatch {
  private static final System.Logger LOG = System.getLogger(ReadWatch.class.getName());
  private static final long PAUSE_MILLIS = 10_000;

  private final Directory directory;
  private final Board board;
  private final Background background;
  private final Runnable uneven;
  private final AtomicBoolean asking = new AtomicBoolean();

  /**
   * @param uneven is called when segments have come to weigh something else
   */
  ReadWatch(Directory directory, Board board, Background background, Runnable uneven) {
    this.directory = directory;
    this.board = board;
    this.background = background;
    this.uneven = uneven;
  }

  /** Does nothing while it asks already. */
  void begin() {
    if (directory.queryNodes().size() > 1 && asking.compareAndSet(false, true)) {
      background.after(PAUSE_MILLIS, this::ask);
    }
  }

  private void ask() {
    Map<Long, QueryNode> nodes = directory.queryNodes();
    if (nodes.size() < 2) {
      asking.set(false);
      return;
    }
    Map<Long, QueryNode.Usage> usages = new ConcurrentHashMap<>();
    background.all(
        nodes.entrySet().stream()
            .map(node -> (Runnable) () -> ask(node.getKey(), node.getValue(), usages))
            .toList());
    long now = TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    if (board.reads().told(usages, board.viewed(), now)) {
      LOG.log(INFO, "query nodes have come to be read from unevenly; segments are weighed anew");
      uneven.run();
    }
    background.after(PAUSE_MILLIS, this::ask);
  }

  private static void ask(long id, QueryNode node, Map<Long, QueryNode.Usage> usages) {
    try {
      usages.put(id, node.usage());
    } catch (ElanusException silent) {
      LOG.log(DEBUG, "query node " + id + " does not tell what it has to do", silent);
    }
  }
}
