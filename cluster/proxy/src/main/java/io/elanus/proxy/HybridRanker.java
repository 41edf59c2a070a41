package io.elanus.proxy;

import io.elanus.schema.Metric;
import java.util.List;

/** Gives one score to a row found by several searches. */
sealed interface HybridRanker {
  /** What a hit of part {@code part}, with this score at this rank (from 1), adds to its row. */
  double share(int part, float score, int rank, List<Metric> metrics);

  /** Whether a larger sum is better. */
  boolean largerIsBetter(List<Metric> metrics);

  /** Reciprocal rank fusion (Cormack, Clarke, Büttcher 2009): Σ 1 ÷ (k + rank). */
  record ReciprocalRank(double k) implements HybridRanker {
    @Override
    public double share(int part, float score, int rank, List<Metric> metrics) {
      return 1 / (k + rank);
    }

    @Override
    public boolean largerIsBetter(List<Metric> metrics) {
      return true;
    }
  }

  /**
   * Σ weight × score. Scores are made alike when asked for; otherwise, of parts that disagree on
   * direction, distances alone are turned into similarities.
   */
  record Weighted(double[] weights, boolean normalise) implements HybridRanker {
    @Override
    public double share(int part, float score, int rank, List<Metric> metrics) {
      Metric metric = metrics.get(part);
      boolean convert = normalise || (mixed(metrics) && !metric.largerIsBetter());
      return weights[part] * (convert ? normalised(score, metric) : score);
    }

    @Override
    public boolean largerIsBetter(List<Metric> metrics) {
      return normalise || metrics.stream().anyMatch(Metric::largerIsBetter);
    }

    private static boolean mixed(List<Metric> metrics) {
      return metrics.stream().map(Metric::largerIsBetter).distinct().count() > 1;
    }

    static double normalised(float score, Metric metric) {
      return switch (metric) {
        case COSINE -> (1 + score) / 2;
        case IP, MHJACCARD -> 0.5 + Math.atan(score) / Math.PI;
        case L2, HAMMING, JACCARD, SUBSTRUCTURE, SUPERSTRUCTURE, NONE ->
            1 - 2 * Math.atan(score) / Math.PI;
      };
    }
  }
}
