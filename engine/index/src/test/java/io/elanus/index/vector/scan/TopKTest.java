package io.elanus.index.vector.scan;

import static org.assertj.core.api.Assertions.assertThat;

import io.elanus.index.Neighbors;
import io.elanus.vectors.Distance;
import org.junit.jupiter.api.Test;

class TopKTest {
  /** Both kinds that processors make: of infinities that cancel out, and of a division. */
  @Test
  void whatIsNoNumberComesLastAndIsAsBadAsCanBe() {
    float[] distances = {Float.intBitsToFloat(0xffc00000), Float.NaN, -3, Float.NEGATIVE_INFINITY};
    TopK nearest = new TopK();
    nearest.reset(4);
    for (int row = 0; row < distances.length; row++) {
      nearest.offer(Ranked.of(distances[row], row));
    }
    Neighbors found = nearest.neighbors(Distance.INNER_PRODUCT);
    assertThat(found.rows()).containsExactly(3, 2, 0, 1);
    assertThat(found.scores())
        .containsExactly(
            Float.POSITIVE_INFINITY, 3, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY);
  }
}
