package io.elanus.index.vector.graph;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Space;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.stream.IntStream;

/** How far the nearest other rows of some rows of a table are, by a scan of all. */
final class GraphTruth {
  /** Rows asked for that share one pass over the table. */
  private static final int GROUP = 8;

  /** Blocks of rows scanned between two looks at whether to stop. */
  private static final int BLOCKS_PER_LOOK = 4;

  private final Space rows;
  private final int count;
  private final int[] asked;
  private final int known;
  private final BuildContext context;
  private final float[][] distances;

  /**
   * Scans the table, which holds more rows than are to be known of each.
   *
   * @param asked slots that ask
   * @param known nearest of each that can be judged by
   */
  GraphTruth(RowTable table, int[] asked, int known, Workers workers, BuildContext context) {
    this.rows = Space.of(table);
    this.count = table.count();
    this.asked = asked;
    this.known = known;
    this.context = context;
    this.distances = new float[asked.length][];
    if (asked.length > 0) {
      int groups = (asked.length + GROUP - 1) / GROUP;
      workers.each(
          groups,
          (worker, group) -> {
            scan(group * GROUP);
            context.progress((group + 1.0) / groups);
          });
    }
  }

  private GraphTruth(GraphTruth of, int[] places) {
    this.rows = of.rows;
    this.count = of.count;
    this.known = of.known;
    this.context = of.context;
    this.asked = Arrays.stream(places).map(i -> of.asked[i]).toArray();
    this.distances = Arrays.stream(places).mapToObj(i -> of.distances[i]).toArray(float[][]::new);
  }

  /** The slots that ask. */
  int[] asked() {
    return asked;
  }

  /**
   * The same without slots whose k nearest are equal to them, which any walk finds; itself where
   * fewer than {@code least} others ask.
   */
  GraphTruth telling(int k, int least) {
    int[] places = IntStream.range(0, asked.length).filter(i -> !hasEquals(i, k)).toArray();
    return places.length < Math.min(least, asked.length) ? this : new GraphTruth(this, places);
  }

  private boolean hasEquals(int i, int k) {
    float[] own = new float[1];
    try (Arena arena = Arena.ofConfined()) {
      rows.distances(rows.prepared(asked[i], arena), new int[] {asked[i]}, 1, own);
    }
    return distances[i][k - 1] <= Ranked.asNear(own[0]);
  }

  /** How many of the slots found for the asked one of a place are as near as its k nearest. */
  int hits(int i, int[] found, int k) {
    try (Arena arena = Arena.ofConfined()) {
      float[] exact = new float[found.length];
      rows.distances(rows.prepared(asked[i], arena), found, found.length, exact);
      float bound = Ranked.asNear(distances[i][k - 1]);
      int hits = 0;
      for (float distance : exact) {
        hits += distance <= bound ? 1 : 0;
      }
      return hits;
    }
  }

  /** Finds the exact distances of the nearest, for a group of rows at once. */
  private void scan(int from) {
    int queries = Math.min(GROUP, asked.length - from);
    int[] slots = new int[Scratch.BLOCK];
    float[] scanned = new float[Scratch.BLOCK];
    TopK[] nearest = new TopK[queries];
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment[] prepared = new MemorySegment[queries];
      for (int i = 0; i < queries; i++) {
        nearest[i] = new TopK();
        nearest[i].reset(known);
        prepared[i] = rows.prepared(asked[from + i], arena);
      }
      for (int first = 0; first < count; first += slots.length) {
        context.look(first / slots.length, BLOCKS_PER_LOOK);
        int block = Math.min(slots.length, count - first);
        for (int i = 0; i < block; i++) {
          slots[i] = first + i;
        }
        for (int i = 0; i < queries; i++) {
          rows.distances(prepared[i], slots, block, scanned);
          offer(first, block, asked[from + i], scanned, nearest[i]);
        }
      }
    }
    for (int i = 0; i < queries; i++) {
      long[] sorted = nearest[i].sorted();
      distances[from + i] = new float[known];
      for (int j = 0; j < known; j++) {
        distances[from + i][j] = Ranked.distance(sorted[j]);
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
