package io.elanus.index.vector.trees;

import static io.elanus.index.vector.file.IndexFileFormat.INT;

import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.scan.Ranked;
import io.elanus.vectors.Kernel;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/** One tree while it grows; see {@link AnnoyBuild}. */
final class AnnoyTree {
  private static final int PAIRS = 4;
  private static final int SAMPLE = 64;
  private static final int ROWS_PER_CHECK = 4096;

  private final RowTable table;
  private final Kernel kernel;
  private final int leaf;
  private final Random random;
  private final Runnable check;
  private final int[] slots;
  private final float[] toA;
  private final float[] toB;
  private int[] nodes = new int[64 * AnnoyBuild.NODE_INTS];
  private int count;

  /**
   * @param leaf most slots of a leaf
   * @param check called every few milliseconds
   */
  AnnoyTree(RowTable table, int leaf, long seed, Runnable check) {
    this.table = table;
    this.kernel = table.kernel();
    this.leaf = leaf;
    this.random = new Random(seed);
    this.check = check;
    this.slots = new int[table.count()];
    Arrays.setAll(slots, slot -> slot);
    this.toA = new float[ROWS_PER_CHECK];
    this.toB = new float[ROWS_PER_CHECK];
  }

  void grow() {
    grow(0, slots.length);
  }

  int nodes() {
    return count;
  }

  /** Grows the part of the tree over the slots [from, to); returns its node. */
  private int grow(int from, int to) {
    int node = count++;
    if (nodes.length < count * AnnoyBuild.NODE_INTS) {
      nodes = Arrays.copyOf(nodes, 2 * nodes.length);
    }
    if (to - from <= leaf) {
      set(node, from, to, -1, 0, 0, 0);
      return node;
    }
    Plane plane = widest(from, to);
    long[] ranked = new long[to - from];
    for (int first = from; first < to; first += ROWS_PER_CHECK) {
      check.run();
      int[] some = Arrays.copyOfRange(slots, first, Math.min(to, first + ROWS_PER_CHECK));
      float[] sides = plane.sides(some);
      for (int i = 0; i < some.length; i++) {
        ranked[first - from + i] = Ranked.of(-sides[i], some[i]);
      }
    }
    Arrays.sort(ranked);
    for (int i = 0; i < ranked.length; i++) {
      slots[from + i] = Ranked.row(ranked[i]);
    }
    int middle = (from + to) >>> 1;
    float threshold = -Ranked.distance(ranked[middle - from]);
    int left = grow(from, middle);
    int right = grow(middle, to);
    set(
        node,
        left,
        right,
        plane.a,
        plane.b,
        Float.floatToRawIntBits(plane.scale),
        Float.floatToRawIntBits(threshold));
    return node;
  }

  private void set(int node, int... ints) {
    System.arraycopy(ints, 0, nodes, node * AnnoyBuild.NODE_INTS, ints.length);
  }

  /** Of some random planes the one that a sample is spread most along. */
  private Plane widest(int from, int to) {
    int[] sample = new int[Math.min(SAMPLE, to - from)];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = slots[from + random.nextInt(to - from)];
    }
    Plane best = plane(sample[0], sample[1]);
    double most = -1;
    for (int pair = 0; pair < PAIRS; pair++) {
      Plane plane = plane(sample[2 * pair], sample[2 * pair + 1]);
      double spread = variance(plane.sides(sample));
      if (spread > most) {
        most = spread;
        best = plane;
      }
    }
    return best;
  }

  private static double variance(float[] values) {
    double sum = 0;
    double squares = 0;
    for (float value : values) {
      sum += value;
      squares += (double) value * value;
    }
    return squares - sum * sum / values.length;
  }

  private Plane plane(int a, int b) {
    float[] left = table.values(a);
    float[] right = table.values(b);
    double squared = 0;
    for (int i = 0; i < left.length; i++) {
      squared += ((double) left[i] - right[i]) * ((double) left[i] - right[i]);
    }
    return new Plane(a, b, squared > 0 ? (float) (1 / Math.sqrt(squared)) : 0);
  }

  /** Between two slots; the scale makes of differences of distances ways to the plane. */
  private final class Plane {
    final int a;
    final int b;
    final float scale;

    Plane(int a, int b, float scale) {
      this.a = a;
      this.b = b;
      this.scale = scale;
    }

    /** How far slots are on the side of a. */
    float[] sides(int[] some) {
      distances(a, some, toA);
      distances(b, some, toB);
      float[] sides = new float[some.length];
      for (int i = 0; i < some.length; i++) {
        sides[i] = scale * (toB[i] - toA[i]);
      }
      return sides;
    }

    private void distances(int slot, int[] some, float[] distances) {
      MemorySegment query = table.data().asSlice((long) slot * table.stride(), table.stride());
      kernel.distances(query, table.data(), 0, table.stride(), some, some.length, distances);
    }
  }

  /**
   * Writes the tree.
   *
   * @param firstNode number of its root
   * @param firstSlot place of its first slot
   */
  void write(int firstNode, MemorySegment allNodes, MemorySegment allSlots, long firstSlot) {
    MemorySegment.copy(slots, 0, allSlots, INT, 4 * firstSlot, slots.length);
    for (int node = 0; node < count; node++) {
      int at = node * AnnoyBuild.NODE_INTS;
      if (nodes[at + 2] >= 0) {
        nodes[at] += firstNode;
        nodes[at + 1] += firstNode;
      }
    }
    MemorySegment.copy(
        nodes,
        0,
        allNodes,
        INT,
        4L * AnnoyBuild.NODE_INTS * firstNode,
        count * AnnoyBuild.NODE_INTS);
  }
}
