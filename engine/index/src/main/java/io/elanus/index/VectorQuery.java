package io.elanus.index;

import io.elanus.schema.Bits;
import java.lang.foreign.MemorySegment;

/**
 * One search of one index.
 *
 * @param vector in the type of the column: one dense row, little-endian, or the pairs of a sparse
 *     row; heap or native, read during the call only
 * @param k rows wanted, at least 1
 * @param eligible rows that may be returned; at least as many bits as the index has rows
 * @param toBeat score of the k-th best row among others that the answer will be merged with: an
 *     index may spend less where it finds little that is better; NaN when nothing is known
 */
public record VectorQuery(
    MemorySegment vector,
    int k,
    Bits eligible,
    SearchParameters parameters,
    ScoreRange range,
    float toBeat) {
  public VectorQuery(
      MemorySegment vector, int k, Bits eligible, SearchParameters parameters, ScoreRange range) {
    this(vector, k, eligible, parameters, range, Float.NaN);
  }

  public VectorQuery {
    if (k < 1) {
      throw new IllegalArgumentException("k is " + k);
    }
  }

  /** The same search of other rows. */
  public VectorQuery among(Bits rows) {
    return new VectorQuery(vector, k, rows, parameters, range, toBeat);
  }
}
