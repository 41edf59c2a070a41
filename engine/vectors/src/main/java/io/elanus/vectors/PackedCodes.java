package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar quantisation to 4 or 6 bits: element j of a row is about low[j] + step[j] × code[j].
 *
 * <p>Of 4 bits, byte i of a row holds the codes of elements 2i, in its lower half, and 2i + 1. Of 6
 * bits, int i holds those of elements 5i to 5i + 4, from the lowest bits on; its last two bits stay
 * zero. Under L2 the squared norm of Σ step·code follows as float32 in the last four bytes of the
 * padded row: both are taken from {@code low} on, so that nothing cancels when rows lie far from
 * zero.
 */
public final class PackedCodes extends RangedCodes {
  /** The most that four products with 4-bit codes may reach in 16 bits. */
  private static final int LARGEST_WEIGHT = 511;

  private final int bits;

  /**
   * Codes with known ranges.
   *
   * @param bits 4 or 6
   * @param distance L2 or INNER_PRODUCT
   */
  public PackedCodes(int bits, Distance distance, float[] low, float[] step) {
    super(distance, low, step, rowBytes(bits, distance, low.length));
    if (bits != 4 && bits != 6) {
      throw new IllegalArgumentException("no codes of " + bits + " bits");
    }
    this.bits = bits;
  }

  /** Codes of values of known bounds, none of which is clipped. */
  public static PackedCodes within(int bits, Distance distance, float[] low, float[] high) {
    return of(bits, distance, CodeRanges.within(low, high, (1 << bits) - 1));
  }

  /** Learns one range a dimension; outliers, more of them the fewer the bits, are clipped to it. */
  public static PackedCodes train(int bits, Distance distance, float[][] sample, int dimension) {
    int clipped = (int) (sample.length * (bits == 4 ? 0.004 : 0.001));
    return of(bits, distance, CodeRanges.train(sample, dimension, clipped, (1 << bits) - 1));
  }

  private static PackedCodes of(int bits, Distance distance, CodeRanges ranges) {
    return new PackedCodes(bits, distance, ranges.low(), ranges.step());
  }

  /** Bytes of an encoded row of so many dimensions, a multiple of 64. */
  public static int rowBytes(int bits, Distance distance, int dimension) {
    int codes = bits == 4 ? (dimension + 1) / 2 : 4 * ((dimension + 4) / 5);
    return padded(distance, codes);
  }

  @Override
  public void encode(float[] values, MemorySegment rows, long at) {
    double squared = 0;
    int largest = (1 << bits) - 1;
    int packed = 0;
    int perPack = bits == 4 ? 2 : 5;
    for (int j = 0; j < low.length; j++) {
      int code = CodeRanges.code(values[j], low[j], step[j], largest);
      packed |= code << bits * (j % perPack);
      if (j % perPack == perPack - 1 || j == low.length - 1) {
        if (bits == 4) {
          rows.set(Layouts.BYTE, at + j / 2, (byte) packed);
        } else {
          rows.set(Layouts.INT, at + 4L * (j / 5), packed);
        }
        packed = 0;
      }
      double decoded = step[j] * (double) code;
      squared += decoded * decoded;
    }
    if (distance == Distance.L2) {
      rows.set(Layouts.FLOAT, at + rowBytes() - 4, (float) squared);
    }
  }

  @Override
  Kernel kernel(Kernels.Form form) {
    return switch (form) {
      case SCALAR -> new ScalarPacked(this);
      case SIMD -> SimdKernels.packed(this);
    };
  }

  int bits() {
    return bits;
  }

  /** The code of one element of a row on the heap. */
  int code(byte[] row, int j) {
    if (bits == 4) {
      return row[j / 2] >> 4 * (j % 2) & 15;
    }
    int at = 4 * (j / 5);
    int packed =
        row[at] & 255
            | (row[at + 1] & 255) << 8
            | (row[at + 2] & 255) << 16
            | (row[at + 3] & 255) << 24;
    return packed >>> 6 * (j % 5) & 63;
  }

  /**
   * Turns a float32 query into weights: its distance to a row is bias + scale × Σ weight·code, plus
   * the row's norm under L2.
   *
   * @param weights [dimension] written here; whole numbers within ±511 for 4 bits
   */
  Affine weigh(MemorySegment row, float[] weights) {
    boolean l2 = distance == Distance.L2;
    double constant = 0;
    float largest = 0;
    for (int j = 0; j < low.length; j++) {
      double value = row.get(Layouts.FLOAT, 4L * j);
      double moved = value - low[j];
      constant += l2 ? moved * moved : -value * low[j];
      weights[j] = (float) ((l2 ? moved : value) * step[j]);
      largest = Math.max(largest, Math.abs(weights[j]));
    }
    float unit = bits == 4 ? largest / LARGEST_WEIGHT : 1;
    for (int j = 0; j < low.length && bits == 4; j++) {
      weights[j] = unit > 0 ? Math.round(weights[j] / unit) : 0;
    }
    return new Affine((float) constant, l2 ? -2 * unit : -unit);
  }
}
