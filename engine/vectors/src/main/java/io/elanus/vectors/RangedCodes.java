package io.elanus.vectors;

/**
 * Scalar quantisation: element j of a row is about low[j] + step[j] × code[j]. Under L2 a row
 * carries a squared norm as float32 in the last four bytes of the padded row.
 */
public abstract sealed class RangedCodes implements RowCodes permits ByteCodes, PackedCodes {
  final Distance distance;
  final float[] low;
  final float[] step;
  private final int rowBytes;

  RangedCodes(Distance distance, float[] low, float[] step, int rowBytes) {
    if (distance != Distance.L2 && distance != Distance.INNER_PRODUCT) {
      throw new IllegalArgumentException("no codes for " + distance);
    }
    this.distance = distance;
    this.low = low.clone();
    this.step = step.clone();
    this.rowBytes = rowBytes;
  }

  /** Bytes of a padded row with so many bytes of codes. */
  static int padded(Distance distance, int codes) {
    return ElementType.INT8.paddedBytes(codes + (distance == Distance.L2 ? 4 : 0));
  }

  abstract Kernel kernel(Kernels.Form form);

  @Override
  public final Kernel kernel() {
    return kernel(Kernels.active());
  }

  @Override
  public final Kernel kernelForAnswers() {
    return Kernels.starting(kernel(), () -> kernel(Kernels.Form.SCALAR));
  }

  @Override
  public final int dimension() {
    return low.length;
  }

  @Override
  public final int rowBytes() {
    return rowBytes;
  }

  @Override
  public final float[] low() {
    return low.clone();
  }

  @Override
  public final float[] step() {
    return step.clone();
  }

  final boolean carriesNorm() {
    return distance == Distance.L2;
  }

  /** A distance of a prepared query is bias + scale × Σ weight·code, plus the row's norm. */
  record Affine(float bias, float scale) {}
}
