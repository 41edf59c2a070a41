package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * Scalar quantisation to 7 bits: element j of a row is about low[j] + step[j] × code[j], code in
 * [0, 127]. Seven bits, because then two products with an 8-bit query add up in 16. Codes that are
 * answered from have eight bits, and estimates over them a query of seven.
 *
 * <p>An encoded row is [dimension] bytes of codes; under L2 the squared norm of what the codes
 * stand for follows as float32 in the last four bytes of the padded row. A query keeps its
 * precision in one 8-bit weight an element and one scale: distances are estimates, to be refined on
 * full rows.
 */
public final class ByteCodes extends RangedCodes {
  private static final int LARGEST = 127;
  private static final int LARGEST_WHOLE = 255;

  /** With it two products with codes of eight bits add up in 16. */
  private static final int WEIGHT_OF_WHOLE = 63;

  /** Share of a sample's values outside the range on either side; outliers are clipped to it. */
  private static final double CLIPPED = 0.0005;

  private final int largest;

  /**
   * Codes of seven bits with known ranges.
   *
   * @param distance L2 or INNER_PRODUCT
   */
  public ByteCodes(Distance distance, float[] low, float[] step) {
    this(distance, low, step, LARGEST);
  }

  /** Codes of eight bits with known ranges. */
  public static ByteCodes whole(Distance distance, float[] low, float[] step) {
    return new ByteCodes(distance, low, step, LARGEST_WHOLE);
  }

  private ByteCodes(Distance distance, float[] low, float[] step, int largest) {
    super(distance, low, step, rowBytes(distance, low.length));
    this.largest = largest;
  }

  /** Codes of values of known bounds, none of which is clipped. */
  public static ByteCodes within(Distance distance, float[] low, float[] high) {
    return of(distance, CodeRanges.within(low, high, LARGEST), LARGEST);
  }

  /** Learns one range a dimension, without the outliers: for estimates, to be refined. */
  public static ByteCodes train(Distance distance, float[][] sample, int dimension) {
    int clipped = (int) (sample.length * CLIPPED);
    return of(distance, CodeRanges.train(sample, dimension, clipped, LARGEST), LARGEST);
  }

  /** Learns one range a dimension, that of all values, for codes of eight bits: for answers. */
  public static ByteCodes trainWhole(Distance distance, float[][] sample, int dimension) {
    return of(distance, CodeRanges.train(sample, dimension, 0, LARGEST_WHOLE), LARGEST_WHOLE);
  }

  private static ByteCodes of(Distance distance, CodeRanges ranges, int largest) {
    return new ByteCodes(distance, ranges.low(), ranges.step(), largest);
  }

  /** Bytes of an encoded row of so many dimensions, a multiple of 64. */
  public static int rowBytes(Distance distance, int dimension) {
    return padded(distance, dimension);
  }

  @Override
  public void encode(float[] values, MemorySegment rows, long at) {
    double squared = 0;
    for (int j = 0; j < low.length; j++) {
      int code = CodeRanges.code(values[j], low[j], step[j], largest);
      rows.set(Layouts.BYTE, at + j, (byte) code);
      double decoded = low[j] + step[j] * (double) code;
      squared += decoded * decoded;
    }
    if (distance == Distance.L2) {
      rows.set(Layouts.FLOAT, at + rowBytes() - 4, (float) squared);
    }
  }

  @Override
  Kernel kernel(Kernels.Form form) {
    return switch (form) {
      case SCALAR -> new ScalarCodes(this);
      case SIMD -> SimdKernels.codes(this);
    };
  }

  /**
   * A kernel over the same codes that takes a float32 query as it is: a distance is off by the
   * rounding of the row's codes only.
   */
  public Kernel fineKernel() {
    return fineKernel(Kernels.active());
  }

  /** As {@link #fineKernel()}, for answering; see {@link Kernels#forAnswers}. */
  public Kernel fineKernelForAnswers() {
    return Kernels.starting(fineKernel(), () -> fineKernel(Kernels.Form.SCALAR));
  }

  Kernel fineKernel(Kernels.Form form) {
    return switch (form) {
      case SCALAR -> new ScalarFineCodes(this);
      case SIMD -> SimdKernels.fineCodes(this);
    };
  }

  /**
   * Turns a float32 query into weights: its distance to a row is bias + scale × Σ weight·code, plus
   * the row's norm under L2. What rounding takes from a weight is given back in the bias for a code
   * in the middle of its range, so that only the way from there to the code is in error.
   *
   * @param weights [dimension] within ±127, written here
   */
  Affine weigh(MemorySegment row, byte[] weights) {
    float[] exact = new float[low.length];
    MemorySegment.copy(row, Layouts.FLOAT, 0, exact, 0, exact.length);
    double constant = 0;
    double squared = 0;
    float most = 0;
    for (int j = 0; j < exact.length; j++) {
      float value = exact[j];
      constant += (double) value * low[j];
      squared += (double) value * value;
      exact[j] = value * step[j];
      most = Math.max(most, Math.abs(exact[j]));
    }
    float scale = most / (largest == LARGEST ? LARGEST : WEIGHT_OF_WHOLE);
    if (scale >= Float.MIN_NORMAL) {
      constant += largest / 2.0 * round(exact, scale, weights);
    }
    return distance == Distance.L2
        ? new Affine((float) (squared - 2 * constant), -2 * scale)
        : new Affine((float) -constant, -scale);
  }

  /** Rounds weights to multiples of the scale; returns what that takes from their sum. */
  private static double round(float[] exact, float scale, byte[] weights) {
    float inverse = 1 / scale;
    double lost = 0;
    for (int j = 0; j < exact.length; j++) {
      int weight = Math.round(exact[j] * inverse);
      weights[j] = (byte) weight;
      lost += exact[j] - scale * weight;
    }
    return lost;
  }

  /**
   * As {@link #weigh(MemorySegment, byte[])} without rounding: the scale is within the weights.
   *
   * @param weights [dimension], written here
   * @return the bias
   */
  float weigh(MemorySegment row, float[] weights) {
    double constant = 0;
    double squared = 0;
    float factor = distance == Distance.L2 ? -2 : -1;
    for (int j = 0; j < low.length; j++) {
      float value = row.get(Layouts.FLOAT, 4L * j);
      constant += (double) value * low[j];
      squared += (double) value * value;
      weights[j] = factor * value * step[j];
    }
    return (float) (distance == Distance.L2 ? squared - 2 * constant : -constant);
  }
}
