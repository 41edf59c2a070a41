package io.elanus.vectors;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class DistanceTest {
  @Test
  void aCosineIsFromMinusOneToOne() {
    assertThat(Distance.COSINE.score(Math.nextDown(-1f))).isEqualTo(1f);
    assertThat(Distance.COSINE.score(1.0000011f)).isEqualTo(-1f);
    assertThat(Distance.COSINE.score(-0.5f)).isEqualTo(0.5f);
    assertThat(Distance.COSINE.score(0f)).isEqualTo(0f);
  }

  @Test
  void otherScoresHaveNoBounds() {
    assertThat(Distance.INNER_PRODUCT.score(-7f)).isEqualTo(7f);
    assertThat(Distance.L2.score(7f)).isEqualTo(7f);
    assertThat(Distance.L2.distance(7f)).isEqualTo(7f);
    assertThat(Distance.COSINE.distance(1.5f)).isEqualTo(-1.5f);
  }
}
