package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of rows whose elements are floating-point numbers. The prepared query is
 * [dimension] float32, of length 1 for COSINE. Rows are copied onto the heap one at a time: plain
 * arrays are quick long before the optimising compiler has seen the loop. Four partial sums keep
 * the additions independent of one another.
 */
final class ScalarFloats extends ScalarKernel {
  private final ElementType type;
  private final ElementType asked;

  ScalarFloats(ElementType type, Distance distance, int dimension) {
    this(type, distance, dimension, type);
  }

  /** A kernel with queries of another type than the rows. */
  ScalarFloats(ElementType type, Distance distance, int dimension, ElementType asked) {
    super(type, distance, dimension);
    this.type = type;
    this.asked = asked;
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
    float[] q = new float[dimension()];
    float[] row = new float[dimension()];
    MemorySegment.copy(query, Layouts.FLOAT, 0, q, 0, q.length);
    for (int i = 0; i < count; i++) {
      Elements.decode(type, rows, base + ordinals[i] * stride, row);
      distances[i] = distance(q, row);
    }
  }

  private float distance(float[] query, float[] row) {
    return switch (distance) {
      case L2 -> squaredL2(query, row);
      case INNER_PRODUCT -> -dot(query, row);
      case COSINE -> cosine(dot(query, row), squaredNorm(row));
      case HAMMING, JACCARD -> throw new AssertionError(distance);
    };
  }

  private static float squaredL2(float[] query, float[] row) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= row.length; i += 4) {
      float p = query[i] - row[i];
      float r = query[i + 1] - row[i + 1];
      float s = query[i + 2] - row[i + 2];
      float t = query[i + 3] - row[i + 3];
      a += p * p;
      b += r * r;
      c += s * s;
      d += t * t;
    }
    for (; i < row.length; i++) {
      float p = query[i] - row[i];
      a += p * p;
    }
    return (a + b) + (c + d);
  }

  private static float dot(float[] query, float[] row) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= row.length; i += 4) {
      a += query[i] * row[i];
      b += query[i + 1] * row[i + 1];
      c += query[i + 2] * row[i + 2];
      d += query[i + 3] * row[i + 3];
    }
    for (; i < row.length; i++) {
      a += query[i] * row[i];
    }
    return (a + b) + (c + d);
  }

  private static double squaredNorm(float[] row) {
    double a = 0;
    double b = 0;
    int i = 0;
    for (; i + 2 <= row.length; i += 2) {
      double p = row[i];
      double r = row[i + 1];
      a += p * p;
      b += r * r;
    }
    if (i < row.length) {
      double p = row[i];
      a += p * p;
    }
    return a + b;
  }
}
