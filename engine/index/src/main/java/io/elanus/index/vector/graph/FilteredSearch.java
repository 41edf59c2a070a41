package io.elanus.index.vector.graph;

import io.elanus.index.MeasuredRecall;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;

/**
 * Walks a graph for the rows that a filter keeps. Where it keeps a sixteenth or more, a probe finds
 * the slots nearest to the query first, eligible or not: if next to none of them are, the query
 * lies in a hole that the filter made, and the search goes on through everything, as wide as the
 * probe foretells and wider (decision 0021). So it does where the rows are hard to find for walks.
 * Otherwise it is a {@link FilteredWalk} over eligible slots, from what the probe found and the
 * harder the rarer they are there. Gives up where a scan of the survivors costs less.
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

  /** Rows that take more candidates than this for the usual recall are hard to find. */
  private static final int EASY_EFFORT = 128;

  /** A walk through everything that met too few is widened by so much at most. */
  private static final int WIDER = 2;

  /** By how much more than the slots that it met foretell. */
  private static final double MARGIN = 1.125;

  /** What a step of a walk through everything costs, in comparisons of a scan; by measurements. */
  private static final int STEP_THROUGH_ALL = 16;

  /**
   * Whether a filter that keeps so many has a walk through everything in any case: where the usual
   * recall takes a wide walk, one over eligible slots alone, whose links lead less far, finds much
   * less than others of its width.
   */
  boolean throughAll(int survivors) {
    return FilteredWalk.probed(share(survivors)) > 0
        && !search.measured().isEmpty()
        && search.measured().effort(MeasuredRecall.DEFAULT_TARGET, 10) > EASY_EFFORT
        && !(search.graph().base() instanceof PagedLinks);
  }

  /** Whether a scan of the survivors costs less than the least walk with so many candidates. */
  boolean scansFaster(int survivors, int ef, int k) {
    if (throughAll(survivors)) {
      return 2L * k >= survivors || scansFasterThanAll(survivors, ef);
    }
    int degree = search.graph().base().degree();
    long passed = Math.min(degree, search.rows().count() / (2L * survivors));
    long step =
        COMPARED_PER_STEP * FilteredWalk.COMPARISON_COST
            + FilteredWalk.LINKS_COST * (1 + passed)
            + ef / MOVED_PER_COMPARISON;
    return 2L * k >= survivors || ef * step + search.graph().entries().length >= survivors;
  }

  private static boolean scansFasterThanAll(int survivors, long width) {
    return width * (STEP_THROUGH_ALL + width / MOVED_PER_COMPARISON) >= survivors;
  }

  private double share(int survivors) {
    return (double) survivors / search.rows().count();
  }

  /**
   * Fills the pool of the filtered walk, from entries that were just compared.
   *
   * @return whether that came to its end before it cost as much as a scan
   */
  boolean run(
      VectorQuery query, MemorySegment walkedQuery, int ef, int survivors, GraphScratch scratch) {
    double share = share(survivors);
    CandidatePool nearest = scratch.walk.pool;
    int probed = FilteredWalk.probed(share);
    if (throughAll(survivors)) {
      scratch.walk.descend(search.above(), walkedQuery, search.graph().upper(), probed);
      search.explore(query, walkedQuery, scratch);
      return walkAll(query, walkedQuery, ef, survivors, scratch);
    }
    FilteredWalk filtered = scratch.filtered;
    Bits eligible = query.eligible();
    filtered.start(search.rows().count(), search.graph().base().degree(), share);
    int[] entries = search.graph().entries();
    for (int i = 0; i < entries.length; i++) {
      if (eligible.get(search.rows().row(entries[i]))) {
        filtered.add(entries[i], scratch.walk.enteredDistance(i));
      }
    }
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
   * Walks all slots from the probe's on, as wide as it foretells, then wider, until enough of the
   * nearest are eligible. In a hole, and where a recall was asked for, the walk is also as wide as
   * the recall of all slots up to the k-th eligible asks: what is eligible lies around what is not,
   * and only who knows all of that knows which side of it is nearest.
   */
  private boolean walkAll(
      VectorQuery query, MemorySegment walkedQuery, int ef, int survivors, GraphScratch scratch) {
    CandidatePool nearest = scratch.walk.pool;
    FilteredWalk filtered = scratch.filtered;
    int wanted = Math.min(ef, survivors);
    int probed = nearest.size();
    filtered.keep(nearest, search.rows(), query.eligible(), probed);
    double share = share(survivors);
    double near = (filtered.pool.size() + 1) / (probed + 1 / share);
    boolean surely =
        query.parameters().targetRecall() > 0
            || FilteredWalk.liesInHole(nearest, search.rows(), query.eligible(), share);
    int least = surely ? needed(query, query.k() / near) : probed;
    for (long width = (long) Math.max(least, wanted / near);
        !scansFasterThanAll(survivors, width);
        width = Math.max(wider(width, wanted, filtered.pool.size()), least)) {
      nearest.restart(nearest.size(), (int) width);
      search.explore(query, walkedQuery, scratch);
      filtered.keep(nearest, search.rows(), query.eligible(), wanted);
      least = surely ? needed(query, filtered.passed(nearest, query.k())) : probed;
      if (filtered.pool.isFull() && least <= width) {
        return true;
      }
    }
    return false;
  }

  /** The width that likely meets as many eligible slots as are wanted, by how many so many met. */
  private static long wider(long width, int wanted, int met) {
    return Math.min(WIDER * width, (long) (MARGIN * width * wanted / Math.max(met, 1)));
  }

  /** The width that finds as many of the nearest slots as the target says. */
  private int needed(VectorQuery query, double nearest) {
    float target = Math.max(query.parameters().targetRecall(), TARGET);
    return search.measured().effort(target, (int) Math.min(nearest, search.rows().count()));
  }
}
