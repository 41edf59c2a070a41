package io.elanus.index.vector.clusters;

import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.NearestCentres;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm on float32 rows by squared distance, from seeded rows. Trained on a sample, of
 * which the first rounds see a part: centres that move far need few rows to tell where to. The
 * sample is copied into the blocks that {@link NearestCentres} reads. Sums are taken row after row,
 * dimensions apart, so that the result does not depend on the number of threads.
 */
public final class KMeans {
  /** One in so many rows of the sample is seen, round after round. */
  private static final int[] SHARES = {8, 8, 4, 4, 2, 2, 1, 1};

  private static final int ROUNDS_OF_ALL = 10;

  private static final int TRAINING_ROWS_PER_CENTRE = 256;
  private static final int LEAST_ROWS_PER_CENTRE = 39;
  private static final long MOST_TRAINING_NUMBERS = 1 << 28;
  private static final long SEED = 0x5EED;

  /**
   * Products that a thread computes between two looks at whether to stop: in far less than a
   * millisecond, or in some tens of them before the kernel is compiled.
   */
  private static final long PRODUCTS = 1 << 20;

  private static final int DIMENSIONS_PER_TASK = 16;

  private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE;

  /** Rows that a task sums up before there is a look at whether to stop. */
  private static final int ROWS_PER_TASK = 1 << 16;

  /** Centres that are moved or measured between two looks at whether to stop. */
  private static final int CENTRES_PER_LOOK = 1024;

  private final Points rows;
  private final int count;
  private final float[] centres;
  private final float[] halves;
  private final NearestCentres kernel;
  private final Workers workers;
  private final Arena arena;
  private final boolean onSphere;

  /**
   * Rows of float32, the first of them at the start of some memory.
   *
   * @param stride bytes from one row to the next
   */
  public record Points(MemorySegment data, long stride, int dimension, int count) {
    public static Points of(RowTable rows) {
      return new Points(rows.data(), rows.stride(), rows.dimension(), rows.count());
    }
  }

  /**
   * Clusters rows.
   *
   * @param count centres wanted, at most as many as there are rows
   * @param onSphere whether centres are of length 1, for rows that are
   */
  public KMeans(Points rows, int count, boolean onSphere, Workers workers, Arena arena) {
    this.onSphere = onSphere;
    this.rows = rows;
    this.count = count;
    this.workers = workers;
    this.arena = arena;
    this.centres = new float[Math.multiplyExact(count, rows.dimension())];
    this.halves = new float[count];
    this.kernel = Kernels.nearestCentres(rows.dimension());
  }

  /** Learns the centres; returns them, [count × dimension], and may change them later. */
  public float[] train() {
    return train(SHARES);
  }

  /** As {@link #train()}, with rounds that all see the whole sample: for centres that are few. */
  public float[] trainThoroughly() {
    int[] shares = new int[ROUNDS_OF_ALL];
    Arrays.fill(shares, 1);
    return train(shares);
  }

  private float[] train(int[] shares) {
    int[] sample = sample(rows.count(), count, rows.dimension());
    int dimension = rows.dimension();
    for (int i = 0; i < count; i++) {
      MemorySegment.copy(
          rows.data(),
          IndexFileFormat.FLOAT,
          (long) sample[i] * rows.stride(),
          centres,
          i * dimension,
          dimension);
    }
    int blocks = blocks(sample.length);
    try (Arena training = Arena.ofShared()) {
      MemorySegment copies = workers.context().allocate(training, blocks * blockBytes());
      workers.each(blocks, (worker, block) -> copy(sample, block, copies, block * blockBytes()));
      MemorySegment sums = workers.context().allocate(training, sumBytes(count, dimension));
      int[] before = new int[0];
      for (int share : shares) {
        int[] nearest = nearest(part(sample.length, share), copies);
        if (Arrays.equals(nearest, before)) {
          break;
        }
        update(copies, nearest, sums);
        before = nearest;
      }
    }
    measure();
    return centres;
  }

  /** Rows that a round sees; enough of them to learn from where centres are many. */
  private int part(int sampled, int share) {
    long least = Math.max((long) count * LEAST_ROWS_PER_CENTRE, sampled / share);
    return (int) Math.min(sampled, least);
  }

