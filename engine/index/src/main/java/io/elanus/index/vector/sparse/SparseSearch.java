package io.elanus.index.vector.sparse;

import io.elanus.index.Neighbors;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import io.elanus.vectors.Distance;
import java.util.Arrays;

/**
 * One search of postings: MaxScore (Turtle and Flood, 1995) in windows of rows that fit the cache,
 * with the bounds of blocks (Ding and Suel, 2011). Of each window the terms that may lift a row
 * over the k-th score are summed up (SINDI, arXiv 2509.08395); the others are looked up only for
 * rows that can still get there. Where a filter leaves few rows of a window, all terms are looked
 * up for these.
 *
 * <p>Sums are double and rounded once, so that the order of the terms does not show.
 */
final class SparseSearch {
  private static final int LARGEST_WINDOW = 1 << 14;
  private static final int FIRST_WINDOW = 1 << 10;

  /** What looking up one row costs, in postings that are summed. */
  private static final int LOOKUP = 8;

  private static final ThreadLocal<Room> ROOM = ThreadLocal.withInitial(Room::new);

  /** The sums and marks are zero between searches. */
  private record Room(double[] sums, long[] marks, int[] slots) {
    Room() {
      this(new double[LARGEST_WINDOW], new long[LARGEST_WINDOW >> 6], new int[LARGEST_WINDOW]);
    }
  }

  private final int rows;
  private final VectorQuery query;
  private final boolean pruned;
  private final boolean filtered;
  private final SparseTerm[] terms;
  private final SparseTerm[] byBound;
  private final double[] rest;
  private final TopK nearest = Scratch.local().nearest;
  private final Room room = ROOM.get();
  private final double[] sums = room.sums();
  private final int[] slots = room.slots();

  SparseSearch(SparsePostings postings, int rows, VectorQuery query, boolean pruned) {
    this.rows = rows;
    this.query = query;
    this.pruned = pruned;
    this.filtered = query.eligible().cardinality() < rows;
    SparseQuery asked = SparseQuery.of(query.vector(), query.parameters().dropRatioSearch());
    SparseTerm[] found = new SparseTerm[asked.count()];
    int count = 0;
    for (int i = 0; i < found.length; i++) {
      int list = postings.list(asked.dimension(i));
      if (list >= 0) {
        found[count++] = new SparseTerm(postings, list, asked.weight(i));
      }
    }
    this.terms = Arrays.copyOf(found, count);
    this.byBound = terms.clone();
    this.rest = new double[count + 1];
  }

  Neighbors run() {
    boolean clean = false;
    try {
      Neighbors found = ranked();
      clean = true;
      return found;
    } finally {
      if (!clean) {
        ROOM.remove(); // sums of a window that memory failed in would be part of later scores
      }
    }
  }

  private Neighbors ranked() {
    nearest.reset(query.k());
    int window = pruned ? FIRST_WINDOW : LARGEST_WINDOW;
    for (int first = 0, last; first < rows; first = last) {
      last = (int) Math.min(rows, (long) first + window);
      window = Math.min(LARGEST_WINDOW, 2 * window);
      window(first, last);
    }
    return nearest.neighbors(Distance.INNER_PRODUCT);
  }

  private void window(int first, int last) {
    int allowed = filtered ? eligible(first, last) : last - first;
    if (allowed == 0) {
      return;
    }
    long postings = 0;
    for (SparseTerm term : terms) {
      term.enter(first, last);
      postings += term.within;
    }
    if (postings == 0) {
      return;
    }
    sortByBound();
    double threshold = threshold();
    int added = essential(threshold);
    if (added == 0) {
      return;
    }
    int candidates;
    if ((long) allowed * terms.length * LOOKUP < postings) {
      candidates = eligibleSlots(first, last);
      added = 0;
    } else {
      for (int i = 0; i < added; i++) {
        byBound[i].add(first, last, sums, room.marks());
      }
      candidates = markedSlots(first, last, threshold - rest[added]);
    }
    for (int i = added; i < byBound.length && candidates > 0; i++) {
      complete(byBound[i], first, last, candidates);
      candidates = promising(candidates, threshold - rest[i + 1]);
    }
    offer(first, candidates);
    Arrays.fill(sums, 0, last - first, 0);
  }

  private int eligible(int first, int last) {
    long[] words = query.eligible().words();
    int count = 0;
    for (int word = first >> 6; word << 6 < last; word++) {
      count += Long.bitCount(words[word]);
    }
    return count;
  }

  /**
   * Fills {@code rest} with what the terms from each on may add together; returns how many terms,
   * in the order of their bounds, a row needs one of.
   */
  private int essential(double threshold) {
    rest[byBound.length] = 0;
    int essential = byBound.length;
    for (int i = byBound.length - 1; i >= 0; i--) {
      rest[i] = rest[i + 1] + byBound[i].bound * (1 + 1e-9);
      if (rest[i] < threshold) {
        essential = i;
      }
    }
    return essential;
  }

  /** The least score that is of use. */
  private double threshold() {
    if (!pruned) {
      return Double.NEGATIVE_INFINITY;
    }
    double kth = nearest.isFull() ? -Ranked.distance(nearest.bound()) : Double.NEGATIVE_INFINITY;
    return Math.max(kth, query.range().low());
  }

  /** Terms of equal bounds keep their order. */
  private void sortByBound() {
    for (int i = 1; i < byBound.length; i++) {
      SparseTerm term = byBound[i];
      int at = i;
      for (; at > 0 && byBound[at - 1].bound < term.bound; at--) {
        byBound[at] = byBound[at - 1];
      }
      byBound[at] = term;
    }
  }

  /** Lists the eligible rows of the window; returns how many. */
  private int eligibleSlots(int first, int last) {
    int count = 0;
    int row = query.eligible().next(first);
    while (row >= 0 && row < last) {
      slots[count++] = row - first;
      row = query.eligible().next(row + 1);
    }
    return count;
  }

  /** Lists the eligible rows that are marked and whose sums suffice; clears the marks. */
  private int markedSlots(int first, int last, double sufficient) {
    long[] eligible = query.eligible().words();
    long[] marks = room.marks();
    int count = 0;
    for (int word = 0; word << 6 < last - first; word++) {
      if (marks[word] != 0) {
        long left = marks[word] & eligible[(first >> 6) + word];
        marks[word] = 0;
        while (left != 0) {
          int slot = (word << 6) + Long.numberOfTrailingZeros(left);
          slots[count] = slot;
          count += sums[slot] >= sufficient ? 1 : 0;
          left &= left - 1;
        }
      }
    }
    return count;
  }

  /** Adds a term to the listed rows at least. */
  private void complete(SparseTerm term, int first, int last, int candidates) {
    if ((long) candidates * LOOKUP > term.within) {
      term.add(first, last, sums);
      return;
    }
    for (int i = 0; i < candidates; i++) {
      sums[slots[i]] += term.at(first + slots[i]);
    }
  }

  /** Keeps the listed rows whose sums suffice; returns how many. */
  private int promising(int candidates, double sufficient) {
    int count = 0;
    for (int i = 0; i < candidates; i++) {
      int slot = slots[i];
      slots[count] = slot;
      count += sums[slot] >= sufficient ? 1 : 0;
    }
    return count;
  }

  private void offer(int first, int candidates) {
    long bound = nearest.bound();
    for (int i = 0; i < candidates; i++) {
      float score = (float) sums[slots[i]];
      long ranked = Ranked.of(-score, first + slots[i]);
      if (ranked < bound && score != 0 && query.range().accepts(score)) {
        nearest.offer(ranked);
        bound = nearest.bound();
      }
    }
  }
}
