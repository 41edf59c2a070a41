package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.QueryMemory;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One thread's walks through graphs: best-first search with a bounded pool (HNSW, arXiv 1603.09320,
 * algorithms 2 and 5). It departs from the paper in computing distances for all new neighbours of a
 * slot at once, and in starting from the best of many entries. Where links are on disk, a {@link
 * PagedWalk} goes on from its pool.
 */
public final class GraphWalk {
  /** Entries and upper slots from which the next layer is searched. */
  private static final int WIDTH = 4;

  /** Entries that lower bounds do not prune. */
  private static final int UNPRUNED_ENTRIES = 16;

  /** No slot. */
  static final int NONE = -1;

  public final CandidatePool pool = new CandidatePool();
  private long[] visited = new long[0];
  private int[] neighbours = new int[64];
  private int[] unvisited = new int[GraphLayers.MOST_ENTRIES];
  private float[] distances = new float[GraphLayers.MOST_ENTRIES];
  private final QueryMemory queryMemory = new QueryMemory();
  private final QueryMemory lowerBoundsMemory = new QueryMemory();
  private int avoided = NONE;
  private int slots;
  private @Nullable Space lowerBounds;
  private MemorySegment lowerBoundsQuery = MemorySegment.NULL;
  private int followed;
  private int bounded;
  private int compared;

  /** Prepares a row as the query of the next walks and returns it. */
  public MemorySegment prepare(Space space, MemorySegment row) {
    return prepare(space, null, row);
  }

  /**
   * Prepares a row as the query of the next walks and returns it.
   *
   * @param bounds the same slots by distances that are most likely lower bounds of those of the
   *     space: slots that they say are too far are not looked at any closer
   */
  MemorySegment prepare(Space space, @Nullable Space bounds, MemorySegment row) {
    MemorySegment query = queryMemory.atLeast(space.kernel().queryBytes());
    space.kernel().prepare(row, query);
    lowerBounds = bounds;
    followed = 0;
    bounded = 0;
    compared = 0;
    if (bounds != null) {
      lowerBoundsQuery = lowerBoundsMemory.atLeast(bounds.kernel().queryBytes());
      bounds.kernel().prepare(row, lowerBoundsQuery);
    }
    return query;
  }

  /** What was done since the query was prepared, but for nodes on disk. */
  WalkCounts counts() {
    return new WalkCounts(followed, bounded, compared);
  }

  /** Makes room for slots and links. */
  public void resize(int slots, int degree) {
    if (visited.length < (slots + 63) >>> 6) {
      visited = new long[(slots + 63) >>> 6];
    }
    if (neighbours.length < degree) {
      neighbours = new int[degree];
      unvisited = new int[Math.max(degree, unvisited.length)];
      distances = new float[unvisited.length];
    }
  }

  /**
   * Fills the pool with the start of a search of the base layer: the nearest entries, walked down
   * the upper layers.
   *
   * @param entries of which the first {@code entered} are compared
   * @param capacity of the pool afterwards
   */
  public void descend(
      Space space,
      MemorySegment query,
      int[] entries,
      int entered,
      List<PackedLinks> upper,
      int capacity) {
    enter(space, query, entries, entered);
    descend(space, query, upper, capacity);
  }

  /**
   * Compares entries and fills the pool with the nearest; their distances can be read until then,
   * unless there are lower bounds, which prune most of them.
   */
  void enter(Space space, MemorySegment query, int[] entries, int entered) {
    int[] passed = entries;
    int count = entered;
    if (lowerBounds != null && entered > UNPRUNED_ENTRIES) {
      pool.reset(UNPRUNED_ENTRIES);
      lowerBounds.distances(lowerBoundsQuery, entries, entered, distances);
      pool.addDifferent(entries, distances, entered);
      count = pool.size();
      for (int i = 0; i < count; i++) {
        unvisited[i] = pool.slot(i);
      }
      passed = unvisited;
      bounded += entered;
    }
    compared += count;
    pool.reset(WIDTH);
    space.distances(query, passed, count, distances);
    pool.addAll(passed, distances, count);
  }

