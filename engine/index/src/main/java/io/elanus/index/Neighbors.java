package io.elanus.index;

/**
 * Rows found, best first.
 *
 * @param rows row ordinals
 * @param scores as Milvus returns them: squared L2, inner product, cosine, Hamming distance,
 *     Jaccard distance
 */
public record Neighbors(int[] rows, float[] scores) {
  /** No row. */
  public static final Neighbors NONE = new Neighbors(new int[0], new float[0]);

  public int count() {
    return rows.length;
  }
}
