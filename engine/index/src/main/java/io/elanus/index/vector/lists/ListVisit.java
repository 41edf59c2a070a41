package io.elanus.index.vector.lists;

import io.elanus.index.MeasuredRecall;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.schema.Metric;

/**
 * Which lists of an inverted file a search visits: the nprobe nearest, then further ones until as
 * many eligible rows were compared as nprobe lists hold on average, and k are found. So a filter
 * costs no recall where what it keeps lies all around; where it does not, nearness of a centre
 * tells little, and under a filter a search also goes on until as many rows again brought nothing
 * nearer. A range search ends after some lists in a row without a hit. One whose range begins
 * somewhere out, as each page of an iterator does, goes on as under a filter instead: the lists
 * that are nearest hold what lies in front of the range, and the farther out it begins, the more
 * lists share what is in it: it visits the lists that all rows up to its last take. A page that
 * comes without a recall asked for is to leave out nothing, for what it passes over never comes: it
 * goes on until three times as many rows as it took so far brought nothing. So does, for as many
 * rows as are wanted, a search by a recall for more rows than builds measure. At least four times
 * as many rows are compared as are wanted. Where so many comparisons would take in every row that
 * the filter keeps, those rows may be gathered instead, and no list is visited.
 */
record ListVisit(
    InvertedLists lists, SlotRows rows, MeasuredRecall measured, int nprobe, Metric metric) {
  /** Rows compared for each one wanted, at least. */
  private static final int COMPARED_PER_WANTED = 4;

  /**
   * Rows wanted for which a build measured lists: with more, clusters end that these do not fill.
   */
  private static final int MOST_MEASURED = 100;

  /** How many times as many rows as brought something must bring nothing to end a page. */
  private static final int PATIENCE_OF_PAGES = 3;

  /** Of a page of an iterator, where none is asked for. */
  private static final float RECALL_OF_PAGES = 0.999f;

  /** As many lists as the search asks for, or as its recall takes by what the build measured. */
  static ListVisit of(
      InvertedLists lists,
      SlotRows rows,
      MeasuredRecall measured,
      VectorQuery query,
      Metric metric) {
    SearchParameters asked = query.parameters();
    int nprobe = asked.targetRecall() == 0 ? asked.nprobe() : 0;
    if (nprobe == 0 || asked.page()) {
      nprobe = Math.max(nprobe, measured.lists(recall(asked), query.k()));
    }
    return new ListVisit(lists, rows, measured, Math.min(nprobe, lists.count()), metric);
  }

  /** The recall of a search that goes by one. */
  private static float recall(SearchParameters asked) {
    if (asked.targetRecall() > 0) {
      return asked.targetRecall();
    }
    return asked.page() ? RECALL_OF_PAGES : MeasuredRecall.DEFAULT_TARGET;
  }

  /** Compares the eligible slots of one list with a query. */
  interface Offer {
    /** Offers what is eligible; returns how many slots that was. */
    int of(int list);
  }

  /** What was found so far. */
  interface Found {
    int size();

    /** Changes when something nearer than the k-th is found. */
    long bound();

    /** Those that are nearer than the range begins. */
    default int tooNear() {
      return 0;
    }
  }

  /** Whether all that the filter keeps is to be compared, wherever it lies. */
  boolean gathers(VectorQuery query, int survivors) {
    return survivors <= Math.max(query.k(), 2 * wanted());
  }

  /** Slots of the lists that will be visited, if what the filter keeps is spread evenly. */
  long slots(int survivors) {
    return Math.min(rows.count(), 2 * wanted() * rows.count() / Math.max(1, survivors));
  }

  private long wanted() {
    return (long) rows.count() * nprobe / Math.max(1, lists.count());
  }

  /**
   * Visits lists.
   *
   * @param filtered whether some rows are not eligible
   */
  void visit(
      VectorQuery query,
      InvertedLists.NearestLists nearest,
      boolean filtered,
      Found found,
      Offer offer) {
    boolean ranged = query.range() != ScoreRange.NONE;
    long wanted = wanted();
    long compared = 0;
    long comparedForNothing = 0;
    boolean begins = ranged && query.range().leavesOutNearest(metric);
    boolean endsEmpty = ranged && !begins;
    boolean targeted = query.parameters().targetRecall() > 0;
    boolean page = query.parameters().page() && !targeted && (begins || !ranged);
    boolean beyond = targeted && !ranged && query.k() > MOST_MEASURED;
    boolean settles = begins || page || beyond || filtered && !ranged;
    int given = query.parameters().emptyLists();
    int mostEmpty = given == 0 ? nprobe : given;
    int empty = 0;
    for (int visited = 0; nearest.hasNext(); visited++) {
      long asked = (long) query.k() + found.tooNear();
      boolean complete =
          compared >= Math.max(wanted, COMPARED_PER_WANTED * asked) && found.size() >= query.k();
      long least = Math.max(wanted, page ? compared - comparedForNothing : beyond ? query.k() : 0);
      boolean settled =
          !settles || comparedForNothing >= (page ? PATIENCE_OF_PAGES * least : least);
      boolean noHits = endsEmpty && empty >= mostEmpty;
      if (visited >= (begins ? listsBeyond(query, found.tooNear()) : nprobe)
          && ((complete && settled) || noHits)) {
        break;
      }
      int before = found.size();
      long bound = found.bound();
      int eligible = offer.of(nearest.next());
      compared += eligible;
      boolean nearer = found.bound() != bound;
      boolean hit = nearer || found.size() != before;
      boolean better = page || beyond ? hit : nearer;
      comparedForNothing = better ? 0 : comparedForNothing + eligible;
      empty = hit ? 0 : eligible > 0 ? empty + 1 : empty;
    }
  }

  /** The lists that find k rows behind so many that are too near. */
  private int listsBeyond(VectorQuery query, int tooNear) {
    if (tooNear == 0) {
      return nprobe;
    }
    int last = (int) Math.min((long) query.k() + tooNear, rows.count());
    return Math.max(nprobe, measured.lists(recall(query.parameters()), last));
  }
}
