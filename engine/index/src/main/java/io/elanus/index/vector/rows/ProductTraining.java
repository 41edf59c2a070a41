package io.elanus.index.vector.rows;

import io.elanus.vectors.Distance;
import io.elanus.vectors.ProductCodes;

/**
 * Learns the codebooks of {@link ProductCodes} from the first slots, which are a sample of the
 * rows: Lloyd's algorithm in every subspace, a fixed number of rounds, from rows as they come; each
 * further stage learns from what the one before left over. Sums are taken row after row, so that
 * the result does not depend on the number of threads.
 *
 * @param rows float32, in the order of the slots
 */
record ProductTraining(RowTable rows, ProductCodes.Shape shape, Workers workers) {
  private static final int ROUNDS = 8;
  private static final int ROWS_PER_ENTRY = 64;
  private static final int MOST_ROWS = 1 << 16;

  /** Numbers of the sample that are held at a time, but at least those of one subspace. */
  private static final int HELD = 1 << 23;

  /** Numbers that are compared between two looks at whether to stop, about. */
  private static final int COMPARED = 1 << 22;

  /** Rows that the mean is taken of between two looks at whether to stop. */
  private static final int ROWS_PER_LOOK = 1024;

  ProductCodes run(Distance distance) {
    int dimension = rows.dimension();
    int sampled = sampled();
    float[] mean = mean(sampled);
    float[] entries = new float[ProductCodes.entries(shape, dimension)];
    int subDimension = dimension / shape.subspaces();
    int together =
        (int) Math.clamp(HELD / Math.max(1, (long) sampled * subDimension), 1, shape.subspaces());
    for (int first = 0; first < shape.subspaces() && sampled > 0; first += together) {
      int count = Math.min(together, shape.subspaces() - first);
      new Group(first, subDimension, pieces(first, count, subDimension, sampled, mean), entries)
          .learn();
    }
    return new ProductCodes(shape, distance, mean, entries);
  }

  private int sampled() {
    int subDimension = rows.dimension() / shape.subspaces();
    int most = Math.min(MOST_ROWS, ROWS_PER_ENTRY * shape.entries());
    return Math.min(rows.count(), Math.clamp(4L * HELD / subDimension, 1, most));
  }

  private float[] mean(int sampled) {
    double[] sums = new double[rows.dimension()];
    for (int slot = 0; slot < sampled; slot++) {
      workers.context().look(slot, ROWS_PER_LOOK);
      float[] values = rows.values(slot);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += values[i];
      }
    }
    float[] mean = new float[sums.length];
    for (int i = 0; i < mean.length && sampled > 0; i++) {
      mean[i] = (float) (sums[i] / sampled);
    }
    return mean;
  }

  /** [subspaces][rows × dimension of a subspace] what the rows are beside their mean. */
  private float[][] pieces(int first, int count, int subDimension, int sampled, float[] mean) {
    float[][] pieces = new float[count][sampled * subDimension];
    workers.run(
        sampled,
        (worker, slot) -> {
          float[] values = rows.values(slot);
          for (int i = 0; i < count * subDimension; i++) {
            int at = first * subDimension + i;
            pieces[i / subDimension][slot * subDimension + i % subDimension] =
                values[at] - mean[at];
          }
        });
    return pieces;
  }

  /** Some subspaces that are learnt side by side. */
  private final class Group {
    private final int first;
    private final int subDimension;
    private final float[][] pieces;
    private final float[] entries;
    private final int sampled;
    private final int[][] codes;
    private final int rowsPerBlock;

    Group(int first, int subDimension, float[][] pieces, float[] entries) {
      this.first = first;
      this.subDimension = subDimension;
      this.pieces = pieces;
      this.entries = entries;
      this.sampled = pieces[0].length / subDimension;
      this.codes = new int[pieces.length][sampled];
      this.rowsPerBlock = Math.clamp(COMPARED / (shape.entries() * (long) subDimension), 8, 1024);
    }

    void learn() {
      for (int stage = 0; stage < shape.stages(); stage++) {
        int learnt = stage;
        for (int j = 0; j < pieces.length; j++) {
          seed(j, learnt);
        }
        for (int round = 0; round < ROUNDS; round++) {
          assign(learnt);
          workers.each(pieces.length, (worker, j) -> update(j, learnt));
        }
        if (stage < shape.stages() - 1) {
          assign(learnt);
          workers.each(pieces.length, (worker, j) -> subtract(j, learnt));
        }
      }
    }

    private int codebook(int j, int stage) {
      return ((first + j) * shape.stages() + stage) * subDimension * shape.entries();
    }

    private void seed(int j, int stage) {
      for (int e = 0; e < Math.min(shape.entries(), sampled); e++) {
        for (int d = 0; d < subDimension; d++) {
          entries[codebook(j, stage) + d * shape.entries() + e] = pieces[j][e * subDimension + d];
        }
      }
    }

    private void assign(int stage) {
      int blocks = (sampled + rowsPerBlock - 1) / rowsPerBlock;
      workers.each(
          pieces.length * blocks,
          (worker, item) -> {
            int j = item / blocks;
            int from = item % blocks * rowsPerBlock;
            for (int i = from; i < Math.min(sampled, from + rowsPerBlock); i++) {
              codes[j][i] =
                  ProductCodes.nearest(
                      pieces[j],
                      i * subDimension,
                      entries,
                      codebook(j, stage),
                      subDimension,
                      shape.entries());
            }
          });
    }

    /** Moves each entry to the mean of its rows; one without rows stays. */
    private void update(int j, int stage) {
      double[] sums = new double[shape.entries() * subDimension];
      int[] members = new int[shape.entries()];
      for (int i = 0; i < sampled; i++) {
        int code = codes[j][i];
        members[code]++;
        for (int d = 0; d < subDimension; d++) {
          sums[code * subDimension + d] += pieces[j][i * subDimension + d];
        }
      }
      for (int e = 0; e < members.length; e++) {
        for (int d = 0; d < subDimension && members[e] > 0; d++) {
          entries[codebook(j, stage) + d * members.length + e] =
              (float) (sums[e * subDimension + d] / members[e]);
        }
      }
    }

    private void subtract(int j, int stage) {
      for (int i = 0; i < sampled; i++) {
        int entry = codebook(j, stage) + codes[j][i];
        for (int d = 0; d < subDimension; d++) {
          pieces[j][i * subDimension + d] -= entries[entry + d * shape.entries()];
        }
      }
    }
  }
}
