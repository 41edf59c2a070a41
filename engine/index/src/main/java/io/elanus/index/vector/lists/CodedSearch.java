package io.elanus.index.vector.lists;

import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Reservoir;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;

/**
 * Looks at the slots of lists for one query: estimates them, and judges again what looks near, or
 * judges all that the filter keeps.
 *
 * @param kept which slots the filter keeps
 * @param distance what the judge tells
 */
record CodedSearch(
    InvertedLists lists,
    SlotRows rows,
    VectorQuery query,
    KeptSlots kept,
    Metric metric,
    Distance distance,
    Scratch scratch) {
  /** Beside k, so many candidates tell how far estimates are from the truth. */
  private static final int LEAST_JUDGED = 22;

  /** How wrong an estimate may be, in times of the usual. */
  private static final int DEVIATIONS = 3;

  /** Judges all rows that the filter keeps. */
  void gather(ListCodes.Judge judge) {
    rows.gather(query.eligible(), scratch.ordinals, count -> offer(count, query.range(), judge));
  }

  /** Offers slots of a list by their estimates; returns how many there are. */
  int estimated(int list, ListCodes.Asked asked) {
    int end = lists.starts()[list + 1];
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, end - from);
      asked.estimate(list, from, count, Ranked.distance(scratch.candidates.bound()), scratch);
      for (int first = 0; first < count; first += Long.SIZE) {
        long within = scratch.within[first / Long.SIZE];
        for (; within != 0; within &= within - 1) {
          int i = first + Long.numberOfTrailingZeros(within);
          scratch.candidates.offer(Ranked.of(scratch.distances[i], from + i));
        }
      }
    }
    return end - lists.starts()[list];
  }

  /** As above, those that the filter keeps; the nearest k are found, too. */
  int estimatedKept(int list, ListCodes.Asked asked) {
    int end = lists.starts()[list + 1];
    int compared = 0;
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, end - from);
      int some = kept.block(from, count, scratch.eligible);
      if (some == 0) {
        continue;
      }
      compared += some;
      asked.estimate(list, from, count, Ranked.distance(scratch.candidates.bound()), scratch);
      for (int first = 0; first < count; first += Long.SIZE) {
        long within = scratch.within[first / Long.SIZE] & scratch.eligible[first / Long.SIZE];
        for (; within != 0; within &= within - 1) {
          int i = first + Long.numberOfTrailingZeros(within);
          long ranked = Ranked.of(scratch.distances[i], from + i);
          scratch.candidates.offer(ranked);
          scratch.nearest.offer(ranked);
        }
      }
    }
    return compared;
  }

  /** Judges the slots of a list that the filter keeps; returns how many there are. */
  int judged(int list, ListCodes.Judge judge) {
    int eligible = 0;
    int count = 0;
    int end = lists.starts()[list + 1];
    for (int from = lists.starts()[list]; from < end; from += Scratch.BLOCK) {
      int block = Math.min(Scratch.BLOCK, end - from);
      kept.block(from, block, scratch.eligible);
      for (int first = 0; first < block; first += Long.SIZE) {
        long bits = scratch.eligible[first / Long.SIZE];
        for (; bits != 0; bits &= bits - 1) {
          scratch.ordinals[count++] = from + first + Long.numberOfTrailingZeros(bits);
          if (count == Scratch.BLOCK) {
            offer(count, query.range(), judge);
            eligible += count;
            count = 0;
          }
        }
      }
    }
    offer(count, query.range(), judge);
    return eligible + count;
  }

  /** Offers rows of the column by their judged distances. */
  private void offer(int count, ScoreRange range, ListCodes.Judge judge) {
    judge.distances(scratch.ordinals, count, scratch.distances);
    scratch.tooNear +=
        rows.offer(
            scratch.ordinals, scratch.distances, count, distance, range, metric, scratch.nearest);
  }

  /**
   * Finds the best rows among the candidate slots: the best by estimate are judged first, and tell
   * how wrong estimates are; then those that may be among the k nearest if theirs is wrong by three
   * times the usual.
   *
   * @return whether a row that is no candidate is hardly among the best, because its estimate,
   *     which is that of the last candidate at least, would have to be wrong by more
   */
  boolean rejudge(ListCodes.Judge judge) {
    int k = query.k();
    scratch.nearest.reset(k);
    Reservoir candidates = scratch.candidates;
    long[] pairs = candidates.pairs();
    int found = candidates.size();
    if (found == 0) {
      return true;
    }
    int first = Math.min(found, k + LEAST_JUDGED);
    candidates.part(first);
    double nearer = nearer(pairs, first, judge);
    int count = 0;
    long farthest = Long.MIN_VALUE;
    for (int i = first; i < found; i++) {
      farthest = Math.max(farthest, pairs[i]);
      float bound = Ranked.distance(scratch.nearest.bound());
      if (!(Ranked.distance(pairs[i]) + nearer > bound)) {
        scratch.ordinals[count++] = Ranked.row(pairs[i]);
      }
      if (count == Scratch.BLOCK) {
        offer(count, ScoreRange.NONE, judge);
        count = 0;
      }
    }
    offer(count, ScoreRange.NONE, judge);
    return !candidates.isFull()
        || found > first
            && Ranked.distance(farthest) + nearer > Ranked.distance(scratch.nearest.bound());
  }

  /** Judges the first candidates; returns by how much others are nearer than estimated, at most. */
  private double nearer(long[] pairs, int first, ListCodes.Judge judge) {
    double errors = 0;
    double squares = 0;
    for (int from = 0; from < first; from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, first - from);
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = Ranked.row(pairs[from + i]);
      }
      offer(count, ScoreRange.NONE, judge);
      for (int i = 0; i < count; i++) {
        double error = scratch.distances[i] - (double) Ranked.distance(pairs[from + i]);
        errors += error;
        squares += error * error;
      }
    }
    double mean = errors / first;
    double usual = Math.sqrt(Math.max(0, squares / first - mean * mean));
    // those that look nearest are less near than they look: the others are so by less than the mean
    return Math.min(mean, 0) - DEVIATIONS * usual;
  }
}
