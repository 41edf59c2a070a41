package io.elanus.vectors;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/** Scalar search for the nearest centre. */
record ScalarNearestCentres(int dimension) implements NearestCentres {
  @Override
  public void find(
      MemorySegment rows,
      long at,
      int blocks,
      float[] centres,
      float[] halves,
      int count,
      int[] nearest) {
    float[] best = new float[BLOCK_ROWS];
    float[] sums = new float[BLOCK_ROWS];
    for (int block = 0; block < blocks; block++) {
      long first = at + block * NearestCentres.blockBytes(dimension);
      for (int centre = 0; centre < count; centre++) {
        Arrays.fill(sums, 0);
        for (int i = 0; i < dimension; i++) {
          float number = centres[centre * dimension + i];
          for (int row = 0; row < BLOCK_ROWS; row++) {
            sums[row] += number * rows.get(Layouts.FLOAT, first + 4L * (i * BLOCK_ROWS + row));
          }
        }
        for (int row = 0; row < BLOCK_ROWS; row++) {
          float score = halves[centre] - sums[row];
          if (centre == 0 || score < best[row]) {
            best[row] = score;
            nearest[block * BLOCK_ROWS + row] = centre;
          }
        }
      }
    }
  }
}
