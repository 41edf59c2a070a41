package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/** Distances in double arithmetic, element by element. */
final class Oracle {
  private Oracle() {}

  static double distance(
      ElementType type, Distance distance, int dimension, MemorySegment q, MemorySegment x) {
    double l2 = 0;
    double dot = 0;
    double qq = 0;
    double xx = 0;
    for (int i = 0; i < dimension; i++) {
      double a = element(type, q, i);
      double b = element(type, x, i);
      l2 += (a - b) * (a - b);
      dot += a * b;
      qq += a * a;
      xx += b * b;
    }
    return switch (distance) {
      case L2, HAMMING -> l2;
      case INNER_PRODUCT -> -dot;
      case COSINE -> qq == 0 || xx == 0 ? 0 : -dot / Math.sqrt(qq * xx);
      case MINHASH -> throw new AssertionError(distance);
      case SUBSTRUCTURE -> dot == qq ? 0 : 1;
      case SUPERSTRUCTURE -> dot == xx ? 0 : 1;
      case JACCARD -> qq + xx == 0 ? 1 : 1 - dot / (qq + xx - dot);
    };
  }

  private static double element(ElementType type, MemorySegment row, int i) {
    return switch (type) {
      case FLOAT32 -> row.get(Layouts.FLOAT, 4L * i);
      case FLOAT16 -> Float.float16ToFloat(row.get(Layouts.SHORT, 2L * i));
      case BFLOAT16 -> Float.intBitsToFloat(row.get(Layouts.SHORT, 2L * i) << 16);
      case INT8 -> row.get(Layouts.BYTE, i);
      case BINARY -> row.get(Layouts.BYTE, i / 8) >> (i % 8) & 1;
    };
  }
}
