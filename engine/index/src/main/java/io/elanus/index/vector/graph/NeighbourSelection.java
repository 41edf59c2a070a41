package io.elanus.index.vector.graph;

import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.scan.Ranked;
import java.lang.foreign.MemorySegment;

/**
 * Chooses few links out of many candidates so that they lead in different directions: a candidate
 * is left out when a link already chosen is nearer to it, by the factor alpha, than the slot itself
 * is (HNSW's heuristic, algorithm 4; alpha as in DiskANN's robust prune), unless few remain. One
 * per thread.
 */
public final class NeighbourSelection {
  private static final int GROUP = 8;

  /**
   * Share of the degree up to which the nearest of those left out are chosen after all. In tight
   * clusters one link stands before all others, and a slot with a link or two is hardly ever
   * reached (glyphs, 40,000 × 784, ef 64: .966 without and .990 with).
   */
  private static final double FILLED = 0.75;

  private final Space space;
  private final float alpha;
  private final float offset;
  private final int[] group = new int[GROUP];
  private final float[] between = new float[GROUP];
  private long[] left = new long[64];

  /**
   * A selection in a space whose rows are prepared queries as they are.
   *
   * @param offset added to distances, so that none is negative where alpha is not 1
   */
  public NeighbourSelection(Space space, float alpha, float offset) {
    this.space = space;
    this.alpha = alpha;
    this.offset = offset;
  }

  /**
   * Moves the chosen pairs to the front.
   *
   * @param pairs [count] distance from the slot and candidate, ascending; the slot itself is not
   *     among them
   * @return how many were chosen, at most {@code degree}
   */
  public int select(long[] pairs, int count, int degree) {
    if (left.length < count) {
      left = new long[count];
    }
    int chosen = 0;
    int leftOut = 0;
    for (int i = 0; i < count && chosen < degree; i++) {
      long candidate = pairs[i];
      if (i > 0 && isEqual(candidate, pairs[0])) {
        continue;
      }
      if (leadsElsewhere(candidate, pairs, chosen)) {
        pairs[chosen++] = candidate;
      } else {
        left[leftOut++] = candidate;
      }
    }
    int least = (int) (degree * FILLED);
    for (int i = 0; i < leftOut && chosen < least; i++) {
      pairs[chosen++] = left[i];
    }
    return chosen;
  }

  /**
   * Whether a candidate is the same row as the nearest. A slot links to one of its equals: with
   * links to all of them it would lead nowhere else.
   */
  private boolean isEqual(long candidate, long nearest) {
    return Ranked.distance(candidate) == Ranked.distance(nearest)
        && space.row(Ranked.row(candidate)).mismatch(space.row(Ranked.row(nearest))) < 0;
  }

  private boolean leadsElsewhere(long candidate, long[] pairs, int chosen) {
    float limit = (Ranked.distance(candidate) + offset) / alpha;
    MemorySegment row = space.row(Ranked.row(candidate));
    for (int from = 0; from < chosen; from += GROUP) {
      int count = Math.min(GROUP, chosen - from);
      for (int i = 0; i < count; i++) {
        group[i] = Ranked.row(pairs[from + i]);
      }
      space.distances(row, group, count, between);
      for (int i = 0; i < count; i++) {
        if (between[i] + offset < limit) {
          return false;
        }
      }
    }
    return true;
  }
}
