package io.elanus.index.vector.growing;

import io.elanus.index.GraphParameters;
import io.elanus.index.IndexSpec;
import io.elanus.index.vector.scan.Scratch;
import io.elanus.schema.Metric;

/** How a graph is built; distances are offset so that none is negative where alpha is not 1. */
record GrowingSettings(Metric metric, int degree, int effort, float alpha, float offset) {
  private static final int MOST_M = 64;

  /**
   * Candidates of a new row are efConstruction divided by this: links chosen with alpha, among
   * candidates in their exact order, do with few (glosses, 20,000 × 384, M 16, efConstruction 200,
   * ef 64: .994 with 50 of them in 135 µs a row, .995 with 66 in 200 µs).
   */
  private static final int EFFORT_DIVISOR = 4;

  private static final float ALPHA = 1.2f;

  static GrowingSettings of(IndexSpec spec) {
    int m = Math.min(MOST_M, GraphParameters.growingM(spec));
    int asked = GraphParameters.growingEfConstruction(spec) / EFFORT_DIVISOR;
    return new GrowingSettings(
        spec.metric(),
        2 * m,
        Math.clamp(asked, 2 * m + 16, Scratch.BLOCK - 1),
        spec.metric() == Metric.IP ? 1 : ALPHA,
        spec.metric() == Metric.COSINE ? 1 : 0);
  }
}
