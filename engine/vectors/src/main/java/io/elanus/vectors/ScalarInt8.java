package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar distances of int8 rows, exact in integers. The prepared query is [dimension] int8, then
 * its squared norm as int32.
 */
final class ScalarInt8 extends ScalarRows {
  ScalarInt8(Distance distance, int dimension) {
    super(ElementType.INT8, distance, dimension);
  }

  @Override
  public int queryBytes() {
    return dimension() + 4;
  }

  @Override
  public void prepare(MemorySegment row, MemorySegment query) {
    MemorySegment.copy(row, 0, query, 0, dimension());
    query.set(Layouts.INT, dimension(), dot(row, row, 0));
  }

  @Override
  float distance(MemorySegment query, MemorySegment rows, long at) {
    return switch (distance) {
      case L2 -> squaredL2(query, rows, at);
      case INNER_PRODUCT -> -(float) dot(query, rows, at);
      case COSINE -> cosine(query, rows, at);
      case HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE, MINHASH ->
          throw new AssertionError(distance);
    };
  }

  private float cosine(MemorySegment query, MemorySegment rows, long at) {
    int queryNorm = query.get(Layouts.INT, dimension());
    int norm = 0;
    for (int i = 0; i < dimension(); i++) {
      int value = rows.get(Layouts.BYTE, at + i);
      norm += value * value;
    }
    return queryNorm == 0 ? 0f : cosine(dot(query, rows, at) / Math.sqrt(queryNorm), norm);
  }

  private int dot(MemorySegment query, MemorySegment rows, long at) {
    int sum = 0;
    for (int i = 0; i < dimension(); i++) {
      sum += query.get(Layouts.BYTE, i) * rows.get(Layouts.BYTE, at + i);
    }
    return sum;
  }

  private float squaredL2(MemorySegment query, MemorySegment rows, long at) {
    long sum = 0;
    for (int i = 0; i < dimension(); i++) {
      int difference = query.get(Layouts.BYTE, i) - rows.get(Layouts.BYTE, at + i);
      sum += difference * difference;
    }
    return sum;
  }
}
