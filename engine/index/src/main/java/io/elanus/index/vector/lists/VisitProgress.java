package io.elanus.index.vector.lists;

import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;

/**
 * What the lists visited so far brought to one search, and whether that is enough. It is, once as
 * many eligible rows were compared as nprobe lists hold on average, at least four times as many as
 * are asked for, k were found, and the last lists brought nothing for as long as the {@link
 * Patience} of the search lasts; or, in a range search, after some lists in a row without a hit.
 */
final class VisitProgress {
  /** Rows compared for each one wanted, at least. */
  private static final int COMPARED_PER_WANTED = 4;

  /**
   * Rows wanted for which a build measured lists: with more, clusters end that these do not fill.
   */
  private static final int MOST_MEASURED = 100;

  /** How many times as many rows as brought something must bring nothing to end a page. */
  private static final int PATIENCE_OF_PAGES = 3;

  private static final int NEVER = Integer.MAX_VALUE;

  /** For how many eligible rows that bring nothing a search goes on. */
  enum Patience {
    /** The nearest lists are enough. */
    NONE,
    /** As many as are compared at least; a row nearer than the k-th counts as something. */
    NEARER,
    /** As {@link #NEARER}, and as many as are asked for; any row that is kept is something. */
    MANY,
    /** Three times as many as were compared until the last that was kept. */
    PAGE;

    /**
     * The patience of a search. A filter, or a range that begins somewhere out, makes the nearness
     * of a centre tell little. What a page of an iterator passes over never comes, unless a recall
     * is asked for.
     */
    static Patience of(VectorQuery query, boolean filtered, boolean begins) {
      boolean ranged = query.range() != ScoreRange.NONE;
      boolean targeted = query.parameters().targetRecall() > 0;
      if (query.parameters().page() && !targeted && (begins || !ranged)) {
        return PAGE;
      }
      if (targeted && !ranged && query.k() > MOST_MEASURED) {
        return MANY;
      }
      return begins || filtered && !ranged ? NEARER : NONE;
    }
  }

  private final int k;
  private final long wanted;
  private final Patience patience;
  private final int mostEmpty;
  private final ListVisit.Found found;
  private long compared;
  private long fruitless;
  private int empty;

  /**
   * @param wanted eligible rows that nprobe lists hold on average
   * @param mostEmpty lists in a row without a hit that end a search whose range begins at the query
   */
  VisitProgress(
      VectorQuery query,
      long wanted,
      Patience patience,
      boolean begins,
      int mostEmpty,
      ListVisit.Found found) {
    this.k = query.k();
    this.wanted = wanted;
    this.patience = patience;
    this.mostEmpty = query.range() != ScoreRange.NONE && !begins ? mostEmpty : NEVER;
    this.found = found;
  }

  boolean enough() {
    long asked = (long) k + found.tooNear();
    boolean complete =
        compared >= Math.max(wanted, COMPARED_PER_WANTED * asked) && found.size() >= k;
    return complete && fruitless >= patientFor() || empty >= mostEmpty;
  }

  private long patientFor() {
    return switch (patience) {
      case NONE -> 0;
      case NEARER -> wanted;
      case MANY -> Math.max(wanted, k);
      case PAGE -> PATIENCE_OF_PAGES * Math.max(wanted, compared - fruitless);
    };
  }

  /** Compares the slots of one list and notes what they brought. */
  void take(int list, ListVisit.Offer offer) {
    int before = found.kept();
    long bound = found.bound();
    int eligible = offer.of(list);
    boolean nearer = found.bound() != bound;
    boolean kept = nearer || found.kept() != before;
    boolean anyCounts = patience == Patience.PAGE || patience == Patience.MANY;
    compared += eligible;
    fruitless = (anyCounts ? kept : nearer) ? 0 : fruitless + eligible;
    if (kept) {
      empty = 0;
    } else if (eligible > 0) {
      empty++;
    }
  }
}