  /** Walks the pool down the upper layers. */
  public void descend(Space space, MemorySegment query, List<PackedLinks> upper, int capacity) {
    for (PackedLinks layer : upper) {
      pool.restart(WIDTH, WIDTH);
      explore(space, query, layer, layer.slots());
    }
    pool.restart(WIDTH, capacity);
  }

  /** The distance of an entry that was just compared. */
  float enteredDistance(int i) {
    return distances[i];
  }

  /** Keeps the next walks away from a slot, which is not in their pool. */
  void avoid(int slot) {
    avoided = slot;
  }

  /** Follows links until every slot of the pool is marked. */
  public void explore(Space space, MemorySegment query, Links links, int slots) {
    startAtPool(slots);
    follow(space, query, links, Integer.MAX_VALUE);
  }

  /** As {@link #explore}, as far as rivals leave a chance; returns how many were followed. */
  int explore(Space space, MemorySegment query, Links links, int slots, Rivals rivals) {
    startAtPool(slots);
    int width = 0;
    for (int wanted = rivals.least();
        wanted > width;
        wanted = rivals.width(pool.nearer(rivals.distance()))) {
      width = wanted;
      follow(space, query, links, width);
    }
    return width;
  }

  private void follow(Space space, MemorySegment query, Links links, int first) {
    for (int slot = pool.advance(first); slot >= 0; slot = pool.advance(first)) {
      int count = pruned(unvisited(links, slot));
      followed++;
      compared += count;
      space.distances(query, unvisited, count, distances);
      pool.addAll(unvisited, distances, count);
    }
  }

  /** Keeps of the slots just collected those whose lower bounds are near enough for the pool. */
  private int pruned(int count) {
    if (lowerBounds == null || !pool.isFull()) {
      return count;
    }
    bounded += count;
    lowerBounds.distances(lowerBoundsQuery, unvisited, count, distances);
    float farthest = pool.farthest();
    int kept = 0;
    for (int i = 0; i < count; i++) {
      unvisited[kept] = unvisited[i];
      kept += distances[i] < farthest ? 1 : 0;
    }
    return kept;
  }

  /** The slots that were seen, a bit each, for a walk of this pool that goes on elsewhere. */
  long[] visitedAtPool(int slots) {
    startAtPool(slots);
    return visited;
  }

  /** Forgets what was seen of the first so many slots but for the pool. */
  private void startAtPool(int slotCount) {
    slots = slotCount;
    Arrays.fill(visited, 0, (slots + 63) >>> 6, 0L);
    for (int i = 0; i < pool.size(); i++) {
      int slot = pool.slot(i);
      visited[slot >>> 6] |= 1L << slot;
    }
    if (avoided != NONE) {
      visited[avoided >>> 6] |= 1L << avoided;
    }
  }

  /** Collects the links of a slot that no walk has seen, without a branch on what it finds. */
  private int unvisited(Links links, int slot) {
    int linked = neighbours(links, slot, neighbours);
    int last = slots - 1;
    int beyond = 0;
    int count = 0;
    for (int i = 0; i < linked; i++) {
      int neighbour = neighbours[i];
      beyond |= last - neighbour;
      long word = visited[neighbour >>> 6];
      long bit = 1L << neighbour;
      unvisited[count] = neighbour;
      count += (word & bit) == 0 ? 1 : 0;
      visited[neighbour >>> 6] = word | bit;
    }
    checkLinks(beyond);
    return count;
  }

  /**
   * Ends a walk in a file that was overwritten, before anything is read by a link that leads
   * nowhere: kernels do not look where they read. A link below 0 is beyond every array of bits.
   *
   * @param beyond the last slot less each link, or-ed: negative where one leads beyond it
   */
  static void checkLinks(int beyond) {
    if (beyond < 0) {
      throw new IndexOutOfBoundsException("a link of a graph leads nowhere");
    }
  }

  /**
   * The links of a slot. Those of files are asked by their own name: the compiler, which meets
   * three kinds of links here, would not inline them otherwise.
   */
  static int neighbours(Links links, int slot, int[] neighbours) {
    return links instanceof PackedLinks packed
        ? packed.neighbours(slot, neighbours)
        : links.neighbours(slot, neighbours);
  }
}
