package io.elanus.index.vector.graph;

import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;

/**
 * Walks a graph for the rows that a filter keeps. Where it keeps enough for that to tell, a probe
 * finds the slots nearest to the query first, eligible or not: if next to none of them are, the
 * query lies in a hole that the filter made, and the search goes on through everything, wider and
 * wider (decision 0021). Otherwise it is a {@link FilteredWalk} over eligible slots, from what the
 * probe found and the harder the rarer they are there. Gives up where a scan of the survivors costs
 * less.
 */
record FilteredSearch(HnswSearch search) {
  /**
   * What is aimed at, at least: the recall that was measured is that of all rows, and a filter that
   * has to do with the query leaves the easy ones out.
   */
  static final float TARGET = 0.98f;

  /** New slots a walk compares for each slot it follows, about; from measurements. */
  private static final int COMPARED_PER_STEP = 14;

  /**
   * A step moves entries of the pool, more of a larger one: with so many candidates they cost what
   * a comparison of a scan does; by estimate.
   */
  private static final int MOVED_PER_COMPARISON = 32;

  /** Eligible slots around a query may be as rare as its root says before it matters. */
  private static final double USUAL_AFFINITY = 0.64;

  /** By how much a walk is widened at most where eligible slots are rare around the query. */
  private static final int MOST_HARDER = 64;

  /** By how much a walk through what a filter rejects is widened. */
  private static final int WIDER = 4;

  /** Whether a scan of the survivors costs less than a walk with so many candidates, about. */
  boolean scansFaster(int survivors, int ef, int k) {
    int degree = search.graph().base().degree();
    long passed = Math.min(degree, search.rows().count() / (2L * survivors));
    long step =
        COMPARED_PER_STEP * FilteredWalk.COMPARISON_COST
            + FilteredWalk.LINKS_COST * (1 + passed)
            + ef / MOVED_PER_COMPARISON;
    return 2L * k >= survivors || ef * step + search.graph().entries().length >= survivors;
  }

  /**
   * Fills the pool of the filtered walk, from entries that were just compared.
   *
   * @return whether that came to its end before it cost as much as a scan
   */
  boolean run(
      VectorQuery query, MemorySegment walkedQuery, int ef, int survivors, GraphScratch scratch) {
    FilteredWalk filtered = scratch.filtered;
    Bits eligible = query.eligible();
    double share = (double) survivors / search.rows().count();
    filtered.start(search.rows().count(), search.graph().base().degree(), share);
    int[] entries = search.graph().entries();
    for (int i = 0; i < entries.length; i++) {
      if (eligible.get(search.rows().row(entries[i]))) {
        filtered.add(entries[i], scratch.walk.enteredDistance(i));
      }
    }
    CandidatePool nearest = scratch.walk.pool;
    int probed = FilteredWalk.probed(share);
    scratch.walk.descend(
        search.above(), walkedQuery, search.graph().upper(), probed > 0 ? probed : ef);
    if (probed > 0) {
      search.explore(query, walkedQuery, scratch);
      if (FilteredWalk.liesInHole(nearest, search.rows(), eligible, share)) {
        return walkAll(query, walkedQuery, ef, survivors, scratch);
      }
    }
    double affinity = filtered.affinity(search, nearest, eligible, share);
    double harder = Math.clamp(USUAL_AFFINITY / (affinity * affinity), 1, MOST_HARDER);
    int wanted = (int) Math.min(ef * harder, survivors);
    return !scansFaster(survivors, wanted, query.k())
        && filtered.explore(search, nearest, walkedQuery, eligible, wanted, survivors)
        && filtered.pool.size() >= wanted;
  }

  /**
   * Walks all slots, wider and wider, until enough of the nearest are eligible: what is eligible
   * lies around what is not, and only who knows all of that knows which side of it is nearest.
   */
  private boolean walkAll(
      VectorQuery query, MemorySegment walkedQuery, int ef, int survivors, GraphScratch scratch) {
    CandidatePool nearest = scratch.walk.pool;
    float target = Math.max(query.parameters().targetRecall(), TARGET);
    int wanted = Math.min(ef, survivors);
    int width = WIDER * ef;
    while (!scansFaster(survivors, width, query.k())) {
      nearest.restart(nearest.size(), width);
      search.explore(query, walkedQuery, scratch);
      scratch.filtered.keep(nearest, search.rows(), query.eligible(), wanted);
      int needed = search.measured().effort(target, scratch.filtered.passed(nearest, query.k()));
      if (scratch.filtered.pool.isFull() && needed <= width) {
        return true;
      }
      width = Math.max(WIDER * width, needed);
    }
    return false;
  }
}
