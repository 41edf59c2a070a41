package io.elanus.quickstart;

import java.util.List;
import java.util.Set;

/**
 * Normalised discounted cumulative gain at 10 with binary gains (Järvelin and Kekäläinen 2002, §2).
 */
final class Ndcg {
  static final int DEPTH = 10;

  private Ndcg() {}

  /**
   * @return 0 to 1; 0 when nothing is relevant
   */
  static double at10(List<Long> ranked, Set<Long> relevant) {
    double gain = 0;
    for (int place = 0; place < Math.min(DEPTH, ranked.size()); place++) {
      if (relevant.contains(ranked.get(place))) {
        gain += discount(place);
      }
    }
    double ideal = 0;
    for (int place = 0; place < Math.min(DEPTH, relevant.size()); place++) {
      ideal += discount(place);
    }
    return ideal == 0 ? 0 : gain / ideal;
  }

  private static double discount(int place) {
    return Math.log(2) / Math.log(place + 2);
  }
}
