package io.elanus.index;

import io.elanus.schema.Metric;
import java.util.Arrays;

/**
 * Rows found, best first.
 *
 * @param rows row ordinals
 * @param scores as Milvus returns them: squared L2, inner product, cosine, Hamming distance,
 *     Jaccard distance, 0 for a set that matches and 1 for others, share of equal elements
 */
public record Neighbors(int[] rows, float[] scores) {
  /** No row. */
  public static final Neighbors NONE = new Neighbors(new int[0], new float[0]);

  public int count() {
    return rows.length;
  }

  /** The same of rows that lie behind so many others. */
  public Neighbors behind(int others) {
    return new Neighbors(Arrays.stream(rows).map(row -> others + row).toArray(), scores);
  }

  /**
   * The best k of these and of those of later rows, each found best first; of equal scores the
   * earlier rows.
   */
  public Neighbors merge(Neighbors later, int k, Metric metric) {
    int count = Math.min(k, count() + later.count());
    int[] merged = new int[count];
    float[] mergedScores = new float[count];
    for (int i = 0, a = 0, b = 0; i < count; i++) {
      boolean fromLater =
          a == count() || (b < later.count() && metric.better(later.scores[b], scores[a]));
      merged[i] = fromLater ? later.rows[b] : rows[a];
      mergedScores[i] = fromLater ? later.scores[b++] : scores[a++];
    }
    return new Neighbors(merged, mergedScores);
  }
}
