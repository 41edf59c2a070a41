package io.elanus.vectors;

/**
 * The SIMD forms. Nothing else names their classes, so that a JVM without the module never loads
 * them.
 */
final class SimdKernels {
  private SimdKernels() {}

  static Kernel of(ElementType type, Distance distance, int dimension) {
    return switch (type) {
      case FLOAT32 -> SimdFloat32.of(distance, dimension);
      case FLOAT16 -> SimdFloat16.of(distance, dimension);
      case BFLOAT16 -> SimdBfloat16.of(distance, dimension);
      case INT8 -> SimdInt8.of(distance, dimension);
      case BINARY -> SimdBinary.of(distance, dimension);
    };
  }

  static Kernel minHash(int dimension, int elementBits) {
    return new SimdMinHash(dimension, elementBits);
  }

  static Kernel codes(ByteCodes codes) {
    return new SimdCodes(codes);
  }

  static Kernel packed(PackedCodes codes) {
    return codes.bits() == 4 ? new SimdNibbles(codes) : new SimdSixBits(codes);
  }

  /** Rows of a floating-point type, asked in float32. */
  static Kernel askedInFloats(ElementType type, Distance distance, int dimension) {
    Kernel kernel = of(type, distance, dimension);
    return kernel instanceof SimdHalf half ? half.askedIn(ElementType.FLOAT32) : kernel;
  }

  static Kernel fineCodes(ByteCodes codes) {
    return new SimdFineCodes(codes);
  }

  static Kernel product(ProductCodes codes, ProductTables tables) {
    return codes.shape().codeBytes() == 1
        ? new SimdProduct(codes, tables)
        : new SimdWideProduct(codes, tables);
  }

  static EntryLoops entries() {
    return new SimdEntries();
  }

  static Kernel signs(SignCodes codes, float errors) {
    return new SimdSigns(codes, errors);
  }

  static NibbleScan nibbles(int subspaces) {
    return new SimdNibbleScan(subspaces);
  }

  static NearestCentres nearestCentres(int dimension) {
    return new SimdNearestCentres(dimension);
  }

  static NibbleFilter filter(int dimension) {
    return new SimdNibbleFilter(dimension);
  }

  static int lanes() {
    return Lanes.FLOATS.length();
  }

  static String describe() {
    return Lanes.STEP * 8 + "-bit SIMD";
  }
}
