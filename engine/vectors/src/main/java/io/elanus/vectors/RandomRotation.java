package io.elanus.vectors;

import java.util.Random;

/**
 * A random orthogonal map of float32 vectors: four rounds of random signs, a Walsh-Hadamard
 * transform of the first or the last 2ⁿ elements in turn, and, where 2ⁿ is not all of them, of sums
 * and differences of the two halves (after Ailon & Chazelle 2006, fast Johnson-Lindenstrauss).
 */
public final class RandomRotation {
  private static final int ROUNDS = 4;
  private static final long SEED = 0x5EED;

  private final int dimension;
  private final byte[] minus;
  private final float[] signs;
  private final int transformed;

  private RandomRotation(int dimension, byte[] minus) {
    if (minus.length != bytes(dimension)) {
      throw new IllegalArgumentException("no rotation of " + dimension + " dimensions");
    }
    this.dimension = dimension;
    this.minus = minus.clone();
    this.transformed = Integer.highestOneBit(dimension);
    this.signs = new float[minus.length];
    for (int i = 0; i < minus.length; i++) {
      signs[i] = minus[i] == 0 ? 1 : -1;
    }
  }

  /** The one rotation that is made for a dimension. */
  public static RandomRotation random(int dimension) {
    byte[] minus = new byte[bytes(dimension)];
    Random random = new Random(SEED);
    for (int i = 0; i < minus.length; i++) {
      minus[i] = (byte) random.nextInt(2);
    }
    return new RandomRotation(dimension, minus);
  }

  /**
   * A rotation that was kept.
   *
   * @param minus [{@link #bytes}], each 1 for a minus
   */
  public static RandomRotation of(int dimension, byte[] minus) {
    return new RandomRotation(dimension, minus);
  }

  /** Bytes of a rotation that is kept. */
  public static int bytes(int dimension) {
    return ROUNDS * dimension;
  }

  /** [{@link #bytes}] each 1 for a minus: what is kept of it. */
  public byte[] minus() {
    return minus.clone();
  }

  /**
   * Turns a vector in place.
   *
   * @param x [dimension]
   */
  public void turn(float[] x) {
    for (int round = 0; round < ROUNDS; round++) {
      int first = round * dimension;
      for (int i = 0; i < dimension; i++) {
        x[i] *= signs[first + i];
      }
      transform(x, round % 2 == 0 ? 0 : dimension - transformed);
      if (transformed < dimension) {
        mix(x);
      }
    }
  }

  private void transform(float[] x, int from) {
    float scale = (float) (1 / Math.sqrt(transformed));
    for (int i = from; i < from + transformed; i++) {
      x[i] *= scale;
    }
    int half = 1;
    if (transformed >= 4) {
      firstLevels(x, from);
      half = 4;
    }
    for (; 2 * half < transformed; half *= 4) {
      twoLevels(x, from, half);
    }
    if (half < transformed) {
      oneLevel(x, from, half);
    }
  }

  /** As {@link #twoLevels} with half 1, in one loop. */
  private void firstLevels(float[] x, int from) {
    for (int i = from; i < from + transformed; i += 4) {
      float ab = x[i] + x[i + 1];
      float ba = x[i] - x[i + 1];
      float cd = x[i + 2] + x[i + 3];
      float dc = x[i + 2] - x[i + 3];
      x[i] = ab + cd;
      x[i + 1] = ba + dc;
      x[i + 2] = ab - cd;
      x[i + 3] = ba - dc;
    }
  }

  private void oneLevel(float[] x, int from, int half) {
    for (int block = from; block < from + transformed; block += 2 * half) {
      for (int i = block; i < block + half; i++) {
        float a = x[i];
        float b = x[i + half];
        x[i] = a + b;
        x[i + half] = a - b;
      }
    }
  }

  /** Two levels at once, to the same sums: every number is read and written once for both. */
  private void twoLevels(float[] x, int from, int half) {
    for (int block = from; block < from + transformed; block += 4 * half) {
      for (int i = block; i < block + half; i++) {
        float a = x[i];
        float b = x[i + half];
        float c = x[i + 2 * half];
        float d = x[i + 3 * half];
        float ab = a + b;
        float ba = a - b;
        float cd = c + d;
        float dc = c - d;
        x[i] = ab + cd;
        x[i + half] = ba + dc;
        x[i + 2 * half] = ab - cd;
        x[i + 3 * half] = ba - dc;
      }
    }
  }

  private void mix(float[] x) {
    int half = dimension / 2;
    int other = dimension - half;
    float scale = (float) Math.sqrt(0.5);
    for (int i = 0; i < half; i++) {
      float a = x[i];
      float b = x[i + other];
      x[i] = (a + b) * scale;
      x[i + other] = (a - b) * scale;
    }
  }
}
