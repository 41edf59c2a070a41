package io.elanus.index.vector.lists;

import io.elanus.index.MeasuredRecall;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.schema.Metric;

/**
 * Which lists of an inverted file a search visits: the nprobe nearest, then further ones until its
 * {@link VisitProgress} is enough. So a filter costs no recall where what it keeps lies all around.
 * Where a range begins somewhere out, as each page of an iterator does, the nearest lists hold what
 * lies in front of the range, and the farther out it begins, the more lists share what is in it:
 * such a search visits the lists that all rows up to its last take. Where so many comparisons would
 * take in every row that the filter keeps, those rows may be gathered instead, and no list is
 * visited.
 */
record ListVisit(
    InvertedLists lists, SlotRows rows, MeasuredRecall measured, int nprobe, Metric metric) {
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

    /** Changes when a row is kept, unless the bound does. */
    default int kept() {
      return size();
    }

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
    boolean begins = query.range() != ScoreRange.NONE && query.range().leavesOutNearest(metric);
    var patience = VisitProgress.Patience.of(query, filtered, begins);
    int given = query.parameters().emptyLists();
    var progress =
        new VisitProgress(query, wanted(), patience, begins, given == 0 ? nprobe : given, found);
    for (int visited = 0; nearest.hasNext(); visited++) {
      int least = begins ? listsBeyond(query, found.tooNear()) : nprobe;
      if (visited >= least && progress.enough()) {
        return;
      }
      progress.take(nearest.next(), offer);
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
