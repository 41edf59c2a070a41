package io.elanus.index.vector;

import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;

/** What the schema's words are to the kernels. */
final class Shapes {
  private Shapes() {}

  static ElementType elements(DataType type) {
    return switch (type) {
      case FLOAT_VECTOR -> ElementType.FLOAT32;
      case FLOAT16_VECTOR -> ElementType.FLOAT16;
      case BFLOAT16_VECTOR -> ElementType.BFLOAT16;
      case INT8_VECTOR -> ElementType.INT8;
      case BINARY_VECTOR -> ElementType.BINARY;
      default -> throw new IllegalArgumentException(type + " is no dense vector type");
    };
  }

  static Distance distance(Metric metric) {
    return switch (metric) {
      case L2 -> Distance.L2;
      case IP -> Distance.INNER_PRODUCT;
      case COSINE -> Distance.COSINE;
      case HAMMING -> Distance.HAMMING;
      case JACCARD -> Distance.JACCARD;
      case NONE -> throw new IllegalArgumentException("a vector index has a metric");
    };
  }
}
