package io.elanus.index.vector.clusters;

import io.elanus.index.vector.file.IndexFileFormat;
import io.elanus.index.vector.rows.RowTable;
import io.elanus.index.vector.rows.Workers;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Kernels;
import io.elanus.vectors.Tile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Lloyd's algorithm on float32 rows by squared distance, from seeded rows, a fixed number of
 * rounds. Distances are computed in tiles of rows by centres; sums are taken row after row, so that
 * the result does not depend on the number of threads.
 */
public final class KMeans {
  private static final int ROUNDS = 8;
  private static final int TRAINING_ROWS_PER_CENTRE = 128;
  private static final int ROWS_PER_TILE = 32;
  private static final int CENTRES_PER_TILE = 128;
  private static final int MOST_TRAINING_ROWS = 1 << 20;
  private static final long SEED = 0x5EED;

  private final RowTable rows;
  private final int count;
  private final MemorySegment centres;
  private final Tile tile;
  private final Workers workers;
  private final float[][] distances;
  private final boolean onSphere;

  /**
   * Clusters rows.
   *
   * @param rows float32
   * @param count centres wanted, at most as many as there are rows
   */
  public KMeans(RowTable rows, int count, Workers workers, Arena arena) {
    this(rows, count, false, workers, arena);
  }

  /**
   * As above.
   *
   * @param onSphere whether centres are of length 1, for rows that are
   */
  public KMeans(RowTable rows, int count, boolean onSphere, Workers workers, Arena arena) {
    this.onSphere = onSphere;
    this.rows = rows;
    this.count = count;
    this.workers = workers;
    this.centres = arena.allocate(Math.max(64, (long) count * rows.stride()), 64);
    this.tile = Kernels.tile(Distance.L2, rows.dimension());
    this.distances = new float[workers.count()][ROWS_PER_TILE * CENTRES_PER_TILE];
  }

  /** [count] padded float32 centres. */
  public MemorySegment train() {
    int[] sample = sample();
    for (int i = 0; i < count; i++) {
      copyRow(sample[i], i);
    }
    for (int round = 0; round < ROUNDS; round++) {
      update(sample, assign(sample));
    }
    return centres.asSlice(0, (long) count * rows.stride());
  }

  /** The nearest centre of each of the slots. */
  public int[] assign(int[] slots) {
    int[] nearest = new int[slots.length];
    int tiles = (slots.length + ROWS_PER_TILE - 1) / ROWS_PER_TILE;
    workers.run(
        tiles,
        (worker, t) -> {
          for (int i = t * ROWS_PER_TILE;
              i < Math.min(slots.length, (t + 1) * ROWS_PER_TILE);
              i++) {
            nearest[i] = -1;
          }
          assignTile(slots, t * ROWS_PER_TILE, nearest, distances[worker]);
        });
    return nearest;
  }

  private void assignTile(int[] slots, int from, int[] nearest, float[] between) {
    int to = Math.min(slots.length, from + ROWS_PER_TILE);
    for (int i = from; i < to; ) {
      int run = 1;
      while (i + run < to && slots[i + run] == slots[i] + run) {
        run++;
      }
      assignRun(slots[i], i, run, nearest, between);
      i += run;
    }
  }

  /** Rows that lie one after the other. */
  private void assignRun(int slot, int at, int run, int[] nearest, float[] between) {
    float[] best = new float[run];
    Arrays.fill(best, Float.POSITIVE_INFINITY);
    for (int first = 0; first < count; first += CENTRES_PER_TILE) {
      int some = Math.min(CENTRES_PER_TILE, count - first);
      tile.distances(
          rows.data(),
          (long) slot * rows.stride(),
          run,
          centres,
          (long) first * rows.stride(),
          some,
          rows.stride(),
          between);
      for (int i = 0; i < run; i++) {
        for (int j = 0; j < some; j++) {
          if (between[i * some + j] < best[i]) {
            best[i] = between[i * some + j];
            nearest[at + i] = first + j;
          }
        }
      }
    }
  }

  /** Moves each centre to the mean of its rows, or where it points to; one without rows stays. */
  private void update(int[] sample, int[] nearest) {
    double[][] sums = new double[count][rows.dimension()];
    int[] members = new int[count];
    for (int i = 0; i < sample.length; i++) {
      float[] values = rows.values(sample[i]);
      double[] sum = sums[nearest[i]];
      for (int j = 0; j < values.length; j++) {
        sum[j] += values[j];
      }
      members[nearest[i]]++;
    }
    for (int c = 0; c < count; c++) {
      double length = onSphere ? length(sums[c]) : members[c];
      for (int j = 0; j < rows.dimension() && length > 0; j++) {
        centres.set(
            IndexFileFormat.FLOAT,
            (long) c * rows.stride() + 4L * j,
            (float) (sums[c][j] / length));
      }
    }
  }

  private static double length(double[] sum) {
    double squared = 0;
    for (double value : sum) {
      squared += value * value;
    }
    return Math.sqrt(squared);
  }

  private void copyRow(int slot, int centre) {
    MemorySegment.copy(
        rows.data(),
        (long) slot * rows.stride(),
        centres,
        (long) centre * rows.stride(),
        rows.stride());
  }

  private int[] sample() {
    return sample(rows.count(), count);
  }

  /** Training slots; the first of them seed the centres. */
  static int[] sample(int rows, int centres) {
    long most = Math.min((long) centres * TRAINING_ROWS_PER_CENTRE, MOST_TRAINING_ROWS);
    int wanted = (int) Math.min(rows, Math.max(centres, most));
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
