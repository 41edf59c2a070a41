package io.elanus.index.vector.clusters;

import io.elanus.index.IndexSpec;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.vectors.Kernel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.stream.IntStream;

/**
 * k-means on binary rows: a row belongs to the centre that is nearest by the metric, and a centre
 * has the bits that most of its rows have (k-majority; Grana et al. 2013). Counts are taken row
 * after row, so that the result does not depend on the number of threads.
 */
public final class BitClusters {
  private static final int ROUNDS = 8;

  /** What a task counts before there is a look at whether to stop. */
  private static final int BITS_PER_TASK = 256;

  private static final int ROWS_PER_TASK = 1 << 12;

  private final RowTable rows;
  private final int count;
  private final Kernel kernel;
  private final MemorySegment centres;
  private final Workers workers;
  private final MemorySegment[] queries;
  private final float[][] distances;

  private BitClusters(RowTable rows, int count, Workers workers, Arena arena) {
    this.rows = rows;
    this.count = count;
    this.workers = workers;
    this.kernel = rows.kernel();
    this.centres = workers.context().allocate(arena, (long) count * rows.stride());
    this.distances = new float[workers.count()][Scratch.BLOCK];
    this.queries = new MemorySegment[workers.count()];
    for (int i = 0; i < queries.length; i++) {
      queries[i] = arena.allocate(kernel.queryBytes(), 64);
    }
  }

  public static Clusters of(IndexSpec spec, RowTable rows, Workers workers, Arena arena) {
    int lists = Clusters.lists(spec, rows.count());
    BitClusters clusters = new BitClusters(rows, lists, workers, arena);
    clusters.train();
    int[] nearest = clusters.assign(IntStream.range(0, rows.count()).toArray());
    return Clusters.of(nearest, lists, clusters.centres);
  }

  /** Bytes of the counts of bits that centres are learnt from, a round's at a time. */
  public static long countBytes(IndexSpec spec, int rows, int dimension) {
    return 4L * dimension * Clusters.lists(spec, rows);
  }

  private void train() {
    int[] sample = KMeans.sample(rows.count(), count, rows.dimension());
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          rows.data(),
          (long) sample[i] * rows.stride(),
          centres,
          (long) i * rows.stride(),
          rows.stride());
    }
    for (int round = 0; round < ROUNDS; round++) {
      update(sample, assign(sample));
    }
  }

  private int[] assign(int[] slots) {
    int[] nearest = new int[slots.length];
    workers.run(
        slots.length,
        (worker, i) -> nearest[i] = nearest(slots[i], queries[worker], distances[worker]));
    return nearest;
  }

  private int nearest(int slot, MemorySegment query, float[] between) {
    kernel.prepare(rows.data().asSlice((long) slot * rows.stride(), rows.stride()), query);
    int nearest = 0;
    float least = Float.POSITIVE_INFINITY;
    long stride = rows.stride();
    for (int from = 0; from < count; from += Scratch.BLOCK) {
      int some = Math.min(Scratch.BLOCK, count - from);
      kernel.distances(query, centres, from * stride, stride, Scratch.ASCENDING, some, between);
      for (int i = 0; i < some; i++) {
        if (between[i] < least) {
          least = between[i];
          nearest = from + i;
        }
      }
    }
    return nearest;
  }

  /** Gives each centre the bits of the majority of its rows; one without rows stays. */
  private void update(int[] sample, int[] nearest) {
    int[][] ones = new int[count][rows.dimension()];
    int tasks = (rows.dimension() + BITS_PER_TASK - 1) / BITS_PER_TASK;
    for (int from = 0; from < sample.length; from += ROWS_PER_TASK) {
      int first = from;
      int end = Math.min(sample.length, first + ROWS_PER_TASK);
      workers.each(tasks, (worker, task) -> count(sample, nearest, first, end, task, ones));
    }
    int[] members = new int[count];
    for (int centre : nearest) {
      members[centre]++;
    }
    workers.run(
        count,
        (worker, c) -> {
          if (members[c] > 0) {
            write(c, ones[c], members[c]);
          }
        });
  }

  /** Adds the bits of a task of some rows to those of their centres. */
  private void count(int[] sample, int[] nearest, int first, int end, int task, int[][] ones) {
    int firstBit = task * BITS_PER_TASK;
    int endBit = Math.min(rows.dimension(), firstBit + BITS_PER_TASK);
    for (int i = first; i < end; i++) {
      long at = (long) sample[i] * rows.stride();
      int[] counted = ones[nearest[i]];
      for (int bit = firstBit; bit < endBit; bit++) {
        counted[bit] += rows.data().get(ValueLayout.JAVA_BYTE, at + bit / 8) >> (bit % 8) & 1;
      }
    }
  }

  private void write(int centre, int[] ones, int members) {
    long at = (long) centre * rows.stride();
    centres.asSlice(at, rows.stride()).fill((byte) 0);
    for (int bit = 0; bit < ones.length; bit++) {
      if (2 * ones[bit] > members) {
        int octet = centres.get(ValueLayout.JAVA_BYTE, at + bit / 8) | 1 << (bit % 8);
        centres.set(ValueLayout.JAVA_BYTE, at + bit / 8, (byte) octet);
      }
    }
  }
}
