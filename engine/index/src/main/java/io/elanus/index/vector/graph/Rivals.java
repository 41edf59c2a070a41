package io.elanus.index.vector.graph;

import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.vectors.Distance;
import org.jspecify.annotations.Nullable;

/**
 * Rows elsewhere with which the answer of a graph will be merged. Where none of k rows found here
 * is nearer than the k-th of those, a walk of a quarter of the effort has shown it; where all are,
 * the whole effort is due, and between them its part. So a few fresh rows beside many sealed ones
 * cost a part of what a graph of their own would.
 *
 * @param distance of the k-th nearest row elsewhere
 * @param least slots to follow in any case
 * @param effort slots to follow where k are nearer
 */
record Rivals(float distance, int k, int least, int effort) {
  private static final int SHARE = 4;
  private static final int LEAST = 16;

  /** The rivals that a query names; null when it names none, or the effort is least anyway. */
  static @Nullable Rivals of(VectorQuery query, Distance distance, int effort) {
    int least = Math.max(query.k(), Math.max(LEAST, effort / SHARE));
    return Float.isNaN(query.toBeat()) || query.range() != ScoreRange.NONE || least >= effort
        ? null
        : new Rivals(distance.distance(query.toBeat()), query.k(), least, effort);
  }

  /** Slots to follow where so many are nearer than the rivals. */
  int width(int nearer) {
    return least + (int) ((long) (effort - least) * Math.min(nearer, k) / k);
  }
}
