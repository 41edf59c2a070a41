package io.elanus.index.vector.graph;

import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.VectorQuery;
import io.elanus.index.vector.rows.SlotRows;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import java.lang.foreign.MemorySegment;

/** Answers a query without its graph, by all rows that a filter keeps. */
record SurvivorScan(HnswSearch search, ExactAnswers answers) {
  /**
   * Compares the query with every survivor: on codes and then refined when there are many, at once
   * on full rows otherwise, and again on full rows where codes cannot tell who is nearest.
   */
  Neighbors run(VectorQuery query, MemorySegment row, int survivors, GraphScratch scratch) {
    long candidates =
        Math.max(
            Math.max(4L * query.k(), 2 * ExactAnswers.MINIMUM_REFINED),
            ExactAnswers.candidates(query, 0));
    boolean onCodes =
        search.coded() && query.range() == ScoreRange.NONE && survivors > 4 * candidates;
    if (!onCodes || !scanCodes(query, row, (int) candidates, scratch)) {
      scratch.nearest.reset(query.k());
      scanRows(query, scratch);
    }
    return scratch.nearest.neighbors(search.form().distance());
  }

  private void scanRows(VectorQuery query, GraphScratch scratch) {
    SlotRows rows = search.rows();
    MemorySegment exactQuery = scratch.exactQuery(0);
    rows.gather(
        query.eligible(),
        scratch.ordinals,
        count -> {
          search.exact().distances(exactQuery, scratch.ordinals, count, scratch.distances);
          answers.offer(count, query.range(), scratch);
        });
  }

  /** Whether no row whose full distance was not computed can be among the nearest, by all signs. */
  private boolean scanCodes(
      VectorQuery query, MemorySegment row, int candidates, GraphScratch scratch) {
    MemorySegment walkedQuery = scratch.walk.prepare(search.walked(), search.walkedRow(row));
    scratch.nearest.reset(candidates);
    SlotRows rows = search.rows();
    rows.gather(
        query.eligible(),
        scratch.ordinals,
        count -> {
          search.walked().distances(walkedQuery, scratch.ordinals, count, scratch.distances);
          offerSlots(count, scratch);
        });
    float farthest = Ranked.distance(scratch.nearest.bound());
    scratch.takeNearest();
    int led = search.lead(query, scratch);
    scratch.nearest.reset(query.k());
    float least = refineAll(query, walkedQuery, led, scratch);
    return search.exact() == search.walked()
        || farthest + least > Ranked.distance(scratch.nearest.bound());
  }

  private static void offerSlots(int count, GraphScratch scratch) {
    for (int i = 0; i < count; i++) {
      scratch.nearest.offer(Ranked.of(scratch.distances[i], scratch.ordinals[i]));
    }
  }

  /**
   * Offers the found rows by their full distances.
   *
   * @param led how many of them are there whatever their codes say
   * @return what a full distance is above one on codes, or below 0 below it, at the least: by the
   *     spread of those found, which are the ones that codes flatter
   */
  private float refineAll(
      VectorQuery query, MemorySegment walkedQuery, int led, GraphScratch scratch) {
    float least = Float.POSITIVE_INFINITY;
    float most = Float.NEGATIVE_INFINITY;
    for (int from = 0; from < scratch.found(); from += Scratch.BLOCK) {
      int count = Math.min(Scratch.BLOCK, scratch.found() - from);
      for (int i = 0; i < count; i++) {
        scratch.ordinals[i] = scratch.foundSlot(from + i);
      }
      search.exact().distances(scratch.exactQuery(0), scratch.ordinals, count, scratch.distances);
      answers.offer(count, query.range(), scratch);
      search.walked().distances(walkedQuery, scratch.ordinals, count, scratch.onCodes);
      for (int i = Math.max(0, led - from); i < count; i++) {
        float above = scratch.distances[i] - scratch.onCodes[i];
        least = Math.min(least, above);
        most = Math.max(most, above);
      }
    }
    return 2 * least - most;
  }
}
