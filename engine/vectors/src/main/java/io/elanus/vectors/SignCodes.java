package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * One bit an element (Gao & Long 2024, RaBitQ): the signs b of a row's way r from a centre c, after
 * a random rotation. With r·b = |r|₁, the estimate of r·(q − c) is |r|² ÷ |r|₁ × b·(q − c), without
 * bias for a random rotation, whose error is about 0.6 × |r|² ÷ |r|₁ × |q − c|.
 *
 * <p>An encoded row is its factor, float32, then [dimension] bits, the lowest of a byte first, and
 * in the last four bytes of the padded row its term, float32: a distance is bias + term + factor ×
 * b·(q − c). A query has four bits an element, from -7 to 7 times a scale, in four planes of bits:
 * b·(q − c) is counted in words.
 */
public final class SignCodes implements RowCodes {
  /** Planes of a query, the last of which counts negative. */
  static final int PLANES = 4;

  /** Where the bits of a row begin, after its factor. */
  static final int FIRST_BIT = 32;

  private static final int LARGEST = 7;
  private static final int TERM_BYTES = 4;

  /** Added before a fraction is cut off, so that steps are rounded and none is negative. */
  private static final float ROUNDING = LARGEST + 1.5f;

  /** The error of an estimate of b·(q − c), per |q − c|: √(π ÷ 2 − 1) × √(2 ÷ π). */
  private static final double ERROR = 0.603;

  private final Distance distance;
  private final float[] centre;
  private final RandomRotation rotation;
  private final int rowBytes;
  private final float[] turnedCentre;

  /**
   * Codes around a known centre.
   *
   * @param distance L2 or INNER_PRODUCT
   * @param centre [dimension]
   */
  public SignCodes(Distance distance, float[] centre, RandomRotation rotation) {
    if (distance != Distance.L2 && distance != Distance.INNER_PRODUCT) {
      throw new IllegalArgumentException("no codes for " + distance);
    }
    this.distance = distance;
    this.centre = centre.clone();
    this.rotation = rotation;
    this.rowBytes = rowBytes(centre.length);
    this.turnedCentre = centre.clone();
    rotation.turn(turnedCentre);
  }

  /** Codes around the mean of a sample of rows. */
  public static SignCodes train(Distance distance, float[][] sample, int dimension) {
    float[] centre = new float[dimension];
    for (int j = 0; j < dimension && sample.length > 0; j++) {
      double sum = 0;
      for (float[] row : sample) {
        sum += row[j];
      }
      centre[j] = (float) (sum / sample.length);
    }
    return new SignCodes(distance, centre, RandomRotation.random(dimension));
  }

  /** Bytes of an encoded row of so many dimensions, a multiple of 64. */
  public static int rowBytes(int dimension) {
    return ElementType.INT8.paddedBytes((FIRST_BIT + dimension + 7) / 8 + TERM_BYTES);
  }

  @Override
  public int dimension() {
    return centre.length;
  }

  @Override
  public int rowBytes() {
    return rowBytes;
  }

  /** [dimension] what rows are told from. */
  public float[] centre() {
    return centre.clone();
  }

  public RandomRotation rotation() {
    return rotation;
  }

  @Override
  public float[] low() {
    return new float[0];
  }

  @Override
  public float[] step() {
    return new float[0];
  }

  @Override
  public void encode(float[] values, MemorySegment rows, long at) {
    float[] turned = turned(values);
    double squared = 0;
    double length = 0;
    double byCentre = 0;
    for (int i = 0; i < turned.length; i += 8) {
      int bits = 0;
      for (int j = i; j < Math.min(i + 8, turned.length); j++) {
        float r = turned[j];
        bits |= r >= 0 ? 1 << (j - i) : 0;
        squared += (double) r * r;
        length += Math.abs(r);
        byCentre += (double) r * turnedCentre[j];
      }
      rows.set(Layouts.BYTE, at + (FIRST_BIT + i) / 8, (byte) bits);
    }
    double factor = length > 0 ? squared / length : 0;
    boolean l2 = distance == Distance.L2;
    rows.set(Layouts.FLOAT, at, (float) (l2 ? -2 * factor : -factor));
    rows.set(Layouts.FLOAT, at + rowBytes - 4, (float) (l2 ? squared : -byCentre));
  }

