package io.elanus.proxy;

import io.elanus.roles.Reads;
import io.elanus.schema.KeyOrder;
import io.elanus.schema.Metric;
import io.elanus.schema.NewestRows;
import java.util.List;

/**
 * Merges the hits of shards: best first, ties by key, a key once ({@link NewestRows}). Each shard's
 * hits come in that order already, so the heads are compared and nothing is sorted.
 */
final class SearchMerge {
  private SearchMerge() {}

  /**
   * @param k most hits of each query
   */
  static Winners merge(List<Reads.Hits> pieces, int queries, int k, Metric metric) {
    Winners.Builder builder = Winners.Builder.of(pieces);
    int[] counts = new int[queries];
    int[] starts = new int[pieces.size()];
    for (int query = 0; query < queries; query++) {
      int before = builder.size();
      mergeQuery(pieces, starts, query, k, metric, builder);
      counts[query] = builder.size() - before;
      for (int p = 0; p < starts.length; p++) {
        starts[p] += pieces.get(p).counts()[query];
      }
    }
    return builder.build(counts);
  }

  private static void mergeQuery(
      List<Reads.Hits> pieces,
      int[] starts,
      int query,
      int k,
      Metric metric,
      Winners.Builder builder) {
    int[] heads = starts.clone();
    NewestRows newest = new NewestRows();
    for (int p = 0; p < heads.length && pieces.size() > 1; p++) {
      addTo(newest, pieces.get(p), heads[p], pieces.get(p).counts()[query]);
    }
    for (int found = 0; found < k; ) {
      int best = -1;
      for (int p = 0; p < heads.length; p++) {
        boolean left = heads[p] < starts[p] + pieces.get(p).counts()[query];
        if (left && (best < 0 || before(pieces, p, heads[p], best, heads[best], metric))) {
          best = p;
        }
      }
      if (best < 0) {
        return;
      }
      int row = heads[best]++;
      Reads.Hits hits = pieces.get(best);
      if (pieces.size() == 1 || newest.take(hits.keys().get(row), hits.timestamps()[row])) {
        builder.add(best, row, hits.scores()[row]);
        found++;
      }
    }
  }

  /** The hits of a query in one piece. */
  static void addTo(NewestRows newest, Reads.Hits hits, int from, int count) {
    for (int row = from; row < from + count; row++) {
      newest.add(hits.keys().get(row), hits.timestamps()[row]);
    }
  }

  /** Whether one hit ranks before another: better score, else lower key. */
  static boolean before(
      List<Reads.Hits> pieces, int leftPiece, int left, int rightPiece, int right, Metric metric) {
    Reads.Hits leftHits = pieces.get(leftPiece);
    Reads.Hits rightHits = pieces.get(rightPiece);
    float leftScore = leftHits.scores()[left];
    float rightScore = rightHits.scores()[right];
    if (leftScore != rightScore) {
      return metric.better(leftScore, rightScore);
    }
    return KeyOrder.compare(leftHits.keys(), left, rightHits.keys(), right) < 0;
  }
}
