package io.elanus.index.vector;

import io.elanus.index.ScoreRange;
import io.elanus.schema.Bits;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What one thread needs to search graphs, kept from search to search. */
final class GraphScratch {
  private static final ThreadLocal<GraphScratch> LOCAL = ThreadLocal.withInitial(GraphScratch::new);

  final GraphWalk walk = new GraphWalk();
  final TopK nearest = new TopK();
  final int[] ordinals = new int[Scratch.BLOCK];
  final float[] distances = new float[Scratch.BLOCK];
  private final Frontier frontier = new Frontier();
  private MemorySegment exactQuery = MemorySegment.NULL;
  private int[] found = new int[256];
  private int foundCount;

  private GraphScratch() {}

  static GraphScratch local() {
    return LOCAL.get();
  }

  /** Memory for the query that exact distances are computed with. */
  MemorySegment exactQuery(int bytes) {
    if (exactQuery.byteSize() < bytes) {
      exactQuery = Arena.ofAuto().allocate(bytes, 64);
    }
    return exactQuery;
  }

  /** Slots found by the last walk or scan, nearest first. */
  int found() {
    return foundCount;
  }

  int foundSlot(int i) {
    return found[i];
  }

  /** Takes what the walk's pool holds as found. */
  void takePool() {
    reserve(walk.pool.size());
    for (int i = 0; i < foundCount; i++) {
      found[i] = walk.pool.slot(i);
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

  private void reserve(int count) {
    if (found.length < count) {
      found = new int[Math.max(count, 2 * found.length)];
    }
    foundCount = count;
  }

  /**
   * Walks the base layer from the pool on, over rejected slots too, and takes the nearest eligible
   * ones as found.
   *
   * @param budget distances after which to give up
   * @return whether the walk came to its end
   */
  boolean exploreFiltered(
      HnswSearch search, MemorySegment query, Bits eligible, int ef, int budget) {
    nearest.reset(ef);
    frontier.clear();
    walk.startAtPool(search.rows().count());
    for (int i = 0; i < walk.pool.size(); i++) {
      meet(search, eligible, walk.pool.slot(i), walk.pool.distance(i));
    }
    int compared = 0;
    while (!frontier.isEmpty()) {
      long next = frontier.pop();
      if (next > nearest.bound()) {
        break;
      }
      int count = walk.step(search.walked(), query, search.graph().base(), Ranked.row(next));
      compared += count;
      if (compared > budget) {
        return false;
      }
      for (int i = 0; i < count; i++) {
        meet(search, eligible, walk.steppedSlot(i), walk.steppedDistance(i));
      }
    }
    takeNearest();
    return true;
  }

  private void meet(HnswSearch search, Bits eligible, int slot, float distance) {
    long ranked = Ranked.of(distance, slot);
    if (ranked < nearest.bound()) {
      frontier.push(ranked);
      if (eligible.get(search.rows().row(slot))) {
        nearest.offer(ranked);
      }
    }
  }

  /**
   * Offers every eligible row to the nearest.
   *
   * @param asRows whether to offer rows of the column rather than slots
   */
  void gather(
      HnswSearch search,
      FullRows space,
      MemorySegment query,
      Bits eligible,
      boolean asRows,
      ScoreRange range) {
    SlotRows rows = search.rows();
    long[] words = eligible.words();
    int words0 = (rows.columnRows() + 63) >>> 6;
    int count = 0;
    for (int word = 0; word < words0; word++) {
      for (long bits = words[word]; bits != 0; bits &= bits - 1) {
        int row = (word << 6) + Long.numberOfTrailingZeros(bits);
        int slot = row < rows.columnRows() ? rows.slot(row) : -1;
        if (slot >= 0) {
          ordinals[count++] = slot;
          if (count == Scratch.BLOCK) {
            offer(search, space, query, count, asRows, range);
            count = 0;
          }
        }
      }
    }
    offer(search, space, query, count, asRows, range);
  }

  private void offer(
      HnswSearch search,
      FullRows space,
      MemorySegment query,
      int count,
      boolean asRows,
      ScoreRange range) {
    space.distances(query, ordinals, count, distances);
    boolean ranged = range != ScoreRange.NONE;
    for (int i = 0; i < count; i++) {
      if (!ranged || range.accepts(search.form().distance().score(distances[i]))) {
        int id = asRows ? search.rows().row(ordinals[i]) : ordinals[i];
        nearest.offer(Ranked.of(distances[i], id));
      }
    }
  }
}
