package io.elanus.vectors;

import java.lang.foreign.MemorySegment;

/**
 * A scalar kernel over rows of codes, which are copied onto the heap one after the other, as in
 * {@link ScalarFloats}.
 */
abstract class ScalarCodedRows extends ScalarKernel {
  private final int codeBytes;
  private final boolean carriesNorm;

  /**
   * Of some codes.
   *
   * @param codeBytes bytes at the start of a row that are codes
   */
  ScalarCodedRows(RangedCodes codes, int codeBytes) {
    super(Distance.INNER_PRODUCT, codes.dimension(), codes.rowBytes());
    this.codeBytes = codeBytes;
    this.carriesNorm = codes.carriesNorm();
  }

  /** One query. */
  interface Asked {
    /**
     * The distance of a row.
     *
     * @param row its codes
     * @param norm what it carries, or 0
     */
    float distance(byte[] row, float norm);
  }

  /** Reads a prepared query. */
  abstract Asked ask(MemorySegment query);

  @Override
  public final void distances(
      MemorySegment query,
      MemorySegment rows,
      long base,
      long stride,
      int[] ordinals,
      int count,
      float[] distances) {
    Asked asked = ask(query);
    byte[] row = new byte[codeBytes];
    for (int i = 0; i < count; i++) {
      long at = base + ordinals[i] * stride;
      MemorySegment.copy(rows, Layouts.BYTE, at, row, 0, row.length);
      float norm = carriesNorm ? rows.get(Layouts.FLOAT, at + rowBytes() - 4) : 0;
      distances[i] = asked.distance(row, norm);
    }
  }
}
