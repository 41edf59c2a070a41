package io.elanus.node.read;

import io.elanus.schema.KeyOrder;
import io.elanus.segment.SearchHits;
import java.util.Arrays;

/**
 * Hits of equal score in the order of their keys. A sealed segment, whose rows are sorted by key,
 * answers so; a growing one answers in the order in which the rows came.
 */
final class TieOrder {
  private TieOrder() {}

  /** The same object when it is in order already. */
  static SearchHits byKey(SearchHits hits) {
    return inOrder(hits) ? hits : sorted(hits);
  }

  private static boolean inOrder(SearchHits hits) {
    float[] scores = hits.scores();
    for (int i = 1; i < scores.length; i++) {
      if (scores[i] == scores[i - 1] && KeyOrder.compare(hits.keys(), i - 1, hits.keys(), i) > 0) {
        return false;
      }
    }
    return true;
  }

  private static SearchHits sorted(SearchHits hits) {
    Integer[] order = new Integer[hits.count()];
    Arrays.setAll(order, i -> i);
    int from = 0;
    for (int i = 1; i <= order.length; i++) {
      if (i == order.length || hits.scores()[i] != hits.scores()[from]) {
        Arrays.sort(order, from, i, (a, b) -> KeyOrder.compare(hits.keys(), a, hits.keys(), b));
        from = i;
      }
    }
    int[] rows = Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    int[] ordinals = new int[rows.length];
    long[] timestamps = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      ordinals[i] = hits.ordinals()[rows[i]];
      timestamps[i] = hits.timestamps()[rows[i]];
    }
    return new SearchHits(
        ordinals,
        hits.keys().take(rows),
        hits.scores(),
        timestamps,
        hits.groups().map(groups -> groups.take(rows)));
  }
}
