package io.elanus.index.vector.trees;

import io.elanus.index.vector.rows.RowTable;
import io.elanus.vectors.Distance;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;

/**
 * Finds the direction that rows are spread most along: the first principal one of a random sample,
 * by a few steps of the power iteration. Other samples have others, so that trees differ.
 *
 * <p>Rows that are near to each other lie on one side of such a plane more often than of one
 * between two random rows (glosses, 60,000 × 384, 16 trees: .54 of the 10 nearest among 400 rows
 * compared, .32 between the widest of four random pairs).
 */
final class Spread {
  private static final int SAMPLE = 128;
  private static final int STEPS = 3;

  private final RowTable table;
  private final Kernel products;
  private final MemorySegment query;
  private final Random random;

  Spread(RowTable table, Random random) {
    this.table = table;
    this.products = Kernels.of(table.type(), Distance.INNER_PRODUCT, table.dimension());
    this.query = Arena.ofAuto().allocate(products.queryBytes(), 64);
    this.random = random;
  }

  /** A direction of length 1; zeros where the rows sampled have none. */
  float[] widest(int[] slots, int from, int to) {
    int[] sample = new int[Math.min(SAMPLE, to - from)];
    float[][] rows = new float[sample.length][];
    float[] mean = new float[table.dimension()];
    for (int i = 0; i < sample.length; i++) {
      sample[i] = slots[from + random.nextInt(to - from)];
      rows[i] = table.values(sample[i]);
      add(1f / sample.length, rows[i], mean);
    }
    float[] direction = new float[table.dimension()];
    for (int i = 0; i < direction.length; i++) {
      direction[i] = (float) random.nextGaussian();
    }
    for (int step = 0; step < STEPS && normalise(direction); step++) {
      float[] along = along(direction, sample);
      float middle = 0;
      for (float value : along) {
        middle += value / along.length;
      }
      float[] next = new float[direction.length];
      float sum = 0;
      for (int i = 0; i < along.length; i++) {
        add(along[i] - middle, rows[i], next);
        sum += along[i] - middle;
      }
      add(-sum, mean, next);
      direction = next;
    }
    if (!normalise(direction)) {
      Arrays.fill(direction, 0);
    }
    return direction;
  }

  /** How far rows lie along a direction. */
  float[] along(float[] direction, int[] slots) {
    float[] distances = new float[slots.length];
    products.prepare(MemorySegment.ofArray(direction), query);
    products.distances(query, table.data(), 0, table.stride(), slots, slots.length, distances);
    for (int i = 0; i < distances.length; i++) {
      distances[i] = -distances[i];
    }
    return distances;
  }

  private static void add(float factor, float[] row, float[] sum) {
    for (int i = 0; i < sum.length; i++) {
      sum[i] += factor * row[i];
    }
  }

  /** Whether there is a direction to bring to length 1. */
  private static boolean normalise(float[] direction) {
    double squared = 0;
    for (float value : direction) {
      squared += (double) value * value;
    }
    float scale = (float) (1 / Math.sqrt(squared));
    if (!(scale > 0 && scale < Float.POSITIVE_INFINITY)) {
      return false;
    }
    for (int i = 0; i < direction.length; i++) {
      direction[i] *= scale;
    }
    return true;
  }
}
