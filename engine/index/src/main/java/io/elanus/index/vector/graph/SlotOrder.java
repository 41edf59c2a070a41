package io.elanus.index.vector.graph;

import io.elanus.index.DenseRows;
import io.elanus.index.vector.rows.RowTable;
import java.util.Arrays;
import java.util.Random;

/**
 * The order of the slots of a graph: the present rows in a fixed pseudo-random order, which makes
 * every prefix a sample and so every prefix a layer.
 */
final class SlotOrder {
  private static final long SEED = 0x5EED;
  private static final int SAMPLE = 4096;

  private SlotOrder() {}

  /** The row of every slot. */
  static int[] of(DenseRows rows) {
    int[] order = new int[rows.count()];
    int slots = 0;
    for (int row = rows.present().next(0);
        row >= 0 && row < rows.count();
        row = rows.present().next(row + 1)) {
      order[slots++] = row;
    }
    order = Arrays.copyOf(order, slots);
    Random random = new Random(SEED);
    for (int i = slots - 1; i > 0; i--) {
      int j = random.nextInt(i + 1);
      int row = order[i];
      order[i] = order[j];
      order[j] = row;
    }
    return order;
  }

  /** Rows from which the ranges of codes are learned. */
  static float[][] sample(RowTable table) {
    float[][] sample = new float[Math.min(SAMPLE, table.count())][];
    for (int slot = 0; slot < sample.length; slot++) {
      sample[slot] = table.values(slot);
    }
    return sample;
  }
}