  /** The nearest centre of each of the slots. */
  public int[] assign(int[] slots) {
    int[] nearest = new int[slots.length];
    int blocks = blocks(slots.length);
    MemorySegment copies = workers.context().allocate(arena, workers.count() * blockBytes());
    int[][] found = new int[workers.count()][NearestCentres.BLOCK_ROWS];
    each(
        blocks,
        (worker, block) -> {
          long own = worker * blockBytes();
          copy(slots, block, copies, own);
          kernel.find(copies, own, 1, centres, halves, count, found[worker]);
          int first = block * NearestCentres.BLOCK_ROWS;
          int some = Math.min(NearestCentres.BLOCK_ROWS, slots.length - first);
          System.arraycopy(found[worker], 0, nearest, first, some);
        });
    return nearest;
  }

  /** The nearest centre of each row of the sample. */
  private int[] nearest(int sampled, MemorySegment copies) {
    measure();
    int[] nearest = new int[sampled];
    int[][] found = new int[workers.count()][NearestCentres.BLOCK_ROWS];
    each(
        blocks(sampled),
        (worker, block) -> {
          kernel.find(copies, block * blockBytes(), 1, centres, halves, count, found[worker]);
          int first = block * NearestCentres.BLOCK_ROWS;
          int some = Math.min(NearestCentres.BLOCK_ROWS, sampled - first);
          System.arraycopy(found[worker], 0, nearest, first, some);
        });
    return nearest;
  }

  /** Runs a task for each block, many of them at once where they are short. */
  private void each(int blocks, Workers.Task task) {
    long products = (long) count * rows.dimension() * NearestCentres.BLOCK_ROWS;
    int some = (int) Math.clamp(PRODUCTS / Math.max(1, products), 1, 256);
    workers.each(
        (blocks + some - 1) / some,
        (worker, i) -> {
          for (int block = i * some; block < Math.min(blocks, (i + 1) * some); block++) {
            task.run(worker, block);
          }
        });
  }

  private static int blocks(int rows) {
    return (rows + NearestCentres.BLOCK_ROWS - 1) / NearestCentres.BLOCK_ROWS;
  }

  private long blockBytes() {
    return NearestCentres.blockBytes(rows.dimension());
  }

  /** Copies the rows of a block, the last of them again where there are too few. */
  private void copy(int[] slots, int block, MemorySegment copies, long at) {
    int first = block * NearestCentres.BLOCK_ROWS;
    MemorySegment data = rows.data();
    for (int i = 0; i < NearestCentres.BLOCK_ROWS; i++) {
      long row = (long) slots[Math.min(first + i, slots.length - 1)] * rows.stride();
      long to = at + 4L * i;
      for (int j = 0; j < rows.dimension(); j++) {
        float number = data.get(IndexFileFormat.FLOAT, row + 4L * j);
        copies.set(IndexFileFormat.FLOAT, to + 4L * NearestCentres.BLOCK_ROWS * j, number);
      }
    }
  }

  /** Moves each centre to the mean of its rows, or where it points to; one without rows stays. */
  private void update(MemorySegment copies, int[] nearest, MemorySegment sums) {
    int dimension = rows.dimension();
    int tasks = tasks(dimension);
    for (int from = 0; from < nearest.length; from += ROWS_PER_TASK) {
      int first = from;
      int end = Math.min(nearest.length, first + ROWS_PER_TASK);
      workers.each(tasks, (worker, task) -> sum(copies, nearest, first, end, task, sums));
    }
    int[] members = new int[count];
    for (int centre : nearest) {
      members[centre]++;
    }
    for (int c = 0; c < count; c++) {
      workers.context().look(c, CENTRES_PER_LOOK);
      double length = onSphere ? length(sums, c) : members[c];
      for (int j = 0; j < dimension && length > 0; j++) {
        centres[c * dimension + j] = (float) (sums.get(DOUBLE, sumAt(c, j)) / length);
      }
    }
  }

