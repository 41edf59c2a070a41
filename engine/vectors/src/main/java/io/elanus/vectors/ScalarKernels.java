package io.elanus.vectors;

/** The scalar forms. */
final class ScalarKernels {
  private ScalarKernels() {}

  static Kernel of(ElementType type, Distance distance, int dimension) {
    return switch (type) {
      case FLOAT32 -> new ScalarFloats.Float32(distance, dimension);
      case FLOAT16 -> new ScalarFloats.Float16(distance, dimension);
      case BFLOAT16 -> new ScalarFloats.Bfloat16(distance, dimension);
      case INT8 -> new ScalarInt8(distance, dimension);
      case BINARY -> new ScalarBinary(distance, dimension);
    };
  }
}
