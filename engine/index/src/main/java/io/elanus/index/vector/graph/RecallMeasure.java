package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.MeasuredRecall;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import io.elanus.schema.ElanusException;
import io.elanus.schema.ErrorCode;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Asks a finished graph for the neighbours of some of its own rows and compares with an exact scan.
 * The walk never meets the row it asks for, so the row is to it what a query from outside is.
 *
 * <p>Its cost is a scan of all rows for each asked one, about 200 comparisons a row where the build
 * needs thousands, and walks that stop as soon as they find nearly everything.
 */
final class RecallMeasure {
  private static final int MOST_ASKED = 200;
  private static final int LEAST_ASKED = 32;

  /** One row of so many is asked for, as long as there are few. */
  private static final int ROWS_PER_ASKED = 64;

  private static final int[] EFFORTS = {16, 24, 32, 48, 64, 100, 150, 250, 500};
  private static final int HUNDRED = 100;
  private static final float ENOUGH = 0.995f;

  /**
   * A row whose distance is as large as another's but for so much is as good: sums of float32 may
   * round otherwise once the compiler has seen their loop.
   */
  private static final float ROUNDING = 1e-5f;

  /** Rows asked for that share one pass over the table. */
  private static final int GROUP = 8;

  /** Blocks of rows scanned between two looks at whether to stop. */
  private static final int BLOCKS = 32;

  private final HnswSearch search;
  private final Space rows;
  private final int count;
  private final Workers workers;
  private final BuildContext context;
  private final int[] asked;
  private final float[][] truth;

  /**
   * Prepares a measurement.
   *
   * @param search over slots that are their own rows
   * @param stored the full rows of the slots
   */
  RecallMeasure(HnswSearch search, RowTable stored, Workers workers, BuildContext context) {
    this.search = search;
    this.rows = Space.of(stored);
    this.count = stored.count();
    this.workers = workers;
    this.context = context;
    this.asked = asked(search.graph(), count);
    this.truth = new float[asked.length][];
    if (asked.length > 0) {
      int groups = (asked.length + GROUP - 1) / GROUP;
      workers.run(groups, (worker, group) -> scan(group * GROUP));
    }
  }

  /** Slots spread over those that are neither entries nor in an upper layer. */
  private static int[] asked(GraphLayers<?> graph, int count) {
    int first = graph.entries().length;
    for (PackedLinks layer : graph.upper()) {
      first = Math.max(first, layer.slots());
    }
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

  /** Recall by effort; none when there are too few rows. */
  MeasuredRecall run() {
    if (asked.length == 0) {
      return MeasuredRecall.NONE;
    }
    float[] tens = new float[EFFORTS.length];
    float[] hundreds = new float[EFFORTS.length];
    for (int i = 0; i < EFFORTS.length; i++) {
      int before = Math.max(0, i - 1);
      tens[i] = tens[before] >= ENOUGH ? tens[before] : recall(EFFORTS[i], 10);
      if (EFFORTS[i] >= HUNDRED) {
        hundreds[i] = hundreds[before] >= ENOUGH ? hundreds[before] : recall(EFFORTS[i], HUNDRED);
      }
    }
    return new MeasuredRecall(EFFORTS.clone(), tens, hundreds);
  }

  private float recall(int effort, int k) {
    int[] hits = new int[asked.length];
    workers.run(asked.length, (worker, i) -> hits[i] = hits(i, effort, k));
    return (float) ((double) Arrays.stream(hits).sum() / ((long) k * asked.length));
  }

  /** How many rows as near as the k nearest a walk finds. */
  private int hits(int i, int effort, int k) {
    int[] found = search.around(rows.row(asked[i]), asked[i], k, effort);
    try (Arena arena = Arena.ofConfined()) {
      float[] distances = new float[found.length];
      rows.distances(prepared(i, arena), found, found.length, distances);
      float farthest = truth[i][k - 1];
      float bound = farthest + ROUNDING * Math.abs(farthest);
      int hits = 0;
      for (float distance : distances) {
        hits += distance <= bound ? 1 : 0;
      }
      return hits;
    }
  }

  private MemorySegment prepared(int i, Arena arena) {
    MemorySegment query = arena.allocate(rows.kernel().queryBytes(), 64);
    rows.kernel().prepare(rows.row(asked[i]), query);
    return query;
  }

  /** Finds the exact distances of the nearest, for a group of rows at once. */
  private void scan(int from) {
    int queries = Math.min(GROUP, asked.length - from);
    int[] slots = new int[Scratch.BLOCK];
    float[] distances = new float[Scratch.BLOCK];
    TopK[] nearest = new TopK[queries];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] prepared = new MemorySegment[queries];
      for (int i = 0; i < queries; i++) {
        nearest[i] = new TopK();
        nearest[i].reset(HUNDRED);
        prepared[i] = prepared(from + i, arena);
      }
      for (int first = 0; first < count; first += slots.length) {
        if (first / slots.length % BLOCKS == 0 && context.cancelled()) {
          throw new ElanusException(ErrorCode.CANCELLED, "index build was cancelled");
        }
        int block = Math.min(slots.length, count - first);
        for (int i = 0; i < block; i++) {
          slots[i] = first + i;
        }
        for (int i = 0; i < queries; i++) {
          rows.distances(prepared[i], slots, block, distances);
          offer(first, block, asked[from + i], distances, nearest[i]);
        }
      }
    }
    for (int i = 0; i < queries; i++) {
      long[] sorted = nearest[i].sorted();
      truth[from + i] = new float[HUNDRED];
      for (int j = 0; j < HUNDRED; j++) {
        truth[from + i][j] = Ranked.distance(sorted[j]);
      }
    }
  }

  private static void offer(int first, int count, int own, float[] distances, TopK nearest) {
    long bound = nearest.bound();
    for (int i = 0; i < count; i++) {
      long ranked = Ranked.of(distances[i], first + i);
      if (ranked < bound && first + i != own) {
        nearest.offer(ranked);
        bound = nearest.bound();
      }
    }
  }
}
