package io.elanus.index.vector.lists;

import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.TopK;

/**
 * Which lists of an inverted file a search visits: the nprobe nearest, then further ones until as
 * many eligible rows were compared as nprobe lists hold on average, and k are found. So a filter
 * costs no recall. A range search also ends after some lists in a row without a hit. Where so many
 * comparisons would take in every row that the filter keeps, those rows are gathered instead, and
 * no list is visited.
 */
record ListVisit(InvertedLists lists, SlotRows rows) {
  /** Compares the eligible slots of one list with a query. */
  interface List {
    /** Offers what is eligible; returns how many slots that was. */
    int offer(int list);
  }

  /** Whether all that the filter keeps is to be compared, wherever it lies. */
  boolean gathers(VectorQuery query, int survivors) {
    return survivors <= Math.max(query.k(), wanted(query));
  }

  private long wanted(VectorQuery query) {
    return (long) rows.count() * query.parameters().nprobe() / Math.max(1, lists.count());
  }

  void visit(
      VectorQuery query, InvertedLists.NearestLists nearest, TopK found, ListVisit.List offer) {
    boolean ranged = query.range() != ScoreRange.NONE;
    int nprobe = query.parameters().nprobe();
    long wanted = wanted(query);
    long compared = 0;
    int empty = 0;
    for (int visited = 0; nearest.hasNext(); visited++) {
      boolean complete = compared >= wanted && found.size() >= query.k();
      if (visited >= nprobe && (complete || (ranged && empty >= query.parameters().emptyLists()))) {
        break;
      }
      int before = found.size();
      int eligible = offer.offer(nearest.next());
      compared += eligible;
      empty = eligible > 0 && found.size() == before ? empty + 1 : 0;
    }
  }
}
