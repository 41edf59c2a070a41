package io.elanus.index.vector.graph;

import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.scan.Scratch;

/** Judges what a walk or a scan of codes found by the distances of full rows. */
record ExactAnswers(HnswSearch search) {
  /** Candidates that are judged at least. */
  static final int MINIMUM_REFINED = 64;

  /** Found slots whose exact distances are computed; of a range, all. */
  static int candidates(VectorQuery query, int ef) {
    if (query.range() != ScoreRange.NONE) {
      return Integer.MAX_VALUE;
    }
    double asked = (double) query.k() * query.parameters().refineFactor();
    return Math.max(candidates(query.k(), ef), (int) Math.min(asked, Integer.MAX_VALUE));
  }

  static int candidates(int k, int ef) {
    return Math.max(Math.max(2 * k, ef / 2), MINIMUM_REFINED);
  }

  /**
   * Computes exact distances of the nearest found, keeps those in the range and counts those that
   * are too near for it.
   *
   * @param wanted how many of what the walk found are judged
   * @param led how many are in front of that, found by no walk
   * @return whether what was found reaches beyond the far end of the range, so that nothing in it
   *     is missing
   */
  boolean refine(int k, int wanted, int led, ScoreRange range, GraphScratch scratch) {
    boolean ranged = range != ScoreRange.NONE;
    int refined = (int) Math.min((long) wanted + led, scratch.found());
    scratch.nearest.reset(k);
    scratch.countTooNear(0);
    float farthest = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < refined; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, refined - from);
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = scratch.foundSlot(from + i);
      }
      search.exact().distances(scratch.exactQuery(0), scratch.ordinals, count, scratch.distances);
      for (int i = Math.max(0, led - from); i < count; i++) {
        farthest = Math.max(farthest, scratch.distances[i]);
      }
      offer(count, range, scratch);
    }
    return ranged && refined > led && isBeyond(range, search.form().distance().score(farthest));
  }

  private boolean isBeyond(ScoreRange range, float score) {
    return search.spec().metric().largerIsBetter() ? score <= range.low() : score >= range.high();
  }

  /** Offers rows of the column by their full distances, and counts those too near for a range. */
  void offer(int count, ScoreRange range, GraphScratch scratch) {
    int tooNear =
        search
            .rows()
            .offer(
                scratch.ordinals,
                scratch.distances,
                count,
                search.form().distance(),
                range,
                search.spec().metric(),
                scratch.nearest);
    scratch.countTooNear(scratch.tooNear() + tooNear);
  }
}
