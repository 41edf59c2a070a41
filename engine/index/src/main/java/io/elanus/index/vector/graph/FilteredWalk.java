package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.SlotRows;
import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * One thread's walks over the slots that a filter keeps, through those that it rejects (ACORN,
 * arXiv 2403.04871): a rejected neighbour stands for its own neighbours, and distances are computed
 * for eligible slots only. It goes on until it has followed the links of the nearest {@code ef}
 * eligible slots it knows, or has cost more than it may.
 *
 * <p>It departs from the paper in that the links of a rejected slot are read once a walk at most
 * and only while a step has found little, so that a filter that keeps most slots costs next to
 * nothing; and in that it starts from every eligible entry as well as from what is nearest to the
 * query: what is eligible may lie elsewhere altogether. Where next to nothing of what is nearest is
 * eligible, as {@link #probed} and {@link #liesInHole} tell, {@link FilteredSearch} walks through
 * everything instead, and this keeps what is eligible of that (decision 0021).
 */
final class FilteredWalk {
  /**
   * Eligible slots met after which a step passes through no more rejected ones, where few are
   * eligible; the more there are, the fewer a step needs.
   */
  private static final int ENOUGH = 36;

  /** Slots looked at around a query: as many as have so many eligible ones by chance. */
  private static final int EXPECTED = 24;

  private static final int LEAST_SEEN = 128;
  private static final int MOST_SEEN = 4096;

  /**
   * Of so many nearest slots, eligible or not, the eligible are counted: as many as are expected.
   */
  private static final int PROBED_EXPECTED = 8;

  private static final int LEAST_PROBED = 16;
  private static final int MOST_PROBED = 48;

  /** Below this share so few are expected that their absence tells nothing. */
  private static final double LEAST_SHARE = 3.0 / MOST_PROBED;

  /** Eligible slots are missing around a query where there are so many times fewer than usual. */
  private static final int MISSING = 5;

  /** Nearest slots whose neighbours are looked at although a filter rejects them. */
  private static final int PASSED_FIRST = 4;

  /** What reading the links of a slot costs, in comparisons of a scan. */
  static final int LINKS_COST = 2;

  /**
   * What a walk pays for one comparison, in comparisons of a scan, which needs no links and reads
   * ahead.
   */
  static final int COMPARISON_COST = 2;

  final CandidatePool pool = new CandidatePool();
  private long[] visited = new long[0];
  private int[] neighbours = new int[0];
  private int[] around = new int[0];
  private int[] rejected = new int[0];
  private int[] collected = new int[0];
  private float[] distances = new float[0];
  private int slots;
  private int count;
  private int enough;

  /**
   * Empties the pool and forgets what was seen.
   *
   * @param share of eligible slots
   */
  void start(int slotCount, int degree, double share) {
    slots = slotCount;
    int words = (slots + 63) >>> 6;
    if (visited.length < words) {
      visited = new long[words];
    } else {
      Arrays.fill(visited, 0, words, 0L);
    }
    if (neighbours.length < degree) {
      neighbours = new int[degree];
      around = new int[degree];
      rejected = new int[degree];
      collected = new int[2 * degree + ENOUGH];
      distances = new float[collected.length];
    }
    enough = (int) Math.max(8, ENOUGH - 32 * share);
    pool.reset(GraphLayers.ENTRIES);
  }

  /**
   * How much rarer eligible slots are around the query than anywhere: 1 for a filter that has
   * nothing to do with the query, towards 0 for one that keeps what is far from it.
   *
   * @param nearest slots around the query
   * @param share of eligible slots among all
   */
  double affinity(HnswSearch search, CandidatePool nearest, Bits eligible, double share) {
    Links links = search.graph().base();
    double wanted = Math.clamp(EXPECTED / share, LEAST_SEEN, MOST_SEEN);
    if (around.length < MOST_SEEN + links.degree()) {
      around = new int[MOST_SEEN + links.degree()];
    }
    int seen = 0;
    int kept = 0;
    for (int i = 0; i < nearest.size(); i++) {
      around[seen++] = nearest.slot(i);
    }
    for (int next = 0; next < seen && seen < wanted; next++) {
      int linked = GraphWalk.neighbours(links, around[next], neighbours);
      System.arraycopy(neighbours, 0, around, seen, linked);
      seen += linked;
    }
    for (int i = 0; i < seen; i++) {
      kept += eligible.get(search.rows().row(around[i])) ? 1 : 0;
    }
    return kept / (seen * share);
  }

  /**
   * How many slots nearest to the query are worth finding before a filtered walk, to see whether
   * the filter has left out what is near; 0 where they would not tell.
   *
   * @param share of eligible slots among all
   */
  static int probed(double share) {
    return share < LEAST_SHARE
        ? 0
        : Math.clamp((int) (PROBED_EXPECTED / share), LEAST_PROBED, MOST_PROBED);
  }

  /** Whether next to nothing of what is nearest to the query is eligible. */
  static boolean liesInHole(CandidatePool nearest, SlotRows rows, Bits eligible, double share) {
    int kept = 0;
    for (int i = 0; i < nearest.size(); i++) {
      kept += eligible.get(rows.row(nearest.slot(i))) ? 1 : 0;
    }
    return kept * MISSING < nearest.size() * share;
  }

  /** Fills the pool with the nearest eligible slots of another, as many as wanted. */
  void keep(CandidatePool nearest, SlotRows rows, Bits eligible, int wanted) {
    pool.reset(wanted);
    for (int i = 0; i < nearest.size() && !pool.isFull(); i++) {
      if (eligible.get(rows.row(nearest.slot(i)))) {
        pool.add(nearest.slot(i), nearest.distance(i));
      }
    }
  }

  /** How many slots of another pool are no farther than the k nearest of this one. */
  int passed(CandidatePool nearest, int k) {
    return pool.size() < k ? nearest.size() : nearest.nearer(pool.distance(k - 1)) + 1;
  }

  /** Adds an eligible slot to start from. */
  void add(int slot, float distance) {
    if (isNew(slot)) {
      pool.add(slot, distance);
    }
  }

  /**
   * Walks the base layer from the pool on.
   *
   * @param nearest slots, eligible or not, to start from as well
   * @param ef eligible slots that the pool keeps
   * @param budget what it may cost, in comparisons of a scan
   * @return whether the walk came to its end
   */
  boolean explore(
      HnswSearch search,
      CandidatePool nearest,
      MemorySegment query,
      Bits eligible,
      int ef,
      long budget) {
    pool.restart(ef, ef);
    long cost = 0;
    for (int i = 0; i < nearest.size(); i++) {
      int slot = nearest.slot(i);
      if (eligible.get(search.rows().row(slot))) {
        add(slot, nearest.distance(i));
      } else if (i < PASSED_FIRST) {
        cost += step(search, query, slot, eligible);
      }
    }
    for (int slot = pool.advance(); slot >= 0; slot = pool.advance()) {
      cost += step(search, query, slot, eligible);
      if (cost > budget) {
        return false;
      }
    }
    return true;
  }

  /** Compares the new eligible slots around a slot; returns what it cost. */
  private int step(HnswSearch search, MemorySegment query, int slot, Bits eligible) {
    Links links = search.graph().base();
    int linked = GraphWalk.neighbours(links, slot, neighbours);
    count = 0;
    int passable = collect(search.rows(), eligible, neighbours, linked, rejected);
    int met = linked - passable;
    int passed = 0;
    while (passed < passable && met < enough) {
      int through = rejected[passed++];
      if (isNew(through)) {
        int reached = GraphWalk.neighbours(links, through, around);
        met += reached - collect(search.rows(), eligible, around, reached, around);
      }
    }
    search.walked().distances(query, collected, count, distances);
    pool.addAll(collected, distances, count);
    return COMPARISON_COST * count + LINKS_COST * (1 + passed);
  }

  /** Collects new eligible slots; the rejected of them go to {@code others}, counted. */
  private int collect(SlotRows rows, Bits eligible, int[] linked, int size, int[] others) {
    int beyond = 0;
    int otherCount = 0;
    for (int i = 0; i < size; i++) {
      int slot = linked[i];
      beyond |= slots - 1 - slot;
      if (eligible.get(rows.row(slot))) {
        long word = visited[slot >>> 6];
        long bit = 1L << slot;
        collected[count] = slot;
        count += (word & bit) == 0 ? 1 : 0;
        visited[slot >>> 6] = word | bit;
      } else {
        others[otherCount++] = slot;
      }
    }
    GraphWalk.checkLinks(beyond);
    return otherCount;
  }

  private boolean isNew(int slot) {
    long word = visited[slot >>> 6];
    visited[slot >>> 6] = word | 1L << slot;
    return (word & 1L << slot) == 0;
  }
}
