package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of rows whose elements are floating-point numbers. The prepared query is
 * [dimension] float32, of length 1 for COSINE. Rows are copied onto the heap one at a time: plain
 * arrays are quick long before the optimising compiler has seen the loop.
 *
 * <p>There is a partial sum for each lane that the SIMD form sums in here, and they are added up in
 * the order of its compiled code, so that both forms give the same bits: a search repeated when the
 * SIMD form has been compiled has the scores it had before.
 */
final class ScalarFloats extends ScalarKernel {
  private static final int LANES = Kernels.lanes();

  private final ElementType type;
  private final ElementType asked;

  /** Partial sums of a row. */
  private final int partial;

  ScalarFloats(ElementType type, Distance distance, int dimension) {
    this(type, distance, dimension, type);
  }

  /** A kernel with queries of another type than the rows. */
  ScalarFloats(ElementType type, Distance distance, int dimension, ElementType asked) {
    super(type, distance, dimension);
    this.type = type;
    this.asked = asked;
    boolean wide =
        type == ElementType.FLOAT32
            && distance == Distance.INNER_PRODUCT
            && dimension >= Kernels.WIDE;
    this.partial = wide ? 2 * LANES : LANES;
  }

  @Override
  public int queryBytes() {
    return 4 * dimension();
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    float[] values = new float[dimension()];
    Elements.decode(asked, row, 0, values);
    if (distance == Distance.COSINE) {
      Elements.normalise(values);
    }
    MemorySegment.copy(values, 0, query, Layouts.FLOAT, 0, values.length);
  }

  @Override
  public void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    float[] q = new float[paddedTo(2 * LANES)];
    float[] row = new float[q.length];
    float[] natural = new float[dimension()];
    MemorySegment.copy(query, Layouts.FLOAT, 0, natural, 0, natural.length);
    spread(natural, q);
    float[] sums = new float[partial];
    for (int i = 0; i < count; i++) {
      Elements.decode(type, rows, base + ordinals[i] * stride, natural);
      spread(natural, row);
      distances[i] =
          switch (distance) {
            case L2 -> squaredL2(q, row, sums);
            case INNER_PRODUCT -> -dot(q, row, sums);
            case COSINE -> {
              float norm = dot(row, row, sums);
              yield isMeasured(norm)
                  ? cosine(dot(q, row, sums), norm)
                  : cosineInDoubles(query, natural);
            }
            case HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE, MINHASH ->
                throw new AssertionError(distance);
          };
    }
  }

  /** The distance where squares leave float32. */
  private static float cosineInDoubles(MemorySegment query, float[] row) {
    double dot = 0;
    double squares = 0;
    for (int i = 0; i < row.length; i++) {
      dot += (double) row[i] * query.get(Layouts.FLOAT, 4L * i);
      squares += (double) row[i] * row[i];
    }
    return cosine(dot, squares);
  }

  private int paddedTo(int step) {
    return (dimension() + step - 1) / step * step;
  }

  /**
   * Puts elements in the order in which the SIMD form takes them: of 16-bit elements, which lie two
   * to a lane, first the even ones of a vector and then the odd ones.
   */
  private void spread(float[] values, float[] spread) {
    if (type == ElementType.FLOAT32) {
      System.arraycopy(values, 0, spread, 0, values.length);
      return;
    }
    for (int i = 0; i < values.length; i++) {
      int vector = i / (2 * LANES);
      spread[LANES * (2 * vector + i % 2) + i / 2 % LANES] = values[i];
    }
  }

  /** Four lanes at a time: their sums stay in registers. */
  private static float squaredL2(float[] query, float[] row, float[] sums) {
    for (int lane = 0; lane < sums.length; lane += 4) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      for (int i = lane; i < row.length; i += sums.length) {
        float p = row[i] - query[i];
        float r = row[i + 1] - query[i + 1];
        float s = row[i + 2] - query[i + 2];
        float t = row[i + 3] - query[i + 3];
        a = Math.fma(p, p, a);
        b = Math.fma(r, r, b);
        c = Math.fma(s, s, c);
        d = Math.fma(t, t, d);
      }
      keep(sums, lane, a, b, c, d);
    }
    return sum(sums);
  }

  private static float dot(float[] query, float[] row, float[] sums) {
    for (int lane = 0; lane < sums.length; lane += 4) {
      float a = 0;
      float b = 0;
      float c = 0;
      float d = 0;
      for (int i = lane; i < row.length; i += sums.length) {
        a = Math.fma(row[i], query[i], a);
        b = Math.fma(row[i + 1], query[i + 1], b);
        c = Math.fma(row[i + 2], query[i + 2], c);
        d = Math.fma(row[i + 3], query[i + 3], d);
      }
      keep(sums, lane, a, b, c, d);
    }
    return sum(sums);
  }

  private static void keep(float[] sums, int lane, float a, float b, float c, float d) {
    sums[lane] = a;
    sums[lane + 1] = b;
    sums[lane + 2] = c;
    sums[lane + 3] = d;
  }

  /**
   * The upper half of the lanes onto the lower until one is left, as the compiler reduces lanes.
   */
  private static float sum(float[] sums) {
    for (int half = sums.length / 2; half > 0; half /= 2) {
      for (int lane = 0; lane < half; lane++) {
        sums[lane] += sums[lane + half];
      }
    }
    return sums[0];
  }
}
