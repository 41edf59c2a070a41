package io.elanus.vectors;

/** The scalar forms. */
final class ScalarKernels {
  private ScalarKernels() {}

  static Kernel of(ElementType type, Distance distance, int dimension) {
    return switch (type) {
      case FLOAT32, FLOAT16, BFLOAT16 -> new ScalarFloats(type, distance, dimension);
      case INT8 -> new ScalarInt8(distance, dimension);
      case BINARY -> new ScalarBinary(distance, dimension);
    };
  }
}
