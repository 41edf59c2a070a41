package io.elanus.coordinator.query;

import static java.lang.System.Logger.Level.DEBUG;

import io.elanus.roles.Directory;
import io.elanus.roles.QueryNode;
import io.elanus.schema.ElanusException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * What query nodes hold that this coordinator did not place there: an earlier one did, or the node
 * was a member before. It is placed anew where it is, as far as it is wanted; the rest is let go
 * once everything wished for is served, so that no view of an earlier coordinator loses a segment.
 */
final class Strays {
  private static final System.Logger LOG = System.getLogger(Strays.class.getName());

  private final Directory directory;
  private final Board board;
  private final Set<Long> unswept = ConcurrentHashMap.newKeySet();
  private volatile Map<Long, Set<Long>> found = Map.of();

  /** Loads run side by side; a sweep alone, or it would let go what is just being loaded. */
  private final ReadWriteLock access = new ReentrantReadWriteLock();

  Strays(Directory directory, Board board) {
    this.directory = directory;
    this.board = board;
  }

  /** These nodes were not looked at before. */
  void arrived(Collection<Long> nodes) {
    unswept.addAll(nodes);
  }

  /** Where segments are found before anything is placed, by segment; one of these nodes each. */
  Map<Long, Long> found(Set<Long> nodes) {
    Map<Long, Long> there = new HashMap<>();
    found.forEach((segment, holders) ->
        holders.stream()
            .filter(nodes::contains)
            .findFirst()
            .ifPresent(node -> there.put(segment, node)));
    return there;
  }

  /** Asks all nodes what they hold. */
  void look() {
    Map<Long, Set<Long>> seen = new HashMap<>();
    directory
        .queryNodes()
        .forEach((id, node) ->
            loaded(node)
                .ifPresent(loaded ->
                    loaded.forEach(segment ->
                        seen.computeIfAbsent(segment.segmentId(), absent -> new TreeSet<>())
                            .add(id))));
    found = Map.copyOf(seen);
  }

  /** Placements are known by now. */
  void lookNoMore() {
    found = Map.of();
  }

  private static Optional<List<QueryNode.Loaded>> loaded(QueryNode node) {
    try {
      return Optional.of(node.loaded());
    } catch (ElanusException silent) {
      LOG.log(DEBUG, "a query node does not tell what it holds", silent);
      return Optional.empty();
    }
  }

  void loading(Runnable load) {
    access.readLock().lock();
    try {
      load.run();
    } finally {
      access.readLock().unlock();
    }
  }

  /** Whether nodes are there that were not swept. */
  boolean areThere() {
    return !unswept.isEmpty();
  }

  /** Lets strays of unswept nodes go, unless loads run: then the next call does. */
  void sweep() {
    if (unswept.isEmpty() || !access.writeLock().tryLock()) {
      return;
    }
    try {
      Map<Long, QueryNode> nodes = directory.queryNodes();
      Set<Serving.Copy> placed = board.placed(); // nothing is being loaded
      for (long id : Set.copyOf(unswept)) {
        QueryNode node = nodes.get(id);
        if (node == null || swept(id, node, placed)) {
          unswept.remove(id);
        }
      }
    } finally {
      access.writeLock().unlock();
    }
  }

  private boolean swept(long id, QueryNode node, Set<Serving.Copy> placed) {
    try {
      List<Long> strays =
          node.loaded().stream()
              .map(QueryNode.Loaded::segmentId)
              .filter(segment -> !placed.contains(new Serving.Copy(segment, id)))
              .toList();
      if (!strays.isEmpty()) {
        node.release(strays);
      }
      return true;
    } catch (ElanusException silent) {
      LOG.log(DEBUG, "a query node was not swept", silent);
      return false;
    }
  }
}
