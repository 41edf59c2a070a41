package io.elanus.index.vector.trees;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.BuildContext;
import io.elanus.index.vector.rows.PiecewiseSort;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.vectors.ElementType;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** One tree while it grows, in its places of the file's memory; see {@link AnnoyBuild}. */
final class AnnoyTree {
  private static final int ROWS_PER_LOOK = 4096;

  private final RowTable table;
  private final int leaf;
  private final BuildContext context;
  private final Spread spread;
  private final int[] slots;
  private final AnnoyBuild.Memory memory;
  private final int tree;
  private int nextNode;
  private int nextPlane;

  /**
   * Forks and leaves of a tree, and the slots they are over: all trees of a forest have as many.
   */
  record Size(int forks, int slots) {
    static Size of(int slots, int leaf) {
      return new Size(forks(slots, leaf), slots);
    }

    private static int forks(int slots, int leaf) {
      return slots <= leaf ? 0 : 1 + forks(slots / 2, leaf) + forks(slots - slots / 2, leaf);
    }

    int nodes() {
      return 2 * forks + 1;
    }
  }

  /**
   * @param table float32 rows, which may have a dimension more than planes keep
   * @param leaf most slots of a leaf
   * @param tree number of the tree
   * @param memory of all trees
   * @param context asked every few milliseconds whether to stop
   */
  AnnoyTree(
      RowTable table,
      int leaf,
      int tree,
      long seed,
      AnnoyBuild.Memory memory,
      BuildContext context) {
    Size size = Size.of(table.count(), leaf);
    this.table = table;
    this.leaf = leaf;
    this.tree = tree;
    this.memory = memory;
    this.context = context;
    this.nextNode = tree * size.nodes();
    this.nextPlane = tree * size.forks();
    this.spread = new Spread(table, new Random(seed));
    this.slots = new int[table.count()];
    Arrays.setAll(slots, slot -> slot);
  }

  void grow() {
    grow(0, slots.length);
    MemorySegment.copy(slots, 0, memory.slots(), INT, 4L * tree * slots.length, slots.length);
  }

  /** Grows the part of the tree over the slots [from, to); returns its node. */
  private int grow(int from, int to) {
    int node = nextNode++;
    if (to - from <= leaf) {
      set(node, from, to, -1, 0);
      return node;
    }
    int plane = nextPlane++;
    float[] direction = spread.widest(slots, from, to);
    long at = planeAt(plane, ElementType.FLOAT32.paddedBytes(memory.dimension()));
    MemorySegment.copy(direction, 0, memory.planes(), FLOAT, at, memory.dimension());
    float threshold = halve(direction, from, to);
    int middle = (from + to) >>> 1;
    int left = grow(from, middle);
    int right = grow(middle, to);
    set(node, left, right, plane, Float.floatToRawIntBits(threshold));
    return node;
  }

  /** Where a plane begins, in bytes. */
  static long planeAt(int plane, int stride) {
    return (long) plane * stride;
  }

  /** Brings the half farthest along a direction to the front; returns what parts the halves. */
  private float halve(float[] plane, int from, int to) {
    long[] ranked = new long[to - from];
    for (int first = from; first < to; first += ROWS_PER_LOOK) {
      context.stopIfCancelled();
      int[] some = Arrays.copyOfRange(slots, first, Math.min(to, first + ROWS_PER_LOOK));
      float[] along = spread.along(plane, some);
      for (int i = 0; i < some.length; i++) {
        ranked[first - from + i] = Ranked.of(-along[i], some[i]);
      }
    }
    PiecewiseSort.sort(ranked, context);
    for (int i = 0; i < ranked.length; i++) {
      slots[from + i] = Ranked.row(ranked[i]);
    }
    int middle = ((from + to) >>> 1) - from;
    return -0.5f * (Ranked.distance(ranked[middle - 1]) + Ranked.distance(ranked[middle]));
  }

  private void set(int node, int... ints) {
    long at = (long) AnnoyBuild.NODE_BYTES * node;
    MemorySegment.copy(ints, 0, memory.nodes(), INT, at, ints.length);
  }
}
