package io.elanus.index.vector.graph;

import io.elanus.index.vector.scan.QueryMemory;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.index.vector.scan.TopK;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** What one thread needs to search graphs, kept from search to search. */
public final class GraphScratch {
  private static final ThreadLocal<GraphScratch> LOCAL = ThreadLocal.withInitial(GraphScratch::new);

  public final GraphWalk walk = new GraphWalk();
  final PagedWalk paged = new PagedWalk(walk);
  final FilteredWalk filtered = new FilteredWalk();
  final TopK nearest = new TopK();
  final int[] ordinals = new int[Scratch.BLOCK];
  final float[] distances = new float[Scratch.BLOCK];
  final float[] onCodes = new float[Scratch.BLOCK];
  private final QueryMemory exactQuery = new QueryMemory();
  private int[] found = new int[256];
  private int foundCount;
  private int tooNear;

  private GraphScratch() {}

  public static GraphScratch local() {
    return LOCAL.get();
  }

  /** Memory for the query that exact distances are computed with. */
  MemorySegment exactQuery(int bytes) {
    return exactQuery.atLeast(bytes);
  }

  /** Slots found by the last walk or scan, nearest first. */
  int found() {
    return foundCount;
  }

  int foundSlot(int i) {
    return found[i];
  }

  /** How many of those judged last lie nearer than the range begins. */
  int tooNear() {
    return tooNear;
  }

  void countTooNear(int rows) {
    tooNear = rows;
  }

  /** Takes what the pool of a walk holds as found. */
  void take(CandidatePool pool) {
    reserve(pool.size());
    for (int i = 0; i < foundCount; i++) {
      found[i] = pool.slot(i);
    }
  }

  /** Takes the slots among the nearest as found. */
  void takeNearest() {
    reserve(nearest.size());
    long[] sorted = nearest.sorted();
    for (int i = 0; i < foundCount; i++) {
      found[i] = Ranked.row(sorted[i]);
    }
  }

  /**
   * Puts slots in front of what was found, each once.
   *
   * @param slots rising
   */
  void putFirst(int[] slots) {
    int others = 0;
    for (int i = 0; i < foundCount; i++) {
      if (Arrays.binarySearch(slots, found[i]) < 0) {
        found[others++] = found[i];
      }
    }
    int[] before = found;
    reserve(slots.length + others);
    System.arraycopy(before, 0, found, slots.length, others);
    System.arraycopy(slots, 0, found, 0, slots.length);
  }

  private void reserve(int count) {
    if (found.length < count) {
      found = new int[Math.max(count, 2 * found.length)];
    }
    foundCount = count;
  }
}
