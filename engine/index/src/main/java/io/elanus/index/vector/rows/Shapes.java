package io.elanus.index.vector.rows;

import io.elanus.index.IndexSpec;
import io.elanus.schema.DataType;
import io.elanus.schema.Metric;
import io.elanus.vectors.Distance;
import io.elanus.vectors.ElementType;
import io.elanus.vectors.Kernel;
import io.elanus.vectors.Kernels;

/** What the schema's words are to the kernels. */
public final class Shapes {
  private Shapes() {}

  public static ElementType elements(DataType type) {
    return switch (type) {
      case FLOAT_VECTOR -> ElementType.FLOAT32;
      case FLOAT16_VECTOR -> ElementType.FLOAT16;
      case BFLOAT16_VECTOR -> ElementType.BFLOAT16;
      case INT8_VECTOR -> ElementType.INT8;
      case BINARY_VECTOR -> ElementType.BINARY;
      default -> throw new IllegalArgumentException(type + " is no dense vector type");
    };
  }

  /** The kernel that answers, over rows as they are. */
  public static Kernel kernelForAnswers(
      IndexSpec spec, ElementType type, Distance distance, int dimension) {
    return distance == Distance.MINHASH
        ? Kernels.minHashForAnswers(dimension, spec.elementBits())
        : Kernels.forAnswers(type, distance, dimension);
  }

  /** What codes of rows compute under a metric. */
  public static Distance walkedDistance(Metric metric) {
    return metric == Metric.L2 ? Distance.L2 : Distance.INNER_PRODUCT;
  }

  public static Distance distance(Metric metric) {
    return switch (metric) {
      case L2 -> Distance.L2;
      case IP -> Distance.INNER_PRODUCT;
      case COSINE -> Distance.COSINE;
      case HAMMING -> Distance.HAMMING;
      case JACCARD -> Distance.JACCARD;
      case SUBSTRUCTURE -> Distance.SUBSTRUCTURE;
      case SUPERSTRUCTURE -> Distance.SUPERSTRUCTURE;
      case MHJACCARD -> Distance.MINHASH;
      case NONE -> throw new IllegalArgumentException("a vector index has a metric");
    };
  }
}