  /** Adds the numbers of some rows in the dimensions of a task to the sums of their centres. */
  private void sum(
      MemorySegment copies, int[] nearest, int firstRow, int endRow, int task, MemorySegment sums) {
    int dimension = rows.dimension();
    int first = task * DIMENSIONS_PER_TASK;
    int end = Math.min(dimension, first + DIMENSIONS_PER_TASK);
    if (firstRow == 0) {
      sums.asSlice(sumAt(0, first), count * sumBytes(dimension)).fill((byte) 0);
    }
    for (int row = firstRow; row < endRow; row++) {
      long block = row / NearestCentres.BLOCK_ROWS * blockBytes();
      long at = block + 4L * (row % NearestCentres.BLOCK_ROWS);
      long sum = sumAt(nearest[row], first);
      for (int j = first; j < end; j++) {
        float number = copies.get(IndexFileFormat.FLOAT, at + 4L * NearestCentres.BLOCK_ROWS * j);
        long own = sum + 8L * (j - first);
        sums.set(DOUBLE, own, sums.get(DOUBLE, own) + number);
      }
    }
  }

  private double length(MemorySegment sums, int centre) {
    double squared = 0;
    for (int j = 0; j < rows.dimension(); j++) {
      double sum = sums.get(DOUBLE, sumAt(centre, j));
      squared += sum * sum;
    }
    return Math.sqrt(squared);
  }

  /** Where the sum of a centre in a dimension is: those of a task lie together. */
  private long sumAt(int centre, int dimension) {
    long task = dimension / DIMENSIONS_PER_TASK;
    return (task * count + centre) * sumBytes(rows.dimension())
        + 8L * (dimension % DIMENSIONS_PER_TASK);
  }

  private static int tasks(int dimension) {
    return (dimension + DIMENSIONS_PER_TASK - 1) / DIMENSIONS_PER_TASK;
  }

  /** Bytes of the sums of a centre in the dimensions of a task. */
  private static long sumBytes(int dimension) {
    return 8L * Math.min(dimension, DIMENSIONS_PER_TASK);
  }

  private static long sumBytes(int centres, int dimension) {
    return (long) centres * tasks(dimension) * sumBytes(dimension);
  }

  private void measure() {
    int dimension = rows.dimension();
    for (int c = 0; c < count; c++) {
      workers.context().look(c, CENTRES_PER_LOOK);
      double squared = 0;
      for (int j = c * dimension; j < (c + 1) * dimension; j++) {
        squared += (double) centres[j] * centres[j];
      }
      halves[c] = (float) (squared / 2);
    }
  }

  /** [count] centres, padded as the rows are. */
  public MemorySegment padded() {
    MemorySegment padded = workers.context().allocate(arena, count * rows.stride());
    for (int c = 0; c < count; c++) {
      MemorySegment.copy(
          centres,
          c * rows.dimension(),
          padded,
          IndexFileFormat.FLOAT,
          (long) c * rows.stride(),
          rows.dimension());
    }
    return padded;
  }

  /**
   * Bytes that training takes, beside the rows: a copy of the sample, sums off the heap, and the
   * centres, which alone are on it.
   */
  static long trainingBytes(int rows, int centres, int dimension) {
    return 4L * dimension * ((long) sampled(rows, centres, dimension) + centres)
        + sumBytes(centres, dimension);
  }

  /** Rows that some centres of rows of a dimension are learnt from. */
  static int sampled(int rows, int centres, int dimension) {
    long most = (long) centres * TRAINING_ROWS_PER_CENTRE;
    long least = (long) centres * LEAST_ROWS_PER_CENTRE;
    return (int) Math.min(rows, Math.max(least, Math.min(most, MOST_TRAINING_NUMBERS / dimension)));
  }

  /** Training slots; the first of them seed the centres. */
  static int[] sample(int rows, int centres, int dimension) {
    int wanted = sampled(rows, centres, dimension);
    int[] slots = IntStream.range(0, rows).toArray();
    Random random = new Random(SEED);
    for (int i = 0; i < wanted; i++) {
      int j = i + random.nextInt(slots.length - i);
      int slot = slots[i];
      slots[i] = slots[j];
      slots[j] = slot;
    }
    return Arrays.copyOf(slots, wanted);
  }
}
