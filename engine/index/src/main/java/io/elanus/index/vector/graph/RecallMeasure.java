package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import java.util.Arrays;

/**
 * Asks a finished graph for the neighbours of some of its own rows and compares with an exact scan.
 * The walk never meets the row it asks for, so the row is to it what a query from outside is.
 *
 * <p>Its cost is a scan of all rows for each asked one, at most 600 comparisons a row where the
 * build needs thousands, and walks that stop as soon as they find nearly everything.
 */
final class RecallMeasure {
  private static final int MOST_ASKED = 600;
  private static final int LEAST_ASKED = 32;

  /** One row of so many is asked for, as long as there are few. */
  private static final int ROWS_PER_ASKED = 16;

  private static final int[] EFFORTS = {16, 24, 32, 48, 64, 100, 150, 250, 500};
  private static final int HUNDRED = 100;

  /** Rows that a default search is judged by. */
  static final int TEN = 10;

  private static final float ENOUGH = 0.995f;

  /** One in so many of many rows asked for serves in trials, and for the hundred nearest. */
  private static final int TRIED = 3;

  private static final int MANY = 200;

  /** More than what a search that asks for nothing aims at: a trial needs no more. */
  private static final float ENOUGH_IN_TRIALS = 0.975f;

  private final Space rows;
  private final int count;
  private final Workers workers;
  private final int[] asked;
  private final GraphTruth truth;

  /**
   * Prepares a measurement.
   *
   * @param graph of the slots
   * @param stored the full rows of the slots that are linked
   */
  RecallMeasure(GraphLayers<?> graph, RowTable stored, Workers workers, BuildContext context) {
    this.rows = Space.of(stored);
    this.count = stored.count();
    this.workers = workers;
    GraphTruth all =
        new GraphTruth(stored, asked(graph, stored.count()), HUNDRED, workers, context);
    this.truth = all.telling(TEN, LEAST_ASKED);
    this.asked = truth.asked();
  }

  /** Slots spread over those from the first on that may ask. */
  private static int[] asked(GraphLayers<?> graph, int count) {
    int first = firstAsked(graph, count);
    if (count - first <= HUNDRED) {
      return new int[0];
    }
    int wanted =
        Math.min(count - first, Math.clamp(count / ROWS_PER_ASKED, LEAST_ASKED, MOST_ASKED));
    int[] asked = new int[wanted];
    for (int i = 0; i < wanted; i++) {
      asked[i] = first + (int) ((long) i * (count - first) / wanted);
    }
    return asked;
  }

  /**
   * The first slot that is neither in an upper layer nor an entry, however many entries a trial
   * chooses: every walk meets those, also where one of them is the row that it asks for.
   */
  static int firstAsked(GraphLayers<?> graph, int count) {
    return Math.max(graph.slotsAbove(), WalkTrial.mostEntries(count));
  }

  /** Slots that may be found. */
  int count() {
    return count;
  }

  /** How many rows are asked for. */
  int asked() {
    return asked.length;
  }

  /** How many of the asked rows serve in trials. */
  int tried() {
    int step = step();
    return (asked.length + step - 1) / step;
  }

  private int step() {
    return asked.length > MANY ? TRIED : 1;
  }

  /**
   * Recall by effort; none when there are too few rows.
   *
   * @param search over slots that are their own rows
   * @param share of the build that this is
   */
  MeasuredRecall run(HnswSearch search, BuildContext share) {
    if (asked.length == 0) {
      return MeasuredRecall.NONE;
    }
    BuildContext first = share.part(0, 0.5);
    float[] hundreds = new float[EFFORTS.length];
    for (int i = 0; i < EFFORTS.length; i++) {
      float before = i == 0 ? 0 : hundreds[i - 1];
      if (EFFORTS[i] >= HUNDRED) {
        hundreds[i] = before >= ENOUGH ? before : recall(search, EFFORTS[i], HUNDRED, step());
      }
      first.progress((i + 1.0) / EFFORTS.length);
    }
    float[] tens = tens(search, ENOUGH, 1, share.part(0.5, 1));
    return new MeasuredRecall(EFFORTS.clone(), tens, hundreds);
  }

  /** Recall of the ten nearest by effort, of few rows and up to the default target. */
  MeasuredRecall trial(HnswSearch search, BuildContext share) {
    float[] tens = tens(search, ENOUGH_IN_TRIALS, step(), share);
    return new MeasuredRecall(EFFORTS.clone(), tens, new float[tens.length]);
  }

  private float[] tens(HnswSearch search, float enough, int step, BuildContext share) {
    float[] tens = new float[EFFORTS.length];
    for (int i = 0; i < EFFORTS.length; i++) {
      float before = i == 0 ? 0 : tens[i - 1];
      tens[i] = before >= enough ? before : recall(search, EFFORTS[i], TEN, step);
      share.progress((i + 1.0) / EFFORTS.length);
    }
    return tens;
  }

  /** What the walks of a trial do at an effort, all together. */
  WalkCounts counts(HnswSearch search, int effort) {
    WalkCounts[] counts = new WalkCounts[tried()];
    int step = step();
    workers.each(
        counts.length,
        (worker, i) -> {
          int slot = asked[i * step];
          OwnRowWalk.nearest(search, rows.row(slot), slot, TEN, effort);
          counts[i] = GraphScratch.local().walk.counts();
        });
    return Arrays.stream(counts).reduce(new WalkCounts(0, 0, 0), WalkCounts::plus);
  }

  private float recall(HnswSearch search, int effort, int k, int step) {
    int[] hits = new int[(asked.length + step - 1) / step];
    workers.each(hits.length, (worker, i) -> hits[i] = hits(search, i * step, effort, k));
    return (float) ((double) Arrays.stream(hits).sum() / ((long) k * hits.length));
  }

  private int hits(HnswSearch search, int i, int effort, int k) {
    return truth.hits(i, OwnRowWalk.nearest(search, rows.row(asked[i]), asked[i], k, effort), k);
  }
}
