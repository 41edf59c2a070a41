package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.Space;
import java.lang.foreign.MemorySegment;

/**
 * The end of one thread's walks whose links are on disk: it goes on from the pool of a {@link
 * GraphWalk} that has entered the graph, and leaves in it what it finds.
 */
final class PagedWalk {
  private final GraphWalk entered;
  private int[] neighbours = new int[0];
  private int[] unvisited = new int[0];
  private int[] positions = new int[0];
  private float[] distances = new float[0];

  PagedWalk(GraphWalk entered) {
    this.entered = entered;
  }

  /**
   * Follows links until every slot of the pool is marked.
   *
   * @param beam nodes to ask for at a time
   */
  void explore(Space space, MemorySegment query, PagedLinks nodes, int beam) {
    reserve(nodes.degree());
    CandidatePool pool = entered.pool;
    long[] visited = entered.visitedAtPool(nodes.slots());
    int steps = 0;
    for (int slot = pool.advance(); slot >= 0; slot = pool.advance()) {
      if (steps++ % beam == 0) {
        nodes.askFor(pool, beam);
      }
      int linked = nodes.neighbours(slot, neighbours);
      int inline = Math.min(linked, nodes.inline());
      int count = unvisited(visited, nodes.slots(), 0, inline);
      nodes.distances(space.kernel(), query, slot, positions, count, distances);
      pool.addAll(unvisited, distances, count);
      count = unvisited(visited, nodes.slots(), inline, linked);
      space.distances(query, unvisited, count, distances);
      pool.addAll(unvisited, distances, count);
    }
  }

  private void reserve(int degree) {
    if (neighbours.length < degree) {
      neighbours = new int[degree];
      unvisited = new int[degree];
      positions = new int[degree];
      distances = new float[degree];
    }
  }

  /** Collects those of the neighbours just read that no walk has seen, and where they are. */
  private int unvisited(long[] visited, int slots, int from, int to) {
    int beyond = 0;
    int count = 0;
    for (int i = from; i < to; i++) {
      int neighbour = neighbours[i];
      beyond |= slots - 1 - neighbour;
      long bit = 1L << neighbour;
      if ((visited[neighbour >>> 6] & bit) == 0) {
        visited[neighbour >>> 6] |= bit;
        unvisited[count] = neighbour;
        positions[count++] = i;
      }
    }
    GraphWalk.checkLinks(beyond);
    return count;
  }
}
