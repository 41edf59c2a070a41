package io.elanus.index.vector;

import io.elanus.index.DenseRows;
import io.elanus.index.Neighbors;
import io.elanus.index.ScoreRange;
import io.elanus.index.SearchParameters;
import io.elanus.index.VectorIndex;
import io.elanus.index.VectorQuery;
import io.elanus.schema.Bits;
import io.elanus.schema.Metric;
import java.lang.foreign.MemorySegment;
import java.util.Map;

/** Searches of tests that ask for no effort, and what they found. */
final class DefaultSearches {
  private DefaultSearches() {}

  /** How many rows are as near as the tenth nearest, but for rounding. */
  static int hits(int[] found, MemorySegment query, float tenth, DenseRows rows, Metric metric) {
    double rounding = 1e-4 * Math.abs(tenth);
    int hits = 0;
    for (int row : found) {
      double score = ExactOracle.score(rows, metric, query, rows.row(row));
      boolean near =
          metric.largerIsBetter() ? score >= tenth - rounding : score <= tenth + rounding;
      hits += near ? 1 : 0;
    }
    return Math.min(10, hits);
  }

  /** The ten nearest by a search that asks for nothing. */
  static Neighbors search(VectorIndex index, MemorySegment query) {
    SearchParameters parameters = SearchParameters.of(index.spec(), 10, Map.of());
    return index.search(
        new VectorQuery(query, 10, Bits.all(index.count()), parameters, ScoreRange.NONE));
  }
}
