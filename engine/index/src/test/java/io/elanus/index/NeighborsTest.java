package io.elanus.index;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.schema.Metric;
import org.junit.jupiter.api.Test;

class NeighborsTest {
  private static final Neighbors NEAR = new Neighbors(new int[] {3, 0, 5}, new float[] {1, 2, 4});
  private static final Neighbors LATER = new Neighbors(new int[] {1, 0}, new float[] {0, 2});

  @Test
  void theBestOfBothComeFirstAndOfEqualsTheEarlierRow() {
    Neighbors merged = NEAR.merge(LATER.behind(10), 4, Metric.L2);
    assertThat(merged.rows()).containsExactly(11, 3, 0, 10);
    assertThat(merged.scores()).containsExactly(0, 1, 2, 2);
  }

  @Test
  void largerScoresMayBeBetter() {
    Neighbors first = new Neighbors(new int[] {7, 8}, new float[] {0.5f, 0.25f});
    Neighbors later = new Neighbors(new int[] {20, 21}, new float[] {0.5f, 0.375f});
    assertThat(first.merge(later, 3, Metric.IP).rows()).containsExactly(7, 20, 21);
  }

  @Test
  void oneMayBeEmptyAndBothMayBeFewerThanAsked() {
    assertThat(Neighbors.NONE.merge(NEAR, 10, Metric.L2).rows()).containsExactly(3, 0, 5);
    assertThat(NEAR.merge(Neighbors.NONE, 2, Metric.L2).rows()).containsExactly(3, 0);
    assertThat(Neighbors.NONE.merge(Neighbors.NONE, 2, Metric.L2).count()).isZero();
  }
}
