package io.elanus.vectors;

/**
 * Loops over the entries of a codebook of {@link ProductCodes}, in which the same element of all
 * entries lies together.
 */
interface EntryLoops {
  /**
   * The entry nearest to a piece of a row; the first of equals.
   *
   * @param values the piece from {@code at} on, as long as entries are
   * @param entries the codebook from {@code codebook} on, [subDimension × count]
   */
  int nearest(float[] values, int at, float[] entries, int codebook, int subDimension, int count);

  /**
   * A table: offset + lengths × perUnit + Σ weights × entries, rounded.
   *
   * @param weights from {@code at} on, one for each element
   * @param lengths one for each entry, from {@code first} on
   * @param table [count, or more] written here; at least 0, less than 2^16
   */
  void table(
      float[] weights,
      int at,
      float[] entries,
      int codebook,
      int subDimension,
      int count,
      float[] lengths,
      int first,
      float perUnit,
      float offset,
      short[] table);

  /** A table of pairs, the lower four bits from {@code one}, [16] each, rounded. */
  void pairs(float[] one, float[] other, short[] table);
}
