package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of rows whose elements are floating-point numbers. The prepared query is
 * [dimension] float32, of length 1 for COSINE. Four partial sums keep the additions independent of
 * one another.
 */
abstract class ScalarFloats extends ScalarKernel {
  ScalarFloats(ElementType type, Distance distance, int dimension) {
    super(type, distance, dimension);
  }

  /** Element i of the row that starts at {@code at}. */
  abstract float element(MemorySegment rows, long at, int i);

  @Override
  public final int queryBytes() {
    return 4 * dimension();
  }

  @Override
  public final void prepare(MemorySegment row, MemorySegment query) {
    double scale = 1;
    if (distance == Distance.COSINE) {
      double squared = 0;
      for (int i = 0; i < dimension(); i++) {
        double value = element(row, 0, i);
        squared += value * value;
      }
      scale = squared > 0 ? 1 / Math.sqrt(squared) : 0;
    }
    for (int i = 0; i < dimension(); i++) {
      query.set(Layouts.FLOAT, 4L * i, (float) (element(row, 0, i) * scale));
    }
  }

  @Override
  final float distance(MemorySegment query, MemorySegment rows, long at) {
    return switch (distance) {
      case L2 -> squaredL2(query, rows, at);
      case INNER_PRODUCT -> -dot(query, rows, at);
      case COSINE -> cosine(dot(query, rows, at), squaredNorm(rows, at));
      case HAMMING, JACCARD -> throw new AssertionError(distance);
    };
  }

  private float squaredL2(MemorySegment query, MemorySegment rows, long at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= dimension(); i += 4) {
      float p = q(query, i) - element(rows, at, i);
      float r = q(query, i + 1) - element(rows, at, i + 1);
      float s = q(query, i + 2) - element(rows, at, i + 2);
      float t = q(query, i + 3) - element(rows, at, i + 3);
      a += p * p;
      b += r * r;
      c += s * s;
      d += t * t;
    }
    for (; i < dimension(); i++) {
      float p = q(query, i) - element(rows, at, i);
      a += p * p;
    }
    return (a + b) + (c + d);
  }

  private float dot(MemorySegment query, MemorySegment rows, long at) {
    float a = 0;
    float b = 0;
    float c = 0;
    float d = 0;
    int i = 0;
    for (; i + 4 <= dimension(); i += 4) {
      a += q(query, i) * element(rows, at, i);
      b += q(query, i + 1) * element(rows, at, i + 1);
      c += q(query, i + 2) * element(rows, at, i + 2);
      d += q(query, i + 3) * element(rows, at, i + 3);
    }
    for (; i < dimension(); i++) {
      a += q(query, i) * element(rows, at, i);
    }
    return (a + b) + (c + d);
  }

  private double squaredNorm(MemorySegment rows, long at) {
    double a = 0;
    double b = 0;
    int i = 0;
    for (; i + 2 <= dimension(); i += 2) {
      double p = element(rows, at, i);
      double r = element(rows, at, i + 1);
      a += p * p;
      b += r * r;
    }
    if (i < dimension()) {
      double p = element(rows, at, i);
      a += p * p;
    }
    return a + b;
  }

  private static float q(MemorySegment query, int i) {
    return query.get(Layouts.FLOAT, 4L * i);
  }

  static final class Float32 extends ScalarFloats {
    Float32(Distance distance, int dimension) {
      super(ElementType.FLOAT32, distance, dimension);
    }

    @Override
    float element(MemorySegment rows, long at, int i) {
      return rows.get(Layouts.FLOAT, at + 4L * i);
    }
  }

  static final class Float16 extends ScalarFloats {
    Float16(Distance distance, int dimension) {
      super(ElementType.FLOAT16, distance, dimension);
    }

    @Override
    float element(MemorySegment rows, long at, int i) {
      return Float.float16ToFloat(rows.get(Layouts.SHORT, at + 2L * i));
    }
  }

  static final class Bfloat16 extends ScalarFloats {
    Bfloat16(Distance distance, int dimension) {
      super(ElementType.BFLOAT16, distance, dimension);
    }

    @Override
    float element(MemorySegment rows, long at, int i) {
      return Float.intBitsToFloat(rows.get(Layouts.SHORT, at + 2L * i) << 16);
    }
  }
}