  private float[] turned(float[] values) {
    float[] turned = new float[centre.length];
    for (int j = 0; j < turned.length; j++) {
      turned[j] = values[j] - centre[j];
    }
    rotation.turn(turned);
    return turned;
  }

  @Override
  public Kernel kernel() {
    return kernel(Kernels.active(), 0);
  }

  @Override
  public Kernel kernelForAnswers() {
    return Kernels.starting(kernel(), () -> kernel(Kernels.Form.SCALAR, 0));
  }

  /**
   * A kernel of lower bounds: of distances that are most likely not above those of the rows.
   *
   * @param errors by how many of its usual errors an estimate is taken back
   */
  public Kernel lowerBounds(float errors) {
    return kernel(Kernels.active(), errors);
  }

  /** As {@link #lowerBounds}, for answering; see {@link Kernels#forAnswers}. */
  public Kernel lowerBoundsForAnswers(float errors) {
    return Kernels.starting(lowerBounds(errors), () -> kernel(Kernels.Form.SCALAR, errors));
  }

  Kernel kernel(Kernels.Form form, float errors) {
    return switch (form) {
      case SCALAR -> new ScalarSigns(this, errors);
      case SIMD -> SimdKernels.signs(this, errors);
    };
  }

  /**
   * Rounds a float32 query.
   *
   * @param steps [dimension] within ±7, written here
   */
  Asked ask(MemorySegment row, float errors, byte[] steps) {
    float[] values = new float[centre.length];
    MemorySegment.copy(row, Layouts.FLOAT, 0, values, 0, values.length);
    float[] turned = turned(values);
    double byCentre = distance == Distance.L2 ? 0 : product(values, centre);
    double squared = product(turned, turned);
    float most = 0;
    for (float value : turned) {
      most = Math.max(most, Math.abs(value));
    }
    float scale = most / LARGEST;
    int sum = 0;
    if (scale >= Float.MIN_NORMAL) {
      float inverse = 1 / scale;
      for (int j = 0; j < turned.length; j++) {
        int step = (int) (turned[j] * inverse + ROUNDING) - LARGEST - 1;
        steps[j] = (byte) step;
        sum += step;
      }
    }
    float bias = (float) (distance == Distance.L2 ? squared : -byCentre);
    return new Asked(bias, scale, (float) (errors * ERROR * Math.sqrt(squared)), sum);
  }

  /** Σ a·b, in four sums that do not wait for one another. */
  private static double product(float[] a, float[] b) {
    double one = 0;
    double two = 0;
    double three = 0;
    double four = 0;
    int i = 0;
    for (; i + 3 < a.length; i += 4) {
      one += (double) a[i] * b[i];
      two += (double) a[i + 1] * b[i + 1];
      three += (double) a[i + 2] * b[i + 2];
      four += (double) a[i + 3] * b[i + 3];
    }
    for (; i < a.length; i++) {
      one += (double) a[i] * b[i];
    }
    return one + two + three + four;
  }

  /**
   * What is known of a query: a distance is bias + term + factor × slack + factor × scale × (2 × Σ
   * steps where the row has a bit − sum).
   *
   * @param sum of all steps
   */
  record Asked(float bias, float scale, float slack, int sum) {
    void write(MemorySegment query, long at) {
      query.set(Layouts.FLOAT, at, bias);
      query.set(Layouts.FLOAT, at + 4, scale);
      query.set(Layouts.FLOAT, at + 8, slack);
      query.set(Layouts.INT, at + 12, sum);
    }
  }
}
