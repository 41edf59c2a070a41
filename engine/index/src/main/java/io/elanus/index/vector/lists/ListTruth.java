package io.elanus.index.vector.lists;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.clusters.Clusters;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * The nearest rows of one stored row, itself apart, and how many of them lie in the lists that are
 * visited.
 *
 * @param own its number
 * @param farthest [2] up to which distance a row counts among the 10 and the 100 nearest; as many
 *     as are that near do
 * @param visited [2][efforts] how many of the 10 and of the 100 lie in the lists of each effort
 */
record ListTruth(int own, float[] farthest, int[][] visited) {
  /** Nearest rows that are asked for. */
  static final int[] WANTED = {10, 100};

  /**
   * Compares one row with all of them.
   *
   * @param order [lists] in which they are visited
   * @param clusters of the rows
   * @param list [rows] of each row
   * @param efforts numbers of lists asked for
   */
  static ListTruth of(
      RowTable stored,
      int own,
      int[] order,
      Clusters clusters,
      int[] list,
      int[] efforts,
      BuildContext context) {
    NearRows near = new NearRows(WANTED[1]);
    compare(stored, own, near, context);
    long[] sorted = near.nearest();
    float[] farthest = new float[WANTED.length];
    int[][] visited = new int[WANTED.length][];
    for (int i = 0; i < WANTED.length; i++) {
      farthest[i] = Ranked.asNear(Ranked.distance(sorted[WANTED[i] - 1]));
      int[] nearOfList = near.perList(farthest[i], list, order.length);
      visited[i] = visited(nearOfList, WANTED[i], order, clusters, efforts);
    }
    return new ListTruth(own, farthest, visited);
  }

  /**
   * Counts near rows in the lists that {@link ListVisit} visits.
   *
   * @param near [lists] of each list
   */
  private static int[] visited(
      int[] near, int wanted, int[] order, Clusters clusters, int[] efforts) {
    int[] visited = new int[efforts.length];
    int place = 0;
    int found = 0;
    long compared = 0;
    for (int i = 0; i < efforts.length; i++) {
      long least = (long) clusters.slots() * efforts[i] / order.length;
      while (place < order.length
          && (place < efforts[i] || compared < Math.max(least, wanted + 1))) {
        int next = order[place++];
        found += near[next];
        compared += clusters.starts()[next + 1] - clusters.starts()[next];
      }
      visited[i] = Math.min(wanted, found);
    }
    return visited;
  }

  /** Offers all rows but the one itself. */
  private static void compare(RowTable stored, int own, NearRows near, BuildContext context) {
    Space space = Space.of(stored);
    int[] slots = new int[Scratch.BLOCK];
    float[] distances = new float[Scratch.BLOCK];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment query = space.prepared(own, arena);
      for (int first = 0; first < stored.count(); first += Scratch.BLOCK) {
        context.stopIfCancelled();
        int count = Math.min(Scratch.BLOCK, stored.count() - first);
        for (int i = 0; i < count; i++) {
          slots[i] = first + i;
        }
        space.distances(query, slots, count, distances);
        for (int i = 0; i < count; i++) {
          if (slots[i] != own) {
            near.offer(distances[i], slots[i]);
          }
        }
      }
    }
  }

  /** How many of the rows found, in the order of an answer, count among those wanted. */
  int hits(RowTable stored, int[] found, int wanted) {
    int[] others = Arrays.stream(found).filter(row -> row >= 0 && row != own).toArray();
    int count = Math.min(others.length, WANTED[wanted]);
    float[] distances = new float[count];
    Space space = Space.of(stored);
    try (Arena arena = Arena.ofConfined()) {
      space.distances(space.prepared(own, arena), others, count, distances);
    }
    int hits = 0;
    for (float distance : distances) {
      hits += distance <= farthest[wanted] ? 1 : 0;
    }
    return hits;
  }
}
