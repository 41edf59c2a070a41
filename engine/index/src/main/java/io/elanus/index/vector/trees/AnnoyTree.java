package io.elanus.index.vector.trees;

import static io.elanus.index.vector.file.IndexFileFormat.FLOAT;
import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.scan.Ranked;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** One tree while it grows; see {@link AnnoyBuild}. */
final class AnnoyTree {
  private static final int ROWS_PER_CHECK = 4096;

  private final RowTable table;
  private final int leaf;
  private final Runnable check;
  private final Spread spread;
  private final int[] slots;
  private int[] nodes = new int[64 * AnnoyBuild.NODE_INTS];
  private int count;
  private float[][] planes = new float[64][];
  private int planeCount;

  /**
   * @param table float32 rows
   * @param leaf most slots of a leaf
   * @param check called every few milliseconds
   */
  AnnoyTree(RowTable table, int leaf, long seed, Runnable check) {
    this.table = table;
    this.leaf = leaf;
    this.check = check;
    this.spread = new Spread(table, new Random(seed));
    this.slots = new int[table.count()];
    Arrays.setAll(slots, slot -> slot);
  }

  void grow() {
    grow(0, slots.length);
  }

  int nodes() {
    return count;
  }

  int planes() {
    return planeCount;
  }

  /** Grows the part of the tree over the slots [from, to); returns its node. */
  private int grow(int from, int to) {
    int node = count++;
    if (nodes.length < count * AnnoyBuild.NODE_INTS) {
      nodes = Arrays.copyOf(nodes, 2 * nodes.length);
    }
    if (to - from <= leaf) {
      set(node, from, to, -1, 0);
      return node;
    }
    int plane = planeCount++;
    if (planes.length < planeCount) {
      planes = Arrays.copyOf(planes, 2 * planes.length);
    }
    planes[plane] = spread.widest(slots, from, to);
    float threshold = halve(planes[plane], from, to);
    int middle = (from + to) >>> 1;
    int left = grow(from, middle);
    int right = grow(middle, to);
    set(node, left, right, plane, Float.floatToRawIntBits(threshold));
    return node;
  }

  /** Brings the half farthest along a direction to the front; returns what parts the halves. */
  private float halve(float[] plane, int from, int to) {
    long[] ranked = new long[to - from];
    for (int first = from; first < to; first += ROWS_PER_CHECK) {
      check.run();
      int[] some = Arrays.copyOfRange(slots, first, Math.min(to, first + ROWS_PER_CHECK));
      float[] along = spread.along(plane, some);
      for (int i = 0; i < some.length; i++) {
        ranked[first - from + i] = Ranked.of(-along[i], some[i]);
      }
    }
    Arrays.sort(ranked);
    for (int i = 0; i < ranked.length; i++) {
      slots[from + i] = Ranked.row(ranked[i]);
    }
    int middle = ((from + to) >>> 1) - from;
    return -0.5f * (Ranked.distance(ranked[middle - 1]) + Ranked.distance(ranked[middle]));
  }

  private void set(int node, int... ints) {
    System.arraycopy(ints, 0, nodes, node * AnnoyBuild.NODE_INTS, ints.length);
  }

  /**
   * Writes the tree.
   *
   * @param firstNode number of its root
   * @param firstPlane number of its first plane
   * @param firstSlot place of its first slot
   */
  void write(int firstNode, int firstPlane, long firstSlot, AnnoyBuild.Memory memory) {
    MemorySegment.copy(slots, 0, memory.slots(), INT, 4 * firstSlot, slots.length);
    for (int node = 0; node < count; node++) {
      int at = node * AnnoyBuild.NODE_INTS;
      if (nodes[at + 2] >= 0) {
        nodes[at] += firstNode;
        nodes[at + 1] += firstNode;
        nodes[at + 2] += firstPlane;
      }
    }
    long nodeBytes = (long) AnnoyBuild.NODE_BYTES * firstNode;
    MemorySegment.copy(nodes, 0, memory.nodes(), INT, nodeBytes, count * AnnoyBuild.NODE_INTS);
    for (int plane = 0; plane < planeCount; plane++) {
      long at = (long) (firstPlane + plane) * table.stride();
      MemorySegment.copy(planes[plane], 0, memory.planes(), FLOAT, at, planes[plane].length);
    }
  }
}
