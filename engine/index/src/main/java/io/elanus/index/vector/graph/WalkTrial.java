package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.rows.Space;

/**
 * A search and what its walks read for rows of the segment, at the least effort that reaches the
 * recall of a search that asks for nothing. Reads are counted, not timed, so that what is chosen by
 * them is the same on every machine.
 *
 * @param bytes read by all walks of the trial together, 0 where nothing was asked
 */
record WalkTrial(HnswSearch search, double bytes) {
  /** What preparing an element of a query costs, in bytes read, for codes and for signs. */
  private static final int CODES_PREPARATION = 24;

  private static final int SIGNS_PREPARATION = 45;

  /** Share of what remains of a trial that the next number of entries is. */
  private static final double NEXT_SHARE = 0.5;

  /** There is one entry for so many slots, at most. */
  static final int SLOTS_PER_ENTRY = 8;

  /** The most entries that {@link #entered} may try over so many slots. */
  static int mostEntries(int slots) {
    int entries = GraphLayers.ENTRIES;
    while (4 * entries <= Math.min(GraphLayers.MOST_ENTRIES, slots / SLOTS_PER_ENTRY)) {
      entries *= 4;
    }
    return entries;
  }

  /**
   * Asks the search as it is.
   *
   * @param share of the build that this is
   */
  static WalkTrial of(HnswSearch search, RecallMeasure measure, BuildContext share) {
    if (measure.asked() == 0) {
      return new WalkTrial(search, 0);
    }
    HnswSearch told = search.over(search.graph(), measure.trial(search, share));
    int effort = told.measured().effort(MeasuredRecall.DEFAULT_TARGET, RecallMeasure.TEN);
    WalkCounts read = measure.counts(told, effort);
    Space lowerBounds = told.lowerBounds();
    int preparation =
        (lowerBounds == null ? 0 : SIGNS_PREPARATION) + (told.coded() ? CODES_PREPARATION : 0);
    double bytes =
        read.followed() * 4.0 * PackedLinks.stride(told.graph().base().degree())
            + read.compared() * (double) told.walked().stride()
            + (lowerBounds == null ? 0 : read.bounded() * (double) lowerBounds.stride())
            + (double) measure.tried() * preparation * told.form().dimension();
    return new WalkTrial(told, bytes);
  }

  /**
   * Asks the search as it is and, while that could pay, from more entries. Where clusters lie apart
   * no walk leads from one to the other: more of them are entered.
   *
   * @param share of the build that this is
   */
  static WalkTrial entered(HnswSearch search, RecallMeasure measure, BuildContext share) {
    RemainingWork work = new RemainingWork(share);
    WalkTrial best = of(search, measure, work.next(NEXT_SHARE));
    if (measure.asked() == 0) {
      return best;
    }
    int most = mostEntries(measure.count());
    for (int entries = 4 * GraphLayers.ENTRIES; entries <= most; entries *= 4) {
      Space first = search.lowerBounds() == null ? search.walked() : search.lowerBounds();
      if (best.reaches() && best.bytes() < (double) measure.tried() * entries * first.stride()) {
        break;
      }
      WalkTrial next =
          of(
              search.over(search.graph().enteredAt(entries), MeasuredRecall.NONE),
              measure,
              work.next(NEXT_SHARE));
      best = next.beats(best) ? next : best;
    }
    return best;
  }

  /** Whether some effort reached the recall. */
  boolean reaches() {
    return recall() >= MeasuredRecall.DEFAULT_TARGET;
  }

  /** The best recall of any effort. */
  float recall() {
    return search.measured().best();
  }

  /** Whether it reaches the recall and reads less, or comes nearer to it where neither does. */
  boolean beats(WalkTrial other) {
    if (reaches() != other.reaches()) {
      return reaches();
    }
    return reaches() ? bytes < other.bytes : recall() > other.recall();
  }
}
