package io.elanus.index.vector.graph;

import io.elanus.index.ScoreRange;
import io.elanus.index.vector.scan.Ranked;
import java.lang.foreign.MemorySegment;

/**
 * Asks a graph for the neighbours of one of its own rows without ever meeting that row, so that it
 * asks as a query from outside does.
 */
final class OwnRowWalk {
  private OwnRowWalk() {}

  /**
   * The slots that an unfiltered walk finds nearest to a row.
   *
   * @param row in the type of the full rows, of length 1 where those are
   * @param slot of the row, none of the entries
   * @param ef how many candidates the walk keeps
   * @return k slots, or as many as the walk found, the nearest first
   */
  static int[] nearest(HnswSearch search, MemorySegment row, int slot, int k, int ef) {
    GraphScratch scratch = GraphScratch.local();
    GraphLayers<?> graph = search.graph();
    int slots = search.rows().count();
    scratch.walk.resize(slots, graph.base().degree());
    search.prepareExact(row, scratch);
    MemorySegment query =
        scratch.walk.prepare(search.walked(), search.lowerBounds(), search.walkedRow(row));
    int[] entries = graph.entries();
    scratch.walk.descend(search.walked(), query, entries, entries.length, graph.upper(), ef);
    scratch.walk.avoid(slot);
    try {
      scratch.walk.explore(search.walked(), query, graph.base(), slots);
    } finally {
      scratch.walk.avoid(GraphWalk.NONE);
    }
    scratch.take(scratch.walk.pool);
    int wanted = ExactAnswers.candidates(k, ef);
    new ExactAnswers(search).refine(k, wanted, 0, ScoreRange.NONE, scratch);
    int[] found = new int[scratch.nearest.size()];
    long[] sorted = scratch.nearest.sorted();
    for (int i = 0; i < found.length; i++) {
      found[i] = search.rows().slot(Ranked.row(sorted[i]));
    }
    return found;
  }
}
