package io.elanus.vectors;

/** What one element of a row is; rows are little-endian. */
public enum ElementType {
  FLOAT32(32),
  FLOAT16(16),
  BFLOAT16(16),
  INT8(8),
  BINARY(1);

  /** Rows that kernels read are a multiple of this long. */
  public static final int ALIGNMENT_BYTES = 64;

  private final int bits;

  ElementType(int bits) {
    this.bits = bits;
  }

  /** Bytes of a row without padding; a binary row fills its last byte. */
  public int rowBytes(int dimension) {
    return Math.toIntExact(((long) dimension * bits + 7) / 8);
  }

  /** Bytes of a row padded for kernels. */
  public int paddedBytes(int dimension) {
    return Math.toIntExact((rowBytes(dimension) + (ALIGNMENT_BYTES - 1L)) & -ALIGNMENT_BYTES);
  }
}
